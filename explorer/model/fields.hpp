// One argument of an event in words, by its kind. Shared by field_text() and the sentences.
#pragma once
#include <string>

#include "explorer/model/event_table.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

/// `bare`: the sentence already says "frame " or the like before the placeholder.
[[nodiscard]] std::string argument_text(ArgumentKind kind, std::string_view name, std::uint32_t value,
                                        const State& state, bool bare);
/// Four characters as they lie in memory; what isn't printable is escaped, zeros end nothing and show nothing.
[[nodiscard]] std::string four_characters(std::uint32_t word);

}  // namespace exo::model
