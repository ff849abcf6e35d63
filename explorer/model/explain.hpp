// "Why?": one sentence that names the cause, and the chain of events back to it, newest first. Causes are found by the
// rows of causes.def in one pass backwards over the trace; what touches() finds is only what speaks of the same thing.
//
// Invariant: an answer is made of the state at the cursor and of events at or before it, of nothing else.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/model/event_table.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/story.hpp"

namespace exo::model {

struct Subject {
  Look::Object kind = Look::Object::None;
  std::uint32_t number = 0;
  EventNumber event = 0;  ///< kind None: this event; 0: nothing
  friend bool operator==(const Subject&, const Subject&) = default;
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

/// An event of the chain, and the later event that it is a cause of; 0: of the state itself.
struct Link {
  EventNumber event = 0;
  EventNumber effect = 0;
};

struct Because {            // "Answer" is what a student gives (command.hpp)
  std::string question;     ///< "Why is frame 5 as it is?"
  std::string sentence;     ///< ends with a full stop
  std::vector<Link> chain;  ///< newest first
  bool complete = true;     ///< false: the search stopped before every cause was found
};

/// How far an answer looks back: in the window, where it is asked for on every frame, and elsewhere.
inline constexpr std::uint64_t kQuickBudget = 200'000, kFullBudget = 20'000'000;
inline constexpr std::size_t kLinks = 14;

/// Why the subject is as it is in `state`, which is the state after `state.number` events of the history.
[[nodiscard]] Because explain(const History& history, const State& state, const Subject& subject,
                              std::uint64_t budget = kQuickBudget, std::size_t most = kLinks);

/// "frame 5", "tlb 7", "environment 3", "stubborn", "request 2", "event 120"... as a subject; nothing when the words
/// name none.
[[nodiscard]] std::optional<Subject> parse_subject(std::string_view words, const State& state);
[[nodiscard]] std::string subject_text(const Subject& subject, const State& state);  ///< "frame 5", "stubborn"

}  // namespace exo::model
