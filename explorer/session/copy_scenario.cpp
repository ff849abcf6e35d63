#include "explorer/session/copy_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "explorer/common/error.hpp"
#include "explorer/export/output.hpp"
#include "explorer/model/words.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/scenario/story_teller.hpp"
#include "explorer/session/captured.hpp"
#include "explorer/session/guest.hpp"

namespace exo::session {
namespace {

using abi::ControlOp;
using scenario::Scenario;

/// A command that the kernel took.
struct Taken {
  abi::ControlCommand command;  ///< due_tick: at which it was taken
  model::EventNumber number = 0;
};

bool same(const abi::ControlCommand& a, const abi::ControlCommand& b) {
  return a.op == b.op && a.environment == b.environment && a.a == b.a && a.b == b.b;
}

std::vector<Taken> taken_commands(const model::History& history) {
  std::vector<Taken> all;
  for (model::EventNumber number = history.forgotten() + 1; number <= history.size();) {
    const auto records = history.records_from(number);
    if (records.empty()) break;
    for (const auto& record : records) {
      if (abi::Event(record.event) == abi::Event::ControlTaken)
        all.push_back({{record.arguments[3], std::uint16_t(record.arguments[0]),
                        std::uint16_t(record.arguments[0] >> 16), record.arguments[1], record.arguments[2]},
                       number});
      ++number;
    }
  }
  return all;
}

/// What the scenario gives itself: at its times, and after its events (due then: the number of the event).
struct Own {
  abi::ControlCommand command;
  model::EventNumber after = 0;
};

std::vector<Own> own_commands(const std::shared_ptr<const Scenario>& scenario, const model::History& history) {
  std::vector<Own> own;
  for (const auto& command : scenario::commands_up_front(*scenario)) own.push_back({command, 0});
  scenario::StoryTeller teller(scenario);
  teller.read(history);
  for (const auto& due : teller.take_due()) {
    const auto& step = scenario->steps[std::size_t(due.step)];
    for (const auto& command : scenario::commands_of(*scenario, step, history.event(due.at), history.state_at(due.at)))
      own.push_back({command, due.at});
  }
  return own;
}

/// Bytes in the packet store as the kernel found them, by their offset.
class StoreText {
 public:
  StoreText(const Scenario& scenario, const model::History& history) : store_(scenario.store) {
    std::vector<abi::TraceRecord> all;
    for (model::EventNumber number = history.forgotten() + 1; number <= history.size();) {
      const auto records = history.records_from(number);
      if (records.empty()) break;
      all.insert(all.end(), records.begin(), records.end());
      number += records.size();
    }
    restore_packets(all, store_);
  }
  [[nodiscard]] std::string hex(std::uint32_t offset, std::size_t bytes) const {
    std::string text;
    for (std::size_t i = 0; i < bytes && offset + i < store_.bytes().size(); ++i)
      text += fmt::format("{}{:02x}", i == 0 ? "" : " ", static_cast<unsigned char>(store_.bytes()[offset + i]));
    return text;
  }

