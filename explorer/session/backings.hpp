// Which frames a page of an environment was, and when: what is looked for as "a write to this variable" is any write to
// the memory that was the variable then, through whatever address.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/history.hpp"

namespace exo::session {

/// A frame that was a page: from when its owner got it (he may fill it before he binds it there) until another frame is
/// bound there, or until it is another's.
struct Backing {
  std::uint32_t pfn = 0;
  model::EventNumber from = 0;                                  ///< behind this event; 0: from the beginning
  model::EventNumber to = ~static_cast<model::EventNumber>(0);  ///< up to this one
  friend bool operator==(const Backing&, const Backing&) = default;
};

/// In order of time, from the run's bindings. Guaranteed mappings, which the trace does not tell of page by page, are
/// not among them.
[[nodiscard]] std::vector<Backing> backings_of(const model::History& history, std::uint32_t env, std::uint32_t page);

/// For how long a frame is whose it is just behind event `at`. A page that the kernel doesn't export is always its own.
[[nodiscard]] Backing owned_around(const model::History& history, std::uint32_t pfn, model::EventNumber at);

}  // namespace exo::session
