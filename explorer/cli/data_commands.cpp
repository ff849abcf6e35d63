// `exoscope query`, `export` and `scenario`: a recording as data for other programs.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/common/error.hpp"
#include "explorer/export/output.hpp"
#include "explorer/export/perfetto.hpp"
#include "explorer/export/rows.hpp"
#include "explorer/model/filter.hpp"
#include "explorer/model/words.hpp"
#include "explorer/session/captured.hpp"
#include "explorer/session/copy_scenario.hpp"
#include "explorer/session/session.hpp"

namespace exo::cli {
namespace {

std::unique_ptr<session::Session> opened(const std::string& trace) {
  auto session = session::Session::recording(trace);
  if (!session->warning().empty()) complain(session->warning());
  return session;
}

/// One line: where, what, how to mend it.
[[noreturn]] void refuse(const std::string& text, const model::QueryError& error) {
  const std::string piece = text.substr(std::min(error.position, text.size()), error.length);
  throw InputError(fmt::format("the query, character {}{}: {}; {}", error.position + 1,
                               piece.empty() ? "" : fmt::format(" ('{}')", piece), error.what, error.remedy));
}

/// The events found, one after the other, with the state after each.
template <typename Take>
void for_each_found(const model::History& history, const model::FilterIndex& found, Take take) {
  exporting::EventWalk walk(history);
  std::size_t row = 0;
  while (row < found.size() && walk.next())
    if (walk.event().number == found.at(row)) {
      take(walk);
      ++row;
    }
}

void print_counts(const model::CountTable& table, const QueryOptions& options, exporting::Output& out) {
  std::string text;
  const auto share = [&](std::uint64_t count) {
    return double(count) / double(std::max<std::uint64_t>(1, table.events()));
  };
  const std::string name(table.field().name);
  if (options.json) text += '[';
  if (options.csv) text += fmt::format("{},count,share,first\r\n", name);
  std::size_t wide = name.size();
  for (const auto& row : table.rows()) wide = std::max(wide, row.value.size());
  if (!options.json && !options.csv)
    text += fmt::format("{:<{}}  {:>9}  {:>6}  first event\n", name, wide, "count", "share");
  bool first = true;
  for (const auto& row : table.rows()) {
    if (options.json) {
      text += first ? "\n{\"value\":" : ",\n{\"value\":";
      exporting::append_json_text(text, row.value);
      text += fmt::format(",\"count\":{},\"share\":{:.6f},\"first\":{}}}", row.count, share(row.count), row.first);
    } else if (options.csv) {
      exporting::append_csv_text(text, row.value);
      text += fmt::format(",{},{:.6f},{}\r\n", row.count, share(row.count), row.first);
    } else {
      text +=
          fmt::format("{:<{}}  {:>9}  {:>5.1f}%  {}\n", row.value, wide, row.count, share(row.count) * 100, row.first);
    }
    first = false;
    out.put(text);
    text.clear();
  }
  if (options.json) text += "\n]\n";
  if (!options.json && !options.csv) {
    text += fmt::format("{} events", table.events());
    if (table.with() != table.events()) text += fmt::format(", {} of them with {}", table.with(), name);
    if (table.others() != 0) text += fmt::format("; {} more have further values", table.others());
    text += '\n';
  }
  out.put(text);
}

void print_events(const model::History& history, const model::FilterIndex& found, const QueryOptions& options,
                  exporting::Output& out) {
  if (options.csv) out.put(exporting::csv_head());
  if (options.json) out.put("[");
  std::string text;
  bool first = true;
  for_each_found(history, found, [&](const exporting::EventWalk& walk) {
    text.clear();
    if (options.csv) {
      exporting::append_csv(text, walk);
    } else if (options.json) {
      text = first ? "\n" : ",\n";
      exporting::append_json(text, walk);
    } else {
      const model::Event& event = walk.event();
      text =
          fmt::format("{:>8}  {:>12.2f} µs  {:<12}  {:<18}  {}\n", event.number, model::micros(event.ticks),
                      walk.names().text(event.env), model::event_name(event.id), model::sentence(event, walk.state()));
    }
    first = false;
    out.put(text);
  });
  if (options.json) out.put("\n]\n");
  if (!options.csv && !options.json) out.put(fmt::format("{} of {} events\n", found.size(), history.size()));
}

}  // namespace

int query(const QueryOptions& options) {
  const auto session = opened(options.trace);
  const model::History& history = session->history();
  model::EventFilter filter;
  filter.text = options.expression;
  if (!options.count_by.empty()) filter.text += " count by " + options.count_by;
  model::FilterIndex found;
  found.set(filter);
  if (found.error()) refuse(filter.text, *found.error());
  while (!found.scan(history)) {
  }
  exporting::Output out("-");
  if (const model::CountTable* table = found.counts())
    print_counts(*table, options, out);
  else
    print_events(history, found, options, out);
  out.finish();
  return int(ExitCode::Good);
}

int export_trace(const ExportOptions& options) {
  if (options.csv.empty() && options.perfetto.empty() && options.pcap.empty())
    throw InputError("export: nothing to write; give --csv FILE, --perfetto FILE or --pcap FILE");
  const auto session = opened(options.trace);
  const model::History& history = session->history();
  const auto say = [](std::uint64_t count, const char* what, const std::string& path) {
    if (path != "-") write_out("-", fmt::format("{} {}{} in {}\n", count, what, count == 1 ? "" : "s", path));
  };
  if (!options.csv.empty()) {
    exporting::Output out(options.csv);
    const auto count = exporting::write_csv(history, out);
    out.finish();
    say(count, "event", options.csv);
  }
  if (!options.perfetto.empty()) {
    exporting::Output out(options.perfetto);
    const auto count = exporting::write_perfetto(history, out);
    out.finish();
    say(count, "trace event", options.perfetto);
  }
  if (!options.pcap.empty()) say(session::save_pcap(history, options.pcap), "packet", options.pcap);
  return int(ExitCode::Good);
}

int scenario(const std::string& trace, const std::string& out) {
  const auto copy = session::copy_scenario(trace, out);
  if (out != "-")
    write_out("-", fmt::format("{} with {} {} of the live session\n", out, copy.injections,
                               copy.injections == 1 ? "injection" : "injections"));
  for (const auto& note : copy.notes) complain(note);
  return int(ExitCode::Good);
}

}  // namespace exo::cli
