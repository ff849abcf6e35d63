#include "libos/base/download.hpp"

#include "libos/base/environment.hpp"

namespace exo::libos {

namespace {
uint32_t address_of(const void* pointer) { return uint32_t(reinterpret_cast<uintptr_t>(pointer)); }

Result offer(abi::DownloadKind kind, const void* program, uint32_t count, const DownloadOptions& options,
             abi::DownloadAnswer* answer) {
  const abi::DownloadRequest request = {uint32_t(kind),
                                        address_of(program),
                                        count,
                                        address_of(options.device),
                                        {address_of(options.page[0]), address_of(options.page[1])},
                                        address_of(options.outer),
                                        options.filter,
                                        options.order,
                                        options.bytes};
  abi::DownloadAnswer unread;
  for (;;) {
    const Result given = call::code_download(&request, answer != nullptr ? answer : &unread);
    if (given.status != Status::Busy) return given;
    (void)call::yield(0u);  // the kernel takes in one program at a time
  }
}
}  // namespace

Result download(abi::DownloadKind kind, const Program& program, const DownloadOptions& options,
                abi::DownloadAnswer* answer) {
  return offer(kind, program.begin, program.count(), options, answer);
}

Result download_claim(const abi::Comparison* comparisons, uint32_t count, const DownloadOptions& options) {
  return offer(abi::DownloadKind::Claim, comparisons, count, options, nullptr);
}

Status take_wire(Capability& wire) {
  const Result given = call::device_capability(granted_authority(), abi::Device::Wire, &wire);
  return given.ok() ? call::wire_bind(&wire).status : given.status;
}

}  // namespace exo::libos
