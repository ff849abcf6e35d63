#include "kernel/download/checks.hpp"

#include "kernel/core/capabilities.hpp"
#include "kernel/core/frames.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/download/downloads.hpp"

namespace exo::kernel::download {

namespace {
constexpr uint32_t kWire = uint32_t(abi::Device::Wire);

bool is_for_packets(DownloadKind kind) { return kind == DownloadKind::Claim || kind == DownloadKind::Filter; }

Status check_size(const abi::DownloadRequest& r, DownloadKind kind) {
  if (kind == DownloadKind::Claim) return r.count <= abi::kMostComparisons ? Status::Ok : Status::BadArgument;
  if (r.count == 0 || r.count > abi::bpf::kMostInstructions) return Status::BadArgument;
  if (kind == DownloadKind::Computation && r.bytes > abi::kPageSize) return Status::BadArgument;
  return Status::Ok;
}

// A page is writable when the capability says so; a ring must be, and a predicate's never is.
Status authorise_page(Environment& caller, const abi::DownloadRequest& r, uint32_t index, Authorised& a) {
  Capability c;
  TRY(user_memory::read_capability(caller, UserAddress{r.page[index]}, c));
  const bool write = is_for_packets(a.kind) || (a.kind == DownloadKind::Handler && (c.rights & abi::kRightWrite) != 0);
  const Result frame = capabilities::check(c, ResourceKind::Frame, write ? abi::kRightWrite : abi::kRightRead);
  TRY(frame);
  if (frames::info(frame.value).owner == 0) return Status::StaleCapability;
  a.page[index] = frame.value;
  a.page_generation[index] = frames::info(frame.value).generation;
  a.writable[index] = write;
  return Status::Ok;
}

Status authorise_pages(Environment& caller, const abi::DownloadRequest& r, Authorised& a) {
  for (uint32_t index = 0; index < abi::kDownloadPages; ++index) {
    a.page[index] = abi::kNoFrame;
    if (r.page[index] == 0) continue;
    if (a.kind == DownloadKind::Computation || (is_for_packets(a.kind) && index != 0)) return Status::BadArgument;
    TRY(authorise_page(caller, r, index, a));
  }
  return Status::Ok;
}

Status authorise_wire(Environment& caller, const abi::DownloadRequest& r, Authorised& a) {
  const Result device = capabilities::check_at(caller, r.device, ResourceKind::Device, abi::kRightUse);
  TRY(device);
  if (device.value != kWire) return Status::WrongKind;
  a.wire_generation = exposed().device_generations[kWire];
  return Status::Ok;
}

Status authorise_outer(Environment& caller, const abi::DownloadRequest& r, Authorised& a) {
  const Result outer = capabilities::check_at(caller, r.outer, ResourceKind::Download, abi::kRightNarrow);
  TRY(outer);
  a.outer = outer.value;
  a.outer_generation = downloads::info(outer.value).generation;
  return Status::Ok;
}

Status check_filter(uint32_t filter, uint32_t owner) {
  if (!downloads::exists(filter)) return Status::NoSuchDownload;
  if (!downloads::takes_packets(filter)) return Status::WrongKind;
  if (!downloads::is_owned(filter, owner)) return Status::NotOwner;
  return downloads::info(filter).filter == 0 ? Status::Ok : Status::NotFree;
}
}  // namespace

Status authorise(Environment& caller, const abi::DownloadRequest& r, Authorised& a) {
  if (r.kind == 0 || r.kind >= abi::kDownloadKinds) return Status::BadArgument;
  a = {};
  a.kind = DownloadKind(r.kind);
  TRY(check_size(r, a.kind));
  if (is_for_packets(a.kind)) TRY(authorise_wire(caller, r, a));
  TRY(authorise_pages(caller, r, a));
  if (a.kind == DownloadKind::Claim && r.outer != 0) TRY(authorise_outer(caller, r, a));
  if (a.kind == DownloadKind::Filter) {
    if (r.order > abi::kMostFilterOrder) return Status::BadArgument;
    if (downloads::has_order(r.order)) return Status::NotFree;
    a.link = r.order;
  }
  if (a.kind == DownloadKind::Handler) {
    TRY(check_filter(r.filter, caller.number));
    a.link = r.filter;
    a.link_generation = downloads::info(r.filter).generation;
  }
  return Status::Ok;
}

Status still_authorised(const Environment& caller, const Authorised& a) {
  for (uint32_t index = 0; index < abi::kDownloadPages; ++index)
    if (a.page[index] != abi::kNoFrame && frames::info(a.page[index]).generation != a.page_generation[index])
      return Status::StaleCapability;
  if (is_for_packets(a.kind) && a.wire_generation != exposed().device_generations[kWire])
    return Status::StaleCapability;
  if (a.outer != 0 && downloads::info(a.outer).generation != a.outer_generation) return Status::StaleCapability;
  if (a.kind == DownloadKind::Filter && downloads::has_order(a.link)) return Status::NotFree;
  if (a.kind == DownloadKind::Handler) {
    if (downloads::info(a.link).generation != a.link_generation) return Status::NoSuchDownload;
    TRY(check_filter(a.link, caller.number));
  }
  return downloads::free_number() != 0 ? Status::Ok : Status::NoneFree;
}

}  // namespace exo::kernel::download
