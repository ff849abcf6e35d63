#include "kernel/download/invoke.hpp"

#include "kernel/core/deadlines.hpp"
#include "kernel/core/frames.hpp"

// Downloaded code that takes long looks at the deadlines like the rest of the kernel (arch/mips/look.S).
extern "C" void downloaded_look() { exo::kernel::deadlines::look(); }

namespace exo::kernel::invoke {

Present present;
abi::DownloadContext contexts[abi::kMaxDownloads];

void prepare(uint32_t number) {
  abi::DownloadContext& context = contexts[number];
  context = {};
  for (uint32_t page = 0; page < abi::kDownloadPages; ++page)
    if (const uint32_t frame = downloads::info(number).page[page]; frame != abi::kNoDownloadPage)
      context.page[page] = reinterpret_cast<uint32_t>(frames::contents(frame));
}

void finish(uint32_t number, uint32_t generation, uint32_t result, uint32_t spent) {
  abi::DownloadInfo& i = downloads::info(number);
  if (i.generation != generation || i.kind == 0) return;
  ++i.calls;
  i.ticks += spent;
  trace::emit(abi::Event::CodeRan, number, result, spent, present.packet);
}

}  // namespace exo::kernel::invoke