 private:
  packets::Store store_;
};

std::string env_text(const Scenario& scenario, std::uint32_t env) {
  return env > 0 && env < scenario.env_names.size() ? fmt::format("\"{}\"", scenario.env_names[env])
                                                    : fmt::format("{}", env);
}

std::string asked_text(std::uint32_t asked) {
  if (abi::asks_for_download(asked)) return fmt::format("download = {}\n", asked & 0xffff);
  if (asked == abi::kAnySlice) return "slice = \"any\"\n";
  if (abi::asks_for_slice(asked)) return fmt::format("slice = {}\n", asked & 0xffff);
  return asked == abi::kAnyFrame ? "frame = \"any\"\n" : fmt::format("frame = {}\n", asked);
}

std::string limits_text(std::uint32_t pair) {
  return fmt::format("patience_us = {}\ndeadline_us = {}\n", pair >> 16, pair & 0xffff);
}

/// The keys of an [[inject]], below its time; empty when it can't be written down.
std::string injection_text(const Taken& taken, const Scenario& scenario, const StoreText& store) {
  const abi::ControlCommand& command = taken.command;
  const std::string env = fmt::format("env = {}\n", env_text(scenario, command.environment));
  switch (ControlOp(command.op)) {
    case ControlOp::Revoke:
      return "action = \"revoke\"\n" + env + asked_text(command.a) + limits_text(command.b);
    case ControlOp::Pressure:
      return fmt::format("action = \"pressure\"\n{}frames = {}\n{}", env, command.a, limits_text(command.b));
    case ControlOp::Kill:
      return "action = \"kill\"\n" + env;
    case ControlOp::Hang:
      return "action = \"hang\"\n" + env;
    case ControlOp::Wake:
      return "action = \"wake\"\n" + env;
    case ControlOp::Key:
      return fmt::format("action = \"key\"\n{}key = {}\n", env, command.a);
    case ControlOp::Audit:
      return "action = \"audit\"\n";
    case ControlOp::Packet: {
      const std::string bytes = store.hex(command.a, command.b);
      return bytes.empty() ? "" : fmt::format("packet = {{ hex = \"{}\" }}\n", bytes);
    }
    case ControlOp::Download: {
      const std::string bytes = store.hex(command.a, std::size_t{command.b & 0xffff} * 8);
      return bytes.empty() ? "" : fmt::format("program = \"{}\"\n{}order = {}\n", bytes, env, command.b >> 16);
    }
    case ControlOp::Stop:
      break;
  }
  return "";
}

}  // namespace

std::string with_end(const std::string& text, std::uint32_t end_us) {
  std::size_t line = 0;
  while (line < text.size()) {
    const std::size_t next = std::min(text.find('\n', line), text.size());
    std::size_t at = text.find_first_not_of(" \t", line);
    if (at < next && text.compare(at, 6, "end_us") == 0) {
      const std::size_t digits = text.find_first_of("0123456789", at + 6);
      const std::size_t behind = digits < next ? text.find_first_not_of("0123456789_", digits) : next;
      if (digits < next)
        return text.substr(0, digits) + fmt::format("{}", end_us) + (behind < text.size() ? text.substr(behind) : "");
    }
    line = next + 1;
  }
  return text;
}

ScenarioCopy copy_scenario(const connection::RecordingHeader& header, const model::History& history) {
  const auto scenario = std::make_shared<const Scenario>(
      scenario::parse(header.scenario_text, header.scenario_name + ".toml", {}, files_of(header), header.seed));
  std::vector<Own> own = own_commands(scenario, history);
  const StoreText store(*scenario, history);
  const std::uint32_t end_tick = scenario::tick_of(scenario->end_us);

  ScenarioCopy copy;
  std::string added;
  std::uint32_t last_tick = 0;
  for (const Taken& taken : taken_commands(history)) {
    const auto mine = std::ranges::find_if(own, [&](const Own& one) {
      return same(one.command, taken.command) && one.command.due_tick <= taken.command.due_tick &&
             one.after < taken.number;
    });
    if (mine != own.end()) {
      if (mine->after != 0 && last_tick == taken.command.due_tick && copy.injections != 0)
        copy.notes.push_back(fmt::format(
            "event {}: the scenario's own injection came after one by hand at the same tick; the replay takes it first",
            taken.number));
      own.erase(mine);
      continue;
    }
    if (ControlOp(taken.command.op) == ControlOp::Stop) continue;
    const std::string keys = injection_text(taken, *scenario, store);
    if (keys.empty()) {
      copy.notes.push_back(
          fmt::format("event {}: the trace does not hold the bytes of this injection; it is left out", taken.number));
      continue;
    }
    added += fmt::format("\n[[inject]]  # event {}\nat_us = {}\n{}", taken.number,
                         std::uint64_t{taken.command.due_tick} * abi::kTickMicros, keys);
    last_tick = taken.command.due_tick;
    ++copy.injections;
  }

  copy.text = header.scenario_text;
  if (last_tick >= end_tick) {
    const auto until =
        std::max(std::uint32_t(model::micros(history.newest().now)), last_tick * abi::kTickMicros) + abi::kTickMicros;
    copy.end_us = std::uint32_t(until / abi::kTickMicros * abi::kTickMicros);
    copy.text = with_end(copy.text, copy.end_us);
    copy.notes.push_back(fmt::format(
        "the session went on after the scenario's end at {} us: the replay ends later, without the audit there",
        scenario->end_us));
  }
  if (history.forgotten() != 0)
    copy.notes.push_back(fmt::format("the first {} events were no longer in memory: what was injected then is left out",
                                     history.forgotten()));
  if (header.seed != 0)
    copy.notes.push_back(fmt::format("this was variation {0} of the lesson: run it with --seed {0}", header.seed));
  if (!copy.text.empty() && copy.text.back() != '\n') copy.text += '\n';
  if (copy.injections != 0)
    copy.added = "\n# Done live, at the guest time at which the kernel took it.\n" + added.substr(1);
  copy.text += copy.added;
  return copy;
}

void write_scenario(const ScenarioCopy& copy, const connection::RecordingHeader& header, const std::string& path) {
  if (path != "-") {
    const auto folder = std::filesystem::path(path).parent_path();
    for (const auto& [name, bytes] : header.files) {
      const auto beside = folder / name;
      std::ifstream old(beside, std::ios::binary);
      if (old) {
        const std::string there((std::istreambuf_iterator<char>(old)), {});
        if (there != bytes)
          throw InputError(
              fmt::format("{}: the scenario needs this file, and another one is there; choose another "
                          "folder for {}",
                          beside.string(), path));
        continue;
      }
      exporting::Output file(beside.string());
      file.put(bytes);
      file.finish();
    }
  }
  exporting::Output out(path);
  out.put(copy.text);
  out.finish();
}

ScenarioCopy copy_scenario(const std::string& recording, const std::string& path) {
  const connection::Recording read = connection::read_recording(recording);
  model::History history;
  history.append(read.records);
  ScenarioCopy copy = copy_scenario(read.header, history);
  if (!read.warning.empty()) copy.notes.push_back(read.warning);
  write_scenario(copy, read.header, path);
  return copy;
}

}  // namespace exo::session
