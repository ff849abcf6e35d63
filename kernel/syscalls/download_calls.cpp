// Calls about downloaded code, packets, and sleeping until there is something to do.
#include "kernel/core/bindings.hpp"
#include "kernel/core/capabilities.hpp"
#include "kernel/core/revocation.hpp"
#include "kernel/core/sleep.hpp"
#include "kernel/core/user_memory.hpp"
#include "kernel/core/wire.hpp"
#include "kernel/download/invoke.hpp"
#include "kernel/download/workshop.hpp"
#include "kernel/syscalls/dispatch.hpp"

namespace exo::kernel::syscalls {

namespace {
Status own(const Environment& caller, uint32_t number) {
  if (!downloads::exists(number)) return Status::NoSuchDownload;
  return downloads::is_owned(number, caller.number) ? Status::Ok : Status::NotOwner;
}

// Memory of the caller's that lies in one page and may be written, in unmapped memory; nullptr: it does not.
uint32_t* in_one_page(Environment& caller, uint32_t address, uint32_t bytes) {
  const uint32_t in_page = address & (abi::kPageSize - 1);
  if (address % 4 != 0 || address >= abi::kUserEnd || bytes > abi::kPageSize - in_page) return nullptr;
  constexpr uint32_t needed = abi::kLoValid | abi::kLoDirty;
  const uint32_t lo = bindings::lookup(caller, address >> abi::kPageShift);
  if ((lo & needed) != needed) return nullptr;
  return physical<uint32_t>((abi::entry_lo_pfn(lo) << abi::kPageShift) | in_page);
}
}  // namespace

Result code_download(Environment& caller, const Arguments& in) { return workshop::work(caller, in.a0, in.a1); }

Result code_free(Environment& caller, const Arguments& in) {
  TRY(own(caller, in.a0));
  revocation::returned(caller.number, abi::asked_download(in.a0));
  downloads::remove(in.a0, abi::Reason::Returned);
  return Status::Ok;
}

Result code_run(Environment& caller, const Arguments& in) {
  TRY(own(caller, in.a0));
  const abi::DownloadInfo& i = downloads::info(in.a0);
  if (DownloadKind(i.kind) != DownloadKind::Computation) return Status::WrongKind;
  if (in.a2 != downloads::memory_bytes(in.a0)) return Status::BadArgument;
  uint32_t* memory = in_one_page(caller, in.a1, in.a2);
  if (memory == nullptr) return Status::BadAddress;
  TRY(user_memory::writable(caller, UserAddress{in.a3}, 3 * sizeof(uint32_t)));
  const uint32_t generation = i.generation;
  const uint32_t start = processor::clock();
  const auto code = reinterpret_cast<invoke::Code>(physical<uint32_t>(i.code));
  const uint64_t r0 = code(memory, 0, in.a2, 0);
  const uint32_t spent = processor::clock() - start;
  invoke::finish(in.a0, generation, uint32_t(r0), spent);
  const uint32_t out[] = {uint32_t(r0), uint32_t(r0 >> 32), spent};
  return user_memory::write(caller, UserAddress{in.a3}, out, sizeof out);
}

Result code_capability(Environment& caller, const Arguments& in) {
  TRY(own(caller, in.a0));
  TRY(user_memory::writable(caller, UserAddress{in.a1}, sizeof(Capability)));
  const Capability c = capabilities::mint(ResourceKind::Download, in.a0, abi::kDownloadRights, caller.number);
  return user_memory::write(caller, UserAddress{in.a1}, &c, sizeof c);
}

Result wait(Environment& caller, const Arguments& in) {
  if (in.a0 != 0) {
    TRY(own(caller, in.a0));
    if (downloads::kind_of(in.a0) != DownloadKind::Predicate) return Status::WrongKind;
  }
  return sleep::begin(caller, in.a0);
}

Result wire_bind(Environment& caller, const Arguments& in) {
  const Result device = capabilities::check_at(caller, in.a0, ResourceKind::Device, abi::kRightUse);
  TRY(device);
  if (device.value != uint32_t(abi::Device::Wire)) return Status::WrongKind;
  wire::admit(caller);
  return Status::Ok;
}

Result packet_send(Environment& caller, const Arguments& in) {
  if (!wire::may_send(caller)) return Status::NoRight;
  if (in.a1 > abi::kMostPacketBytes) return Status::BadArgument;
  alignas(4) static uint8_t packet[(abi::kMostPacketBytes + 3) & ~3u];
  TRY(user_memory::read(caller, UserAddress{in.a0}, packet, (in.a1 + 3) & ~3u));
  return wire::send(packet, in.a1, in.a2, 0);
}

}  // namespace exo::kernel::syscalls
