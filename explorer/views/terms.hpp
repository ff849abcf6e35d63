// Terms of the glossary wherever they are written: a fine dotted line under the word, and its three sentences on hover.
#pragma once
#include <span>
#include <string_view>

#include "explorer/model/glossary.hpp"
#include "explorer/views/context.hpp"

namespace exo::views {

/// Draws the word as a term; returns its width. `term`: the glossary's name for it, when that is another one.
float draw_term(const ViewContext& ctx, const ImFont* font, ImVec2 at, ImU32 colour, std::string_view text,
                std::string_view term = {});
/// Makes words that are drawn already a term, if the glossary has it; `box` is the line of text. Returns whether it is
/// one.
bool explain_term(const ViewContext& ctx, Box box, std::string_view term);
/// The name of a field in a list of facts, as the term that it stands for, if any; cut to `width`.
void draw_field_name(const ViewContext& ctx, ImVec2 at, float width, std::string_view name);
/// The parts of it, for words inside a sentence: the dots; and the entry while the mouse is on them (returns whether it
/// is). `clicks`: a click there opens the glossary, and the mouse says so.
void underline_term(const ViewContext& ctx, Box box);
bool point_at_term(const ViewContext& ctx, Box box, const model::GlossaryEntry& entry, bool clicks);
/// Term, sentences and source, inside a tooltip that is open.
void draw_entry(const ViewContext& ctx, const model::GlossaryEntry& entry, std::string_view more = {});
/// Shows the glossary, at this term.
void open_term(const ViewContext& ctx, std::string_view term);
/// Names of fields and labels, and the terms they stand for.
struct TermName {
  std::string_view name, term;
};
[[nodiscard]] std::span<const TermName> term_names();

}  // namespace exo::views
