#include "explorer/views/actions.hpp"

#include <algorithm>
#include <array>

namespace exo::views {
namespace {

// One line a file. A row that comes earlier stands earlier on the sheet and in the palette.
constexpr std::array kFiles{run_actions,   time_actions,    panel_actions, view_actions,   data_actions,
                            words_actions, compare_actions, debug_actions, profile_actions};

std::vector<Action> gather() {
  std::vector<Action> out;
  for (const auto file : kFiles) {
    const std::span<const Action> rows = file();
    out.insert(out.end(), rows.begin(), rows.end());
  }
  return out;
}

}  // namespace

const char* title_of(Group group) {
  constexpr std::array<const char*, kGroups> kTitles{"Story",  "Run",  "Debug",   "Time", "Select",
                                                     "Panels", "View", "Lessons", "Files"};
  return kTitles[std::size_t(group)];
}

const std::vector<Action>& actions() {
  static const std::vector<Action> all = gather();
  return all;
}

const Action* action_named(std::string_view id) {
  const auto found = std::ranges::find(actions(), id, &Action::id);
  return found == actions().end() ? nullptr : &*found;
}

const Action* action_of(Chord chord) {
  for (const Action& action : actions())
    if (std::ranges::find(action.keys, chord) != action.keys.end()) return &action;
  return nullptr;
}

bool perform(const ViewContext& ctx, const Action& action) {
  if (action.enabled && !action.enabled(ctx)) return false;
  action.run(ctx);
  return true;
}

bool perform(const ViewContext& ctx, std::string_view id) {
  const Action* action = action_named(id);
  return action != nullptr && perform(ctx, *action);
}

std::string keys_of(const Action& action) {
  std::string out;
  for (const Chord& chord : action.keys) out += (out.empty() ? "" : " or ") + words_of(chord);
  return out;
}

std::string with_keys(std::string_view words, std::string_view id) {
  const Action* action = action_named(id);
  std::string out(words);
  if (action == nullptr || action->keys.empty()) return out;
  return out + " (" + keys_of(*action) + ")";
}

std::string tip_of(std::string_view id) {
  const Action* action = action_named(id);
  if (action == nullptr) return {};
  std::string out = with_keys(action->title, id);
  if (!action->detail.empty()) out += "\n" + action->detail;
  return out;
}

bool action_button(const ViewContext& ctx, std::string_view id, std::string_view name, Box box, std::string_view text,
                   ButtonLook look) {
  const Action* action = action_named(id);
  if (action == nullptr) return false;
  look.enabled = look.enabled && (!action->enabled || action->enabled(ctx));
  const bool clicked = button(ctx, name, box, text, tip_of(id), look);
  if (clicked) action->run(ctx);
  return clicked;
}

}  // namespace exo::views
