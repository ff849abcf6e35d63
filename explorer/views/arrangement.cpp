#include "explorer/views/arrangement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "explorer/views/views.hpp"

namespace exo::views {
namespace {

constexpr float kGap = 10, kWideEnough = 1300;

// Sizes that a layout does not name stay as the user made them.
constexpr std::array<LayoutRow, 4> kLayouts{{
    {"Lecture", "The story, the machine and time; nothing else",
     "panels=machine story=1 side=0 time=1 mirrored=0 stack=auto left=380 bottom=220"},
    {"Step", "The story, one panel, the selected thing, time",
     "panels=machine story=1 side=1 time=1 mirrored=0 stack=auto left=300 right=290 bottom=230"},
    {"Debug", "The source with its stack, variables and stops, and time; no story",
     "panels=source,stack,stops,variables story=0 side=0 time=1 mirrored=0 stack=auto bottom=180 across=0.62 "
     "down=0.64"},
    {"Everything", "Machine, bindings, revocations and events together",
     "panels=machine,bindings,revocations,events story=1 side=1 time=1 mirrored=0 stack=auto left=250 right=250 "
     "bottom=170 across=0.5 down=0.5"},
}};

struct Number {
  const char* name;
  float* value;
  float low, high;
};

std::array<Number, 5> numbers(UiState& ui) {
  return {{{"left", &ui.shell.left, 150, 900},
           {"right", &ui.shell.right, 150, 900},
           {"bottom", &ui.shell.bottom, 70, 900},
           {"across", &ui.shell.across, 0.15f, 0.85f},
           {"down", &ui.shell.down, 0.15f, 0.85f}}};
}

struct Switch {
  const char* name;
  bool* value;
};

std::array<Switch, 4> switches(UiState& ui) {
  return {{{"story", &ui.shell.story},
           {"side", &ui.shell.side},
           {"time", &ui.shell.time},
           {"mirrored", &ui.shell.mirrored}}};
}

constexpr std::array<std::string_view, 3> kStacks{"auto", "beside", "below"};

/// Cuts the text up to a separator off the front.
std::string_view take(std::string_view& text, char until) {
  const std::size_t at = std::min(text.find(until), text.size());
  const std::string_view out = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return out;
}

bool set_panels(UiState& ui, std::string_view names) {
  std::vector<int> found;
  while (!names.empty()) {
    const int panel = panel_named(take(names, ','));
    if (panel >= 0 && int(found.size()) < kRegions && std::ranges::find(found, panel) == found.end())
      found.push_back(panel);
  }
  if (found.empty()) return false;
  for (int i = 0; i < kRegions; ++i) region(ui, i) = i < int(found.size()) ? found[std::size_t(i)] : -1;
  return true;
}

bool set_one(UiState& ui, std::string_view name, std::string_view value) {
  if (name == "panels") return set_panels(ui, value);
  if (name == "stack") {
    const auto found = std::ranges::find(kStacks, value);
    if (found == kStacks.end()) return false;
    ui.shell.stack = Stack(found - kStacks.begin());
    return true;
  }
  for (const Switch& one : switches(ui))
    if (name == one.name) {
      *one.value = value == "1";
      return value == "0" || value == "1";
    }
  for (const Number& one : numbers(ui))
    if (name == one.name) {
      const float number = std::strtof(std::string(value).c_str(), nullptr);
      if (!(number >= one.low && number <= one.high)) return false;
      *one.value = number;
      return true;
    }
  return true;  // of a later version
}

}  // namespace

int& region(UiState& ui, int which) {
  switch (which) {
    case 0:
      return ui.shell.panel;
    case 1:
      return ui.shell.second;
    case 2:
      return ui.shell.third;
    default:
      return ui.shell.fourth;
  }
}

int region(const UiState& ui, int which) { return region(const_cast<UiState&>(ui), which); }

int regions_in_use(const UiState& ui) {
  int count = 1;
  while (count < kRegions && region(ui, count) >= 0) ++count;
  return count;
}

void add_region(UiState& ui, int panel) {
  const int count = regions_in_use(ui);
  if (count < kRegions) region(ui, count) = panel;
}

void close_region(UiState& ui, int which) {
  const int count = regions_in_use(ui);
  if (count < 2) return;
  for (int i = which; i + 1 < count; ++i) region(ui, i) = region(ui, i + 1);
  region(ui, count - 1) = -1;
}

void swap_regions(UiState& ui, int a, int b) { std::swap(region(ui, a), region(ui, b)); }

void show_panel(UiState& ui, int panel) {
  for (int i = 0; i < regions_in_use(ui); ++i)
    if (region(ui, i) == panel) return;
  ui.shell.panel = panel;
}

void show_panel_last(UiState& ui, int panel) {
  const int used = regions_in_use(ui);
  for (int i = 0; i < used; ++i)
    if (region(ui, i) == panel) return;
  region(ui, used > 2 ? 2 : used - 1) = panel;
}

std::string arrangement_text(const UiState& constant) {
  auto& ui = const_cast<UiState&>(constant);
  std::string panel_names;
  for (int i = 0; i < regions_in_use(ui); ++i)
    panel_names += (i == 0 ? "" : ",") + std::string(panels()[std::size_t(region(ui, i))].name);
  std::string out = "panels=" + panel_names;
  for (const Switch& one : switches(ui)) out += fmt::format(" {}={}", one.name, *one.value ? 1 : 0);
  out += fmt::format(" stack={}", kStacks[std::size_t(ui.shell.stack)]);
  for (const Number& one : numbers(ui)) out += fmt::format(" {}={:.4g}", one.name, *one.value);
  return out;
}

bool arrange(UiState& ui, std::string_view text) {
  const std::string kept = arrangement_text(ui);
  bool good = text.starts_with("panels=");
  for (std::string_view rest = text; good && !rest.empty();) {
    std::string_view one = take(rest, ' ');
    const std::string_view name = take(one, '=');
    good = set_one(ui, name, one);
  }
  if (!good && kept != text) (void)arrange(ui, kept);
  return good;
}

std::span<const LayoutRow> layouts() { return kLayouts; }

bool choose_layout(UiState& ui, std::string_view name) {
  ui.shell.projector = false;
  for (const LayoutRow& row : kLayouts)
    if (name == row.name && arrange(ui, row.text)) {
      ui.shell.layout = name;
      return true;
    }
  const auto saved = ui.shell.mine.find(std::string(name));
  if (saved == ui.shell.mine.end() || !arrange(ui, saved->second)) return false;
  ui.shell.layout = name;
  return true;
}

void save_layout(UiState& ui, std::string_view name) {
  ui.shell.mine[std::string(name)] = arrangement_text(ui);
  ui.shell.layout = name;
}

void toggle_projector(UiState& ui) {
  ShellUi& shell = ui.shell;
  shell.projector = !shell.projector;
  if (shell.projector) {
    shell.before = arrangement_text(ui);
    shell.scale_before = ui.shell.scale;
    ui.shell.scale = std::min(4.0f, ui.shell.scale * 2);
    (void)arrange(ui, "panels=machine story=1 side=0 time=1 mirrored=0 stack=auto left=300 bottom=150");
  } else {
    (void)arrange(ui, shell.before);
    ui.shell.scale = shell.scale_before;
  }
}

Places place_regions(const UiState& ui, Box box, float unit) {
  Places out;
  const int count = regions_in_use(ui);
  const float gap = kGap * unit;
  out.boxes.fill(box);
  if (count == 1) return out;
  const bool beside = ui.shell.stack == Stack::Beside ||
                      (ui.shell.stack == Stack::Auto && (count > 2 || box.width() >= kWideEnough * unit));
  const float x = std::floor(box.min.x + box.width() * std::clamp(ui.shell.across, 0.15f, 0.85f));
  const float y = std::floor(box.min.y + box.height() * std::clamp(ui.shell.down, 0.15f, 0.85f));
  const float left = x - gap / 2, right = x + gap / 2, above = y - gap / 2, below = y + gap / 2;
  const bool upright = count > 2 || beside, level = count > 2 || !beside;
  auto& b = out.boxes;
  if (count == 2) {
    (beside ? b[0].max.x : b[0].max.y) = beside ? left : above;
    (beside ? b[1].min.x : b[1].min.y) = beside ? right : below;
  } else if (count == 3 && beside) {
    b[0].max.x = left;
    b[1].min.x = b[2].min.x = right;
    b[1].max.y = above;
    b[2].min.y = below;
  } else {
    // Three with the first across the whole width, or four in two rows.
    b[0].max.y = above;
    if (count == 4) {
      b[0].max.x = left;
      b[1].min.x = right;
      b[1].max.y = above;
    }
    const std::size_t first = count == 4 ? 2 : 1;
    b[first].min.y = b[first + 1].min.y = below;
    b[first].max.x = left;
    b[first + 1].min.x = right;
  }
  const bool short_upright = count == 3 && !beside, short_level = count == 3 && beside;
  if (upright) out.upright = {{left, short_upright ? below : box.min.y}, {right, box.max.y}};
  if (level) out.level = {{short_level ? right : box.min.x, above}, {box.max.x, below}};
  return out;
}

}  // namespace exo::views
