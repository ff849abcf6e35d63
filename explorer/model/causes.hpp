// The search for causes: what an event or a state wants explained, and one pass backwards over the trace that finds the
// latest event for each want, and then what that event wants in turn. Internal to the explanations.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "explorer/model/event_table.hpp"
#include "explorer/model/explain.hpp"

namespace exo::model::causes {

inline constexpr std::int64_t kAnyCase = -1;
inline constexpr EventNumber kNear = 64;  ///< how far a cause of group 9 may be before its effect

/// What a field speaks of, so that "frame 5" is the same as an argument, as a resource and as a physical page.
struct Thing {
  enum class Kind : std::uint8_t { Nothing, Number, Frame, Environment, Slice, Download, Request, Page, Pair, Other };
  Kind kind = Kind::Nothing;
  std::uint32_t value = 0, raw = 0;
};
/// Two fields that are compared speak of the same thing; a bare number is equal to the bits of anything.
[[nodiscard]] bool same(const Thing& a, const Thing& b);
inline constexpr std::uint8_t kNoField = 0xff, kActor = 4, kTarget = 5;  ///< 0 to 3: an argument
[[nodiscard]] Thing thing_of(const Event& event, std::uint8_t field);

/// The case of an event: its reason, note, command, upcall or status; kAnyCase when it has none.
[[nodiscard]] std::int64_t case_of(const Event& event);

struct Key {
  std::uint8_t field = kNoField;
  Thing thing;
};

/// One event that is looked for.
struct Want {
  abi::Event id{};
  std::int64_t which = kAnyCase;
  std::array<Key, 2> keys{};
  std::uint32_t group = 0;  ///< of wants with the same effect and group, the first found ends all
  EventNumber effect = 0;   ///< what it would be the cause of; 0: of the state
  EventNumber least = 0;    ///< it is not before this event
};

/// A want in words of the tables: `Want w = want(Event::Bound, {"page", page}, {"env", env})`.
struct Match {
  std::string_view field;
  Thing thing;
};
[[nodiscard]] Want want(abi::Event id, Match one = {}, Match two = {}, std::int64_t which = kAnyCase,
                        std::uint32_t group = 1);
[[nodiscard]] constexpr Thing number(std::uint32_t value) { return {Thing::Kind::Number, value, value}; }
[[nodiscard]] constexpr Thing frame(std::uint32_t value) { return {Thing::Kind::Frame, value, value}; }
[[nodiscard]] constexpr Thing environment(std::uint32_t value) { return {Thing::Kind::Environment, value, value}; }
[[nodiscard]] constexpr Thing slice(std::uint32_t value) { return {Thing::Kind::Slice, value, value}; }
[[nodiscard]] constexpr Thing download(std::uint32_t value) { return {Thing::Kind::Download, value, value}; }
[[nodiscard]] constexpr Thing page(std::uint32_t value) { return {Thing::Kind::Page, value, value}; }
[[nodiscard]] constexpr Thing pair(std::uint32_t even_page) { return {Thing::Kind::Pair, even_page / 2, even_page}; }

/// What an event wants explained, by the rows of causes.def.
void add_wants(const Event& event, std::vector<Want>& wants);

struct Found {
  std::vector<Link> chain;    ///< newest first
  std::vector<Event> events;  ///< the same events
  bool complete = true;
  [[nodiscard]] const Event* latest(abi::Event id) const;
  /// The cause that was found for an event (0: for the state), if it is of this kind.
  [[nodiscard]] const Event* cause(EventNumber effect, abi::Event id) const;
};

/// Looks for the wants, and for the causes of what is found, from event `at` backwards.
[[nodiscard]] Found search(const History& history, EventNumber at, std::vector<Want> wants, std::uint64_t budget,
                           std::size_t most);

}  // namespace exo::model::causes
