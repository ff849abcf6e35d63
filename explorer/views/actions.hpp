// The one table of what can be done: keys, the sheet of keys, the command palette and the keys named in tooltips all
// read it. A file with actions of its own gives them as a span of rows and is named once in actions.cpp.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/views/chord.hpp"
#include "explorer/views/context.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {

/// Headings of the sheet of keys, in its order.
enum class Group { Story, Run, Debug, Time, Select, Panels, View, Lessons, Files };
inline constexpr int kGroups = 9;
[[nodiscard]] const char* title_of(Group group);

/// One row. Write it with designated initialisers, for instance
/// {.id = "run.step", .title = "One event on", .group = Group::Run, .keys = {Key::Right},
///  .run = [](const ViewContext& ctx) { ctx.emit(model::StepEvent{1}); }}
struct Action {
  std::string id;           ///< "time.zoom-in": never changes, so that settings and tests can name it
  std::string title;        ///< in words, as it stands on the sheet and in the palette
  std::string detail = {};  ///< a second sentence for the tooltip
  Group group = Group::View;
  std::vector<Chord> keys = {};
  std::function<void(const ViewContext&)> run;
  std::function<bool(const ViewContext&)> enabled = nullptr;  ///< nullptr: always
  bool on_sheet = true;                                       ///< rows of a long series need not all be there
  bool opens_field = false;  ///< it gives the keyboard to a text field: the keys behind it are for that one
};

/// All rows of all files.
[[nodiscard]] const std::vector<Action>& actions();
/// The row of that id; nullptr when there is none.
[[nodiscard]] const Action* action_named(std::string_view id);
/// The row that a chord means; nullptr when it means nothing.
[[nodiscard]] const Action* action_of(Chord chord);
/// Does it when it is enabled now; returns whether it was.
bool perform(const ViewContext& ctx, const Action& action);
bool perform(const ViewContext& ctx, std::string_view id);

/// "N or Page Down"; empty when the action has no key.
[[nodiscard]] std::string keys_of(const Action& action);
/// The action's title, what else there is to say, and its keys: "One event on (Right)".
[[nodiscard]] std::string tip_of(std::string_view id);
/// Other words with the action's keys behind them.
[[nodiscard]] std::string with_keys(std::string_view words, std::string_view id);

/// A button that does an action: greyed while it is not enabled, its tooltip with the keys. Its mark is `name`; the
/// words may be empty (an icon alone).
bool action_button(const ViewContext& ctx, std::string_view id, std::string_view name, Box box, std::string_view text,
                   ButtonLook look = {});

// The files with rows
// -------------------------------------------------------------------------------------------------------------------

[[nodiscard]] std::span<const Action> run_actions();
[[nodiscard]] std::span<const Action> view_actions();
[[nodiscard]] std::span<const Action> panel_actions();
[[nodiscard]] std::span<const Action> data_actions();
[[nodiscard]] std::span<const Action> words_actions();
[[nodiscard]] std::span<const Action> time_actions();
[[nodiscard]] std::span<const Action> compare_actions();
[[nodiscard]] std::span<const Action> debug_actions();
[[nodiscard]] std::span<const Action> profile_actions();

}  // namespace exo::views
