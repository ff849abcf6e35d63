// Access is checked when code is downloaded, never when it runs: what a request names, and whether its owner may.
#pragma once
#include "kernel/core/environments.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

/// What the capabilities of a request stood for when they were shown.
struct Authorised {
  DownloadKind kind;
  uint32_t page[abi::kDownloadPages];  ///< frames, or kNoFrame
  uint32_t page_generation[abi::kDownloadPages];
  bool writable[abi::kDownloadPages];
  uint32_t wire_generation;  ///< claims and filters
  uint32_t outer;            ///< claims: another's claim that it may lie within, or 0
  uint32_t outer_generation;
  uint32_t link;  ///< handlers: their filter, and its generation; filters: their order
  uint32_t link_generation;
};

/// Checks everything about a request but its program.
Status authorise(Environment& caller, const abi::DownloadRequest& request, Authorised& authorised);
/// It took a while: whether all of that still stands. Errors: StaleCapability, NotOwner, NotFree, NoneFree.
Status still_authorised(const Environment& caller, const Authorised& authorised);

}  // namespace exo::kernel::download
