// The fields that a query may name, and their values in an event. Two sorts: things (env, frame, page, slice, request,
// download, packet), which stand for every argument that speaks of such a thing, whatever the argument is called; and
// the arguments of trace_events.def by their own names.
#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/model/event_words.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

enum class QueryThing : std::uint8_t {
  Number,    ///< of the event
  Time,      ///< in microseconds
  Event,     ///< its name
  Category,  ///< "tlb"
  Env,       ///< acts in it, or is named by it
  Actor,     ///< acts in it
  Frame,
  Page,
  Slice,
  Request,
  Download,
  Packet,
  Pc,
  Argument,  ///< any other: an argument of this name
};

struct QueryField {
  QueryThing thing = QueryThing::Number;
  std::string_view name;  ///< as in the table below, or in trace_events.def
  friend bool operator==(const QueryField&, const QueryField&) = default;
};

/// Sets of events, by number; the last bit stands for all that the table doesn't have.
using EventSet = std::bitset<abi::kEventNumbers + 1>;
[[nodiscard]] inline std::size_t set_place(std::uint16_t id) { return std::min<std::size_t>(id, abi::kEventNumbers); }

/// One value of a field: times in microseconds, everything else as the record has it (an Op without its environment).
struct QueryValue {
  double number = 0;
  FieldKind kind = FieldKind::None;
};
struct QueryValues {
  std::array<QueryValue, 12> all{};
  std::size_t count = 0;
  void add(double number, FieldKind kind) {
    if (count < all.size()) all[count++] = {number, kind};
  }
};

[[nodiscard]] std::optional<QueryField> query_field(std::string_view name);
/// Names of all fields with what they mean in a few words, things first.
struct QueryFieldHelp {
  std::string name, text;
};
[[nodiscard]] const std::vector<QueryFieldHelp>& query_fields();
/// Events that can have the field.
[[nodiscard]] EventSet events_with(const QueryField& field);
/// The kinds that its values can have, for words.
[[nodiscard]] std::vector<FieldKind> kinds_of(const QueryField& field);
void values_of(const QueryField& field, const Event& event, QueryValues& values);
/// Whether numbers compared with it are times.
[[nodiscard]] bool is_time(FieldKind kind, std::string_view name);

/// Names that environments have at a moment of the trace, kept while it is read from its beginning.
class NamesNow {
 public:
  NamesNow() = default;
  explicit NamesNow(const State& state);
  void take(const Event& event);
  /// Its name, or its number when it has none; "kernel" for 0.
  [[nodiscard]] std::string text(std::uint32_t env) const;
  [[nodiscard]] bool is(std::uint32_t env, std::string_view name) const;

 private:
  std::array<std::string, abi::kMaxEnvironments> names_;
};

/// A value as a query takes it: "stubborn", "37", "0x10010", "Aborted", "\"read, write\"".
[[nodiscard]] std::string query_value_text(const QueryField& field, const QueryValue& value, const NamesNow& names);

}  // namespace exo::model
