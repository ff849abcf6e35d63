#include "explorer/views/preferences.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>

#include "explorer/views/arrangement.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// A string in quotes; nothing when it is none.
std::optional<std::string> string_of(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    out += text[i];
  }
  return out;
}

std::optional<float> number_of(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const float out = std::strtof(copy.c_str(), &end);
  if (copy.empty() || *end != 0 || !(out >= 0 && out <= 100'000)) return std::nullopt;
  return out;
}

/// One line that gives a value; what is wrong with it, or nothing.
std::string take(std::string_view section, const std::string& key, std::string_view value, UiState& ui,
                 Preferences& preferences) {
  const auto text = string_of(value);
  const auto number = number_of(value);
  if (!text && !number && value != "true" && value != "false") return "the value can't be read";
  if (section == "layouts") {
    UiState trial;
    if (!text || !arrange(trial, *text)) return "this is no layout";
    ui.shell.mine[key] = *text;
    return {};
  }
  if (!section.empty()) return {};
  if (key == "theme" && !(text && palette_named(*text, ui.shell.palette))) return "there is no such theme";
  if (key == "arrangement" && !(text && arrange(ui, *text))) return "this is no arrangement";
  if (key == "layout") ui.shell.layout = text.value_or("Step");
  if (key == "lesson") preferences.lesson = text.value_or("");
  if (key == "scale" && !(number && (*number == 0 || (*number >= 0.75f && *number <= 4))))
    return "the scale is a number from 1 to 4";
  if (key == "scale") preferences.scale = *number;
  if (key == "width" || key == "height") {
    if (!number || *number > 16'384) return "this is no size of a window";
    (key == "width" ? preferences.width : preferences.height) = int(*number);
  }
  return {};
}

}  // namespace

std::string preferences_text(const UiState& ui, const Preferences& preferences) {
  // The projector is for the moment: what is kept is what it returns to.
  const std::string arrangement = ui.shell.projector ? ui.shell.before : arrangement_text(ui);
  std::string out = "# Exoscope writes this file when its window is closed. Without it everything is as delivered.\n";
  out += fmt::format("theme = {}\n", quoted(theme(ui.shell.palette).name));
  out += fmt::format("scale = {:.4g}\n", preferences.scale);
  out += fmt::format("layout = {}\n", quoted(ui.shell.layout));
  out += fmt::format("arrangement = {}\n", quoted(arrangement));
  out += fmt::format("lesson = {}\n", quoted(preferences.lesson));
  out += fmt::format("width = {}\nheight = {}\n", preferences.width, preferences.height);
  out += "\n[layouts]\n";
  for (const auto& [name, layout] : ui.shell.mine) out += fmt::format("{} = {}\n", quoted(name), quoted(layout));
  return out;
}

std::string read_preferences(std::string_view text, UiState& ui, Preferences& preferences) {
  if (text.size() > kMostBytes) return "it is far too long";
  UiState taken = ui;
  Preferences read = preferences;
  std::string section;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.empty() || row.front() == '#') continue;
    if (row.front() == '[') {
      if (row.back() != ']') return fmt::format("line {}: a bracket is missing", line);
      section = row.substr(1, row.size() - 2);
      continue;
    }
    const std::size_t equals = row.find(" = ");
    if (equals == std::string_view::npos) return fmt::format("line {}: this is not written as name = value", line);
    const std::string_view name = trimmed(row.substr(0, equals));
    const std::string key = string_of(name).value_or(std::string(name));
    const std::string wrong = take(section, key, trimmed(row.substr(equals + 3)), taken, read);
    if (!wrong.empty()) return fmt::format("line {}: {}", line, wrong);
  }
  ui.shell = taken.shell;
  preferences = read;
  return {};
}

}  // namespace exo::views
