// Sentences with the glossary's words in them: dots under each, its entry under the mouse, and a click opens the
// glossary there. Whole sentences are drawn with this, and not with draw_text_wrapped.
#pragma once
#include <string_view>

#include "explorer/views/context.hpp"

namespace exo::views {

struct SentenceLook {
  int lines = 100;
  float leading = 1.25f;
  /// Not where the sentence lies on a control: there the click is the control's.
  bool clicks = true;
  std::string_view own = {};  ///< the term that the text explains: not one in it
};

struct SentenceDrawn {
  float height = 0;
  bool on_term = false;  ///< the mouse is on a term, whose entry is shown: the tooltip of what lies beneath is not
};

/// Wrapped lines, as draw_text_wrapped draws them.
SentenceDrawn draw_sentence(const ViewContext& ctx, const ImFont* font, ImVec2 at, float width, ImU32 colour,
                            std::string_view text, const SentenceLook& look = {});
/// One line of a table, as draw_text_cut draws it: its terms have no dots until the mouse is on the line. Returns
/// whether the mouse is on a term.
bool draw_sentence_cut(const ViewContext& ctx, const ImFont* font, ImVec2 at, float width, ImU32 colour,
                       std::string_view text);

}  // namespace exo::views
