// "Why?": the chain of events that made a thing what it is, newest first. A query on the trace, from any moment
// backwards.
#pragma once
#include <cstdint>
#include <vector>

#include "explorer/model/event_table.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/story.hpp"

namespace exo::model {

struct Subject {
  Look::Object kind = Look::Object::None;
  std::uint32_t number = 0;
};

struct Explanation {
  std::vector<EventNumber> events;  ///< newest first
  bool complete = true;             ///< false: the search stopped before the beginning of the trace
};

/// Whether an event changed the subject.
[[nodiscard]] bool touches(const Event& event, const Subject& subject);

/// Events at or before `at` that touched the subject: at most `most`, looking back over at most `budget` events.
[[nodiscard]] Explanation why(const History& history, const Subject& subject, EventNumber at, std::size_t most = 16,
                              std::uint64_t budget = 2'000'000);

}  // namespace exo::model
