// The Profile panel's lines: rows of the profile summed up as the user wants them, in order. And which frames are meant
// by what is looked for.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "explorer/model/words.hpp"
#include "explorer/views/profile_parts.hpp"

namespace exo::views {
namespace {

using debugger::Profile;
using debugger::ProfileFrame;
using debugger::ProfileRow;

bool has(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    return small(a) == small(b);
  };
  return part.empty() || !std::ranges::search(text, part, same).empty();
}

std::string_view file_only(std::string_view file) { return file.substr(file.rfind('/') + 1); }

/// The functions a line's row is told by, and its place: what rows of one key have in common.
ProfileLine line_of(const ProfileRow& row, ProfileBy by) {
  ProfileLine out;
  out.env = row.env;
  out.in_kernel = row.in_kernel;
  if (by == ProfileBy::Environment) return out;
  const std::string& function = by == ProfileBy::Function ? row.functions.front() : row.functions.back();
  out.name = out.function = function;
  out.file = row.file;
  out.line = row.line;
  if (by == ProfileBy::Line) {
    out.place = row.line == 0 ? row.program : fmt::format("{}:{}", file_only(row.file), row.line);
    out.name = row.line == 0 ? row.program : fmt::format("{}:{}", row.file, row.line);
  }
  return out;
}

void make_lines(const ViewContext& ctx) {
  ProfileUi& ui = ctx.ui.profile;
  struct Sum {
    ProfileLine line;
    std::uint64_t busiest = 0;  ///< instructions of the line that stands for it
  };
  std::map<std::tuple<std::uint32_t, bool, std::string, std::string>, Sum> sums;
  for (const ProfileRow& row : ui.made_of->rows) {
    if (row.functions.empty()) continue;
    ProfileLine line = line_of(row, ui.by);
    Sum& sum = sums[{line.env, line.in_kernel, line.name, line.function}];
    if (row.instructions > sum.busiest) {
      line.instructions = sum.line.instructions;
      sum.line = std::move(line);
      sum.busiest = row.instructions;
    }
    sum.line.instructions += row.instructions;
  }
  ui.lines.clear();
  for (auto& [key, sum] : sums) {
    ProfileLine& line = sum.line;
    if (ui.by == ProfileBy::Environment) line.name = line.in_kernel ? "the kernel's code" : "its own code";
    if (has(line.name, ui.search) || has(line.function, ui.search) ||
        has(whose(ctx, line.env, line.in_kernel), ui.search))
      ui.lines.push_back(std::move(line));
  }
  std::ranges::stable_sort(ui.lines, [&](const ProfileLine& a, const ProfileLine& b) {
    if (ui.order == ProfileOrder::Where && a.name != b.name) return a.name < b.name;
    if (ui.order == ProfileOrder::Who && a.env != b.env) return a.env < b.env;
    return a.instructions > b.instructions;
  });
}

void find_frames(ProfileUi& ui) {
  const auto& frames = ui.made_of->frames;
  ui.found.assign(frames.size(), false);
  ui.found_within = 0;
  if (ui.search.empty()) return;
  std::uint32_t counted = 0;  // frames before this one lie in one that is counted
  for (std::uint32_t i = 0; i < frames.size(); ++i) {
    ui.found[i] = i != 0 && has(frames[i].name, ui.search);
    if (!ui.found[i] || i < counted) continue;
    ui.found_within += frames[i].total;
    counted = frames[i].end;
  }
}

}  // namespace

void make_profile(const ViewContext& ctx) {
  ProfileUi& ui = ctx.ui.profile;
  const bool another = ui.made_of != ctx.profile->profile;
  if (!another && ui.made_by == ui.by && ui.made_order == ui.order && ui.made_search == ui.search) return;
  if (another) {
    ui.zoom = ui.focus = 0;
    ui.focus_moved = true;
  }
  ui.made_of = ctx.profile->profile;
  ui.made_by = ui.by;
  ui.made_order = ui.order;
  ui.made_search = ui.search;
  make_lines(ctx);
  find_frames(ui);
}

std::string_view short_function(std::string_view name) {
  std::size_t start = 0, depth = 0;
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == '<' || name[i] == '(') ++depth;
    if (depth != 0 && (name[i] == '>' || name[i] == ')')) --depth;
    if (depth == 0 && name[i] == ':' && name[i + 1] == ':') start = i + 2;
  }
  return name.substr(start);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  const double share = 100 * double(part) / double(std::max<std::uint64_t>(1, whole));
  return share != 0 && share < 0.05 ? std::string("< 0.1 %") : fmt::format("{:.1f} %", share);
}

std::string whose(const ViewContext& ctx, std::uint32_t env, bool in_kernel) {
  if (env == debugger::kKernel) return in_kernel ? "the kernel, for nobody" : "nobody";
  const std::string name = model::env_name(ctx.history.newest(), env);
  return in_kernel ? "the kernel, for " + name : name;
}

}  // namespace exo::views
