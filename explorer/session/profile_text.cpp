#include "explorer/session/profile_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace exo::session {

using debugger::Profile;
using debugger::ProfileFrame;
using debugger::ProfileRow;

namespace {

/// Semicolons separate frames.
std::string folded_name(const ProfileFrame& frame) {
  std::string name = frame.name;
  std::ranges::replace(name, ';', ':');
  return name;
}

const ProfileFrame* environment(const Profile& profile, std::uint32_t env) {
  const auto at = std::ranges::find_if(profile.frames, [&](const ProfileFrame& frame) {
    return frame.kind == ProfileFrame::Kind::Owner && frame.env == env;
  });
  return at == profile.frames.end() ? nullptr : &*at;
}

}  // namespace

void put_folded(const Profile& profile, exporting::Output& out) {
  std::vector<std::size_t> ends;  // of the text, at each depth
  std::string stack;
  for (const ProfileFrame& frame : profile.frames) {
    if (frame.kind == ProfileFrame::Kind::All) {
      ends.push_back(0);
      if (frame.self != 0) out.put(fmt::format("[no stack] {}\n", frame.self));
      continue;
    }
    ends.resize(frame.depth);
    stack.resize(ends.back());
    stack += (stack.empty() ? "" : ";") + folded_name(frame);
    ends.push_back(stack.size());
    if (frame.self != 0) out.put(fmt::format("{} {}\n", stack, frame.self));
  }
  if (profile.unaccounted != 0) out.put(fmt::format("[no room] {}\n", profile.unaccounted));
}

void put_json(const Profile& profile, exporting::Output& out) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array(), frames = rows;
  for (const ProfileRow& row : profile.rows) {
    const ProfileFrame* owner = environment(profile, row.env);
    rows.push_back({{"environment", row.env},
                    {"name", owner != nullptr ? owner->name : ""},
                    {"kernel", row.in_kernel},
                    {"program", row.program},
                    {"functions", row.functions},
                    {"file", row.file},
                    {"line", row.line},
                    {"instructions", row.instructions}});
  }
  for (const ProfileFrame& frame : profile.frames)
    frames.push_back({{"name", frame.name},
                      {"depth", frame.depth},
                      {"environment", frame.env},
                      {"kernel", frame.in_kernel},
                      {"inlined", frame.inlined},
                      {"self", frame.self},
                      {"total", frame.total}});
  const nlohmann::ordered_json all = {{"instructions", profile.instructions},
                                      {"unknown", profile.unaccounted},
                                      {"shortened", profile.shortened},
                                      {"rows", std::move(rows)},
                                      {"stacks", std::move(frames)}};
  out.put(all.dump(1) + "\n");
}

}  // namespace exo::session
