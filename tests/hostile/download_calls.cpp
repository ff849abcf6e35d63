// Hostile calls about downloaded code, packets and sleep: requests that are wrong in each of their fields, programs
// that are none, downloads that are not one's own.
#include "libos/base/download.hpp"
#include "tests/hostile/refusals.hpp"

using namespace exo;
using namespace exo::trials;
using abi::DownloadKind;
using abi::bpf::Instruction;

namespace {
constexpr uint32_t kNumbers[] = {0, 100, 127, 128, 129, 255, 0x1'0001, 0x8000'0000, 0xffff'ffff};
constexpr uint32_t kMemory = 64;  ///< bytes that the computation is for
constexpr uint8_t kMovImmediate = 0xb7, kExit = 0x95;

Capability wire, console, ring;
Instruction returns_0[] = {{kMovImmediate, 0, 0, 0}, {kExit, 0, 0, 0}};
Instruction returns_nothing[] = {{kExit, 0, 0, 0}};
abi::Comparison comparison[] = {{12, 2, 0, 0xffff, 0x0800, 0}, {23, 1, 0, 0xff, 17, 0}};
uint32_t memory[kMemory / 4], result_words[3];
abi::DownloadAnswer answer;
uint32_t computation, filter, claim;

abi::DownloadRequest request_of(DownloadKind kind) {
  abi::DownloadRequest r{};
  r.kind = uint32_t(kind);
  r.program = kind == DownloadKind::Claim ? address_of(comparison) : address_of(returns_0);
  r.count = 2;
  if (kind == DownloadKind::Claim || kind == DownloadKind::Filter) r.device = address_of(&wire);
  if (kind == DownloadKind::Computation) r.bytes = kMemory;
  return r;
}

abi::DownloadRequest request;
Result offer() { return call::code_download(&request, &answer); }

/// The request of a kind with one field wrong.
template <uint32_t n>
void refuses_field(uint32_t line, Status wanted, DownloadKind kind, uint32_t abi::DownloadRequest::*field,
                   const uint32_t (&values)[n]) {
  for (const uint32_t value : values) {
    request = request_of(kind);
    request.*field = value;
    refused(
        line, wanted, [](uint32_t) { return offer(); }, 0);
  }
}

void requests() {
  request = request_of(DownloadKind::Computation);
  REFUSES_ADDRESSES(call::code_download(x, &answer));
  REFUSES_OUT(call::code_download(&request, x));
  static constexpr uint32_t kNoKinds[] = {0, 6, 7, 255, 0x8000'0000, 0xffff'ffff};
  refuses_field(__LINE__, Status::BadArgument, DownloadKind::Computation, &abi::DownloadRequest::kind, kNoKinds);
  static constexpr uint32_t kNoCounts[] = {0, abi::bpf::kMostInstructions + 1, 0x2000'0001, 0xffff'ffff};
  refuses_field(__LINE__, Status::BadArgument, DownloadKind::Computation, &abi::DownloadRequest::count, kNoCounts);
  static constexpr uint32_t kTooManyComparisons[] = {abi::kMostComparisons + 1, 512, 0x1000'0001, 0xffff'ffff};
  refuses_field(__LINE__, Status::BadArgument, DownloadKind::Claim, &abi::DownloadRequest::count, kTooManyComparisons);
  static constexpr uint32_t kTooManyBytes[] = {abi::kPageSize + 1, 0x8000'0000, 0xffff'ffff};
  refuses_field(__LINE__, Status::BadArgument, DownloadKind::Computation, &abi::DownloadRequest::bytes, kTooManyBytes);
  static constexpr uint32_t kNoOrders[] = {abi::kMostFilterOrder + 1, 0x1'0000, 0xffff'ffff};
  refuses_field(__LINE__, Status::BadArgument, DownloadKind::Filter, &abi::DownloadRequest::order, kNoOrders);
  static constexpr DownloadKind kKinds[] = {DownloadKind::Claim, DownloadKind::Filter, DownloadKind::Predicate,
                                            DownloadKind::Computation};
  for (const DownloadKind kind : kKinds) {
    request = request_of(kind);
    REFUSES_ADDRESSES((request.program = x, offer()));
  }
}

void capabilities() {
  request = request_of(DownloadKind::Claim);
  REFUSES_CAPABILITIES(wire, abi::kRightUse, (request.device = x, offer()));
  request = request_of(DownloadKind::Claim);
  REFUSED((request.device = address_of(&console), offer()), WrongKind);
  static constexpr DownloadKind kWithPages[] = {DownloadKind::Claim, DownloadKind::Filter};
  for (const DownloadKind kind : kWithPages) {
    request = request_of(kind);
    REFUSES_CAPABILITIES(ring, abi::kRightWrite, (request.page[0] = x == 0 ? 4u : x, offer()));
    request = request_of(kind);
    REFUSED((request.page[1] = address_of(&ring), offer()), BadArgument);
  }
  for (uint32_t i = 0; i < abi::kDownloadPages; ++i) {
    static uint32_t index;
    index = i;
    request = request_of(DownloadKind::Predicate);
    REFUSES_CAPABILITIES(ring, abi::kRightRead, (request.page[index] = x == 0 ? 4u : x, offer()));
  }
  request = request_of(DownloadKind::Computation);
  REFUSED((request.page[0] = address_of(&ring), offer()), BadArgument);
  request = request_of(DownloadKind::Claim);
  REFUSES_ADDRESSES((request.outer = x == 0 ? 4u : x, offer()));
  REFUSED((request.outer = address_of(&ring), offer()), WrongKind);
}

void claims() {
  static const abi::Comparison kBad[] = {
      {12, 0, 0, 0xffff, 0x0800, 0},  // of no bytes
      {12, 3, 0, 0xffff, 0x0800, 0},  // a size that there is not
      {12, 8, 0, 0xffff, 0x0800, 0},
      {12, 1, 0, 0x100, 0, 0},                    // a mask wider than the field
      {12, 2, 0, 0xff00, 0x0001, 0},              // a value that can't come out
      {abi::kMostPacketBytes, 1, 0, 0xff, 1, 0},  // behind every packet
      {abi::kMostPacketBytes - 1, 2, 0, 0xffff, 1, 0},
      {0xffff, 2, 0, 0xffff, 1, 0},
      {12, 2, 1, 0xffff, 0x0800, 0},  // reserved fields
      {12, 2, 0, 0xffff, 0x0800, 1},
  };
  for (const abi::Comparison& bad : kBad) {
    request = request_of(DownloadKind::Claim);
    request.program = address_of(&bad);
    request.count = 1;
    refused(
        __LINE__, Status::BadArgument, [](uint32_t) { return offer(); }, 0);
  }
  static const abi::Comparison kContradicts[] = {{12, 2, 0, 0xffff, 0x0800, 0}, {12, 1, 0, 0xff, 0x86, 0}};
  request = request_of(DownloadKind::Claim);
  request.program = address_of(kContradicts);
  REFUSED(offer(), BadArgument);

  request = request_of(DownloadKind::Claim);
  request.page[0] = address_of(&ring);
  const Result claimed = offer();
  CHECK_STATUS(claimed, Ok);
  claim = claimed.value;
  request = request_of(DownloadKind::Claim);
  REFUSED(offer(), NotFree);
  static const abi::Comparison kCrosses[] = {{12, 2, 0, 0xffff, 0x0800, 0}, {24, 1, 0, 0xff, 1, 0}};
  request.program = address_of(kCrosses);
  REFUSED(offer(), Overlaps);
}

void programs() {
  request = request_of(DownloadKind::Filter);
  request.program = address_of(returns_nothing);
  request.count = 1;
  REFUSED(offer(), Unverified);
  CHECK_EQUAL(answer.verdict, abi::Verdict::Uninitialised);
  request = request_of(DownloadKind::Filter);
  const Result filtered = offer();
  CHECK_STATUS(filtered, Ok);
  filter = filtered.value;
  REFUSED(offer(), NotFree);  // the order is taken
  request = request_of(DownloadKind::Computation);
  const Result computed = offer();
  CHECK_STATUS(computed, Ok);
  computation = computed.value;
  static constexpr uint32_t kNoFilters[] = {0, 100, 128, 0xffff'ffff};
  refuses_field(__LINE__, Status::NoSuchDownload, DownloadKind::Handler, &abi::DownloadRequest::filter, kNoFilters);
  request = request_of(DownloadKind::Handler);
  REFUSED((request.filter = computation, offer()), WrongKind);
  request.filter = filter;
  CHECK_STATUS(offer(), Ok);
  REFUSED(offer(), NotFree);  // it has a handler
}

void using_them() {
  refuses_each(__LINE__, Status::NoSuchDownload, kNumbers,
               [](uint32_t x) { return call::code_run(x, memory, kMemory, result_words); });
  REFUSED(call::code_run(filter, memory, kMemory, result_words), WrongKind);
  static constexpr uint32_t kOtherSizes[] = {0, kMemory - 4, kMemory + 4, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kOtherSizes,
               [](uint32_t x) { return call::code_run(computation, memory, x, result_words); });
  REFUSES_ADDRESSES(call::code_run(computation, x, kMemory, result_words));
  REFUSES_OUT(call::code_run(computation, memory, kMemory, x));
  refuses_each(__LINE__, Status::NoSuchDownload, kNumbers, [](uint32_t x) { return call::code_capability(x, &out); });
  REFUSES_OUT(call::code_capability(filter, x));
  refuses_each(__LINE__, Status::NoSuchDownload, kNumbers, [](uint32_t x) { return call::code_free(x); });
  // 0 is nobody's download and means: no condition.
  refuses_each(__LINE__, Status::NoSuchDownload, kNumbers, [](uint32_t x) { return call::wait(x == 0 ? 101u : x); });
  REFUSED(call::wait(filter), WrongKind);
  REFUSED(call::wait(claim), WrongKind);
  static Capability narrow;
  CHECK_STATUS(call::code_capability(claim, &narrow), Ok);
  REFUSED(call::bind(&narrow, vpn(kPage), kBindRead), WrongKind);
  REFUSED(call::device_bind(&narrow), WrongKind);
  CHECK_STATUS(call::code_free(computation), Ok);
  REFUSED(call::code_free(computation), NoSuchDownload);
}

/// The host downloads a filter for the arbiter.
void those_of_others() {
  static uint32_t theirs;
  for (theirs = 0; theirs == 0;)
    for (uint32_t i = 1; i < abi::kMaxDownloads; ++i)
      if (tables().downloads[i].owner == 1 && tables().downloads[i].kind == uint32_t(DownloadKind::Filter)) theirs = i;
  REFUSED(call::code_free(theirs), NotOwner);
  REFUSED(call::code_capability(theirs, &out), NotOwner);
  REFUSED(call::code_run(theirs, memory, kMemory, result_words), NotOwner);
  REFUSED(call::wait(theirs), NotOwner);
  request = request_of(DownloadKind::Handler);
  REFUSED((request.filter = theirs, offer()), NotOwner);
  request = request_of(DownloadKind::Filter);
  REFUSED((request.order = 200, offer()), NotFree);
}

void sending() {
  static uint8_t packet[abi::kMostPacketBytes + 2];
  REFUSED(call::packet_send(packet, 60u, 0u), NoRight);
  REFUSES_CAPABILITIES(wire, abi::kRightUse, call::wire_bind(x));
  REFUSED(call::wire_bind(&console), WrongKind);
  CHECK_STATUS(call::wire_bind(&wire), Ok);
  static constexpr uint32_t kSizes[] = {0, 13, abi::kMostPacketBytes + 1, 0x1'0000, 0x8000'0000, 0xffff'ffff};
  refuses_each(__LINE__, Status::BadArgument, kSizes, [](uint32_t x) { return call::packet_send(packet, x, 0u); });
  REFUSES_ADDRESSES(call::packet_send(x, 60u, 0u));
  CHECK_STATUS(call::packet_send(packet, 60u, 0u), Ok);
  static Capability fresh;
  CHECK_STATUS(call::capability_revoke_all(&wire, &fresh), Ok);
  REFUSED(call::packet_send(packet, 60u, 0u), NoRight);
  REFUSED(call::wire_bind(&wire), StaleCapability);
  REFUSED(call::code_free(claim), NoSuchDownload);  // they stood on the wire
  REFUSED(call::code_free(filter), NoSuchDownload);
}
}  // namespace

int main() {
  set_the_stage();
  take(ring);
  CHECK_STATUS(call::device_capability(&authority, abi::Device::Wire, &wire), Ok);
  CHECK_STATUS(call::device_capability(&authority, abi::Device::Console, &console), Ok);
  requests();
  capabilities();
  claims();
  programs();
  using_them();
  those_of_others();
  sending();
  finish();
}
