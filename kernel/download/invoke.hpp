// Running what was downloaded: a call, with the kernel's stack under it. The verifier is why that is safe, and why it
// ends.
#pragma once
#include "kernel/arch/mips/processor.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/download/downloads.hpp"

namespace exo::kernel::invoke {

/// What a helper must know of the run it is called from.
struct Present {
  uint32_t download;
  uint32_t packet;      ///< its number, or 0
  uint32_t bytes_left;  ///< that helpers may still touch
};
extern Present present;

extern abi::DownloadContext contexts[abi::kMaxDownloads];
using Code = uint64_t (*)(const void* r1, uint32_t r1_upper, uint32_t r2, uint32_t r2_upper);

/// Fills the part of its context that does not change.
void prepare(uint32_t number);

/// After a run: counts it, and tells, unless the download was taken from under it meanwhile.
void finish(uint32_t number, uint32_t generation, uint32_t result, uint32_t spent);

/// Runs a filter, handler or predicate. `data` and `end` are addresses in unmapped memory, or 0.
inline uint32_t run(uint32_t number, uint32_t data, uint32_t end) {
  const uint32_t start = processor::clock();
  abi::DownloadContext& context = contexts[number];
  const abi::DownloadInfo& i = downloads::info(number);
  context.data = data;
  context.data_end = end;
  context.clock = start;
  present.download = number;
  const uint32_t generation = i.generation;
  const auto code = reinterpret_cast<Code>(physical<uint32_t>(i.code));
  const auto result = uint32_t(code(&context, 0, 0, 0));
  finish(number, generation, result, processor::clock() - start);
  return result;
}

}  // namespace exo::kernel::invoke
