// Events, fields and values as scenario files and queries name them: the words of trace_events.def and the other
// tables, read back.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/model/event_table.hpp"

namespace exo::model {

using FieldKind = ArgumentKind;

/// The event of a name; empty when the table has none.
[[nodiscard]] std::optional<abi::Event> find_event(std::string_view name);
[[nodiscard]] std::vector<std::string> event_names();

/// Where a field stands in an event: 0 to 3 its arguments, kActing the acting environment, kTarget the environment in
/// the upper half of an Op. Empty when the event has no such field.
inline constexpr int kActing = -1;
inline constexpr int kTarget = -2;
struct Field {
  int position = 0;
  FieldKind kind = FieldKind::None;
};
[[nodiscard]] std::optional<Field> find_field(abi::Event event, std::string_view name);
/// Every field a file may name, for error messages: "env, request, owner".
[[nodiscard]] std::string field_names(abi::Event event);

/// Names of the environments of a scenario, by number: [0] "kernel", [1] "arbiter", then those of the file in their
/// order.
using EnvNames = std::vector<std::string>;
[[nodiscard]] std::optional<std::uint32_t> env_number(const EnvNames& names, std::string_view name);

/// The value that a word stands for in a field of this kind ("polite", "any", "Aborted", "read, write"); empty when
/// none.
[[nodiscard]] std::optional<std::uint32_t> value_of_word(FieldKind kind, std::string_view word, const EnvNames& names);
/// Whether a number can ever be the value of such a field.
[[nodiscard]] bool can_be(FieldKind kind, std::int64_t number);
/// The words that value_of_word takes, for error messages; empty when the kind has none.
[[nodiscard]] std::string words_of(FieldKind kind, const EnvNames& names);
/// The word of a value, as value_of_word takes it; empty when it has none.
[[nodiscard]] std::string_view word_of(FieldKind kind, std::uint32_t value);
/// The words of a kind without names of environments; empty when the kind has none.
[[nodiscard]] std::vector<std::string> plain_words_of(FieldKind kind);

/// The nearest of `known` to what was written, as " (did you mean 'x'?)"; empty when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view written, std::span<const std::string> known);

}  // namespace exo::model
