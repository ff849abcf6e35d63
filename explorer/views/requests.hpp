// Revocation requests in words and at the cursor: what has happened to one by the moment shown, and what it is waiting
// for.
#pragma once
#include <string>
#include <vector>

#include "explorer/views/context.hpp"

namespace exo::views {

enum class Phase { Requested, Asked, Demanded, Returned, Taken, Ended };

/// A request as it stands at the cursor: nothing that happens later is in it.
struct RequestNow {
  model::RequestState state;
  Phase phase = Phase::Requested;
  bool deadline = false;  ///< an abort will come at state.fires
  model::Ticks left = 0;  ///< until then; 0 when it has passed
  [[nodiscard]] bool open() const { return phase <= Phase::Demanded; }
};

/// The last requests made up to the cursor, in the order they were made: at most kLatestRequests, among them all that
/// are open (the kernel has room for 64).
inline constexpr std::size_t kLatestRequests = 1'000;
[[nodiscard]] std::vector<RequestNow> requests_now(const ViewContext& ctx);
/// How all of them stand at the cursor.
struct RequestCounts {
  std::size_t all = 0, open = 0, returned = 0, taken = 0;
};
[[nodiscard]] RequestCounts count_requests(const ViewContext& ctx);
/// One of the history's requests as it stands at the cursor, which it has reached.
[[nodiscard]] RequestNow request_at_cursor(const ViewContext& ctx, model::RequestState state);
[[nodiscard]] RequestNow request_now(const ViewContext& ctx, const model::RequestState& state);

[[nodiscard]] std::string asked_words(std::uint32_t asked);        ///< "frame 5", "any slice", "no frame"
[[nodiscard]] std::string phase_words(const RequestNow& request);  ///< "asked, no answer yet"
[[nodiscard]] std::string hot_words(const RequestNow& request);    ///< "return frame 5 · 31 µs left"

}  // namespace exo::views
