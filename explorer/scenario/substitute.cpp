// The same scenario with another library OS.
#include "explorer/scenario/substitute.hpp"

#include <fmt/format.h>

#include "explorer/common/error.hpp"
#include "explorer/scenario/event_words.hpp"
#include "explorer/scenario/toml_table.hpp"

namespace exo::scenario {
namespace {

/// Where a value stands in the text: TOML counts lines and columns from 1, and columns in code points.
std::size_t offset_of(std::string_view text, const toml::source_position& at) {
  std::size_t offset = 0;
  for (toml::source_index line = 1; line < at.line && offset < text.size(); ++line)
    offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
  for (toml::source_index column = 1; column < at.column && offset < text.size(); ++column) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xc0) == 0x80) ++offset;
  }
  return offset;
}

/// The end of a string of one line that begins here.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"')
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return text.size();
}

std::string changed(std::string text, std::string_view file, const Substitution& change) {
  std::vector<std::string> names;
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    refuse(file, int(error.source().begin.line), fmt::format("this is not TOML: {}", error.description()),
           "mend the line");
  }
  const auto* envs = root["env"].as_array();
  if (envs == nullptr) refuse(file, 1, "the scenario has no environment", "add [[env]] with program = \"polite\"");
  for (const auto& node : *envs) {
    const auto* env = node.as_table();
    const auto* program = env == nullptr ? nullptr : env->get_as<std::string>("program");
    if (program == nullptr) continue;  // the parser says so
    const auto* named = env->get_as<std::string>("name");
    const std::string name = named != nullptr ? named->get() : program->get();
    names.push_back(name);
    if (name != change.env) continue;
    const std::size_t begin = offset_of(text, program->source().begin);
    if (begin >= text.size() || (text[begin] != '"' && text[begin] != '\''))
      refuse(file, int(program->source().begin.line), "this program can't be exchanged",
             "write program = \"polite\" on a line of its own");
    std::string value = fmt::format("\"{}\"", change.program);
    // A separator that stands between keys: a new line in a [[env]], a comma in an inline table.
    if (named == nullptr) value += fmt::format("{}name = \"{}\"", env->is_inline() ? ", " : "\n", name);
    return text.replace(begin, end_of_string(text, begin) - begin, value);
  }
  throw InputError(fmt::format("{}: it has no environment '{}'{}; write NAME=PROGRAM with one of {}", file, change.env,
                               did_you_mean(change.env, names), fmt::join(names, ", ")));
}

}  // namespace

Substitution substitution_of(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
    throw InputError(
        fmt::format("{}: write NAME=PROGRAM, for instance stubborn=polite: what runs in an environment", text));
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::string substitute(std::string_view text, std::string_view file, const std::vector<Substitution>& changes) {
  std::string out(text);
  for (const Substitution& change : changes) out = changed(std::move(out), file, change);
  return out;
}

}  // namespace exo::scenario
