// `exoscope profile`: where the instructions of a lesson or a recording went, every one of them.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/debugged_run.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/export/output.hpp"
#include "explorer/session/profile.hpp"
#include "explorer/session/profile_text.hpp"

namespace exo::cli {
namespace {

using debugger::Profile;
using debugger::ProfileRow;

std::string whose(const ProfileRow& row, const model::State& names) {
  if (row.env == debugger::kKernel) return "nobody";
  const std::string name = names.envs[row.env].name;
  return name.empty() ? fmt::format("environment {}", row.env) : name;
}

std::string where(const ProfileRow& row) {
  return row.line == 0 ? row.program : fmt::format("{}:{}", row.file, row.line);
}

// What rows of one key have in common.
std::string key_of(const ProfileRow& row, const std::string& owner, ProfileOptions::By by) {
  const char* side = row.in_kernel ? "kernel" : "own code";
  switch (by) {
    case ProfileOptions::By::Env:
      return fmt::format("{}, {}", owner, side);
    case ProfileOptions::By::Function:
      return fmt::format("{}, {}: {}", owner, side, row.functions.front());
    case ProfileOptions::By::Line:
      return fmt::format("{}, {}: {}  ({})", owner, side, where(row), row.functions.back());
  }
  return "";
}

void print_table(const Profile& profile, const ProfileOptions& options, const model::State& names,
                 exporting::Output& out) {
  std::map<std::string, std::uint64_t> sums;
  for (const ProfileRow& row : profile.rows) sums[key_of(row, whose(row, names), options.by)] += row.instructions;
  std::vector<std::pair<std::string, std::uint64_t>> rows(sums.begin(), sums.end());
  std::ranges::stable_sort(rows, std::greater{}, &std::pair<std::string, std::uint64_t>::second);
  const double all = double(std::max<std::uint64_t>(1, profile.instructions));
  out.put(fmt::format("{:>12}  {:>6}  where\n", "instructions", "share"));
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (options.top != 0 && i >= options.top) {
      rest += rows[i].second;
      continue;
    }
    out.put(fmt::format("{:>12}  {:>5.1f}%  {}\n", rows[i].second, double(rows[i].second) / all * 100, rows[i].first));
  }
  if (rest != 0)
    out.put(fmt::format("{:>12}  {:>5.1f}%  {} more (--top 0 shows all)\n", rest, double(rest) / all * 100,
                        rows.size() - options.top));
  out.put(fmt::format("{} instructions in all\n", profile.instructions));
  if (profile.unaccounted != 0)
    out.put(fmt::format("{} of them at addresses that found no room\n", profile.unaccounted));
}

}  // namespace

int profile(const ProfileOptions& options) {
  const auto session = debugged_run(options.what, options.seed);
  auto& rerun = static_cast<session::Rerun&>(session->debug());
  const auto& history = session->history();
  const model::EventNumber to = options.to == 0 ? history.size() : options.to;
  const Profile found = session::profile(rerun, history, options.from, to, [] { return signal_caught() != 0; });
  const model::State& names = history.newest();
  exporting::Output out(options.out.empty() ? "-" : options.out);
  if (options.folded)
    session::put_folded(found, out);
  else if (options.json)
    session::put_json(found, out);
  else
    print_table(found, options, names, out);
  out.finish();
  return 0;
}

}  // namespace exo::cli
