// Sentences out of the templates of trace_events.def, notes.def and control_ops.def.
#include "explorer/model/words.hpp"

#include <fmt/format.h>

#include <array>

#include "explorer/model/event_table.hpp"
#include "explorer/model/fields.hpp"
#include "explorer/model/record_store.hpp"
#include "explorer/model/reduce.hpp"

namespace exo::model {

namespace {

struct Template {
  std::uint32_t number;
  std::string_view name;
  std::string_view text;
};
constexpr auto kNotes = std::to_array<Template>({
#define NOTE(number, name, text) {number, #name, text},
#include "kernel/abi/notes.def"
#undef NOTE
});
constexpr auto kOps = std::to_array<Template>({
#define CONTROL(number, name, action, a, b, text) {number, action, text},
#include "kernel/abi/control_ops.def"
#undef CONTROL
});

template <std::size_t kSize>
const Template* find(const std::array<Template, kSize>& all, std::uint32_t number) {
  for (const Template& one : all)
    if (one.number == number) return &one;
  return nullptr;
}

/// "any frame" and "no copy" don't fit behind every wording of a template; where they don't, the words before them
/// change.
struct Rewording {
  std::string_view before;
  std::string_view value;
  std::string_view together;
};
constexpr auto kRewordings = std::to_array<Rewording>({
    {"frame ", "any frame", "any frame"},
    {"contents saved to ", "no copy", "there is no copy of its contents"},
    {"saved to frame ", "no copy", "with no copy saved"},
    {"names frame ", "no copy", "names no frame"},
    {"frame ", "no copy", "no frame"},
});

void append_value(std::string& sentence, std::string_view value) {
  for (const Rewording& rule : kRewordings)
    if (value == rule.value && sentence.ends_with(rule.before)) {
      sentence.resize(sentence.size() - rule.before.size());
      sentence += rule.together;
      return;
    }
  sentence += value;
}

/// Fills a template: `value_of` is asked for what stands between braces, and told whether "frame " stands before it.
template <class ValueOf>
std::string fill(std::string_view text, const ValueOf& value_of) {
  std::string sentence;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t open = text.find('{', i);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      sentence += text.substr(i);
      break;
    }
    sentence += text.substr(i, open - i);
    append_value(sentence, value_of(text.substr(open + 1, close - open - 1), sentence.ends_with("frame ")));
    i = close + 1;
  }
  return sentence;
}

std::string note_text(const Event& event, const State& state) {
  const Template* note = find(kNotes, event.args[0]);
  if (note == nullptr)
    return fmt::format("note {} ({}, {}, {})", event.args[0], event.args[1], event.args[2], event.args[3]);
  return fill(note->text, [&](std::string_view placeholder, bool bare) {
    const std::uint32_t value = event.args[1 + std::size_t(placeholder[0] - 'a') % 3];
    if (placeholder.ends_with(":frame")) return argument_text(ArgumentKind::Frame, "", value, state, bare);
    if (placeholder.ends_with(":env")) return env_name(state, value);
    return fmt::format("{}", value);
  });
}

std::string command_text(const Event& event, const State& state) {
  const std::uint32_t number = event.args[0] & 0xffff, env = event.args[0] >> 16;
  const Template* op = find(kOps, number);
  if (event.id == abi::Event::ControlRefused) {  // it doesn't carry what the sentence would need
    const std::string name = op != nullptr ? std::string(op->name) : fmt::format("{}", number);
    return env == 0 ? fmt::format("the host's command \"{}\"", name)
                    : fmt::format("the host's command \"{}\" for {}", name, env_name(state, env));
  }
  if (op == nullptr) return fmt::format("the host gave an unknown command {}", number);
  return "the host " + fill(op->text, [&](std::string_view placeholder, bool bare) {
           if (placeholder == "env") return env == 0 ? std::string("whoever holds it") : env_name(state, env);
           if (placeholder == "frame") return argument_text(ArgumentKind::Asked, "frame", event.args[1], state, bare);
           return fmt::format("{}", event.args[placeholder == "b" ? 2 : 1]);
         });
}

/// The pages that a TLB entry really maps: only the valid halves count.
std::string entry_text(std::uint32_t hi, std::uint32_t lo0, std::uint32_t lo1, const State& state) {
  const bool even = (lo0 & abi::kLoValid) != 0, odd = (lo1 & abi::kLoValid) != 0;
  if (!even && !odd) return "nothing";
  if (even && odd) return tag_text(hi, state);
  return fmt::format("page {:#x} of {}", abi::entry_hi_vpn(hi) + (odd ? 1 : 0), tag_owner(hi, state));
}

/// Whether a TLB event's last three arguments are one entry: its tag and both halves.
bool is_entry(const EventRow& row) {
  return row.kinds[1] == ArgumentKind::EntryHi && row.kinds[2] == ArgumentKind::EntryLo &&
         row.kinds[3] == ArgumentKind::EntryLo;
}

constexpr auto kExceptionCauses = std::to_array<Template>({{1, "", "write to a read-only page"},
                                                           {2, "", "no translation for a load"},
                                                           {3, "", "no translation for a store"},
                                                           {4, "", "bad address for a load"},
                                                           {5, "", "bad address for a store"},
                                                           {6, "", "instruction bus error"},
                                                           {7, "", "data bus error"},
                                                           {8, "", "system call"},
                                                           {9, "", "breakpoint"},
                                                           {10, "", "reserved instruction"},
                                                           {11, "", "coprocessor unusable"},
                                                           {12, "", "arithmetic overflow"},
                                                           {13, "", "trap"},
                                                           {15, "", "floating point"}});

/// What a request asks for is called `asked`, and `frame` too, which is what it nearly always is.
bool is_called(const EventRow& row, std::size_t i, std::string_view name) {
  if (row.kinds[i] == ArgumentKind::None) return false;
  return row.names[i] == name || (row.kinds[i] == ArgumentKind::Asked && name == "frame");
}

/// A field of the event by name, as it reads in a sentence; false when there is none.
bool field(const Event& event, std::string_view name, const State& state, bool bare, std::string& text) {
  if (name == "env") {
    text = env_name(state, event.env);
    return true;
  }
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i) {
    const ArgumentKind kind = row.kinds[i];
    if (!is_called(row, i, name)) continue;
    const std::uint32_t value = event.args[i];
    if (kind == ArgumentKind::Note)
      text = note_text(event, state);
    else if (kind == ArgumentKind::Op)
      text = command_text(event, state);
    else if (kind == ArgumentKind::EntryHi && is_entry(row))
      text = entry_text(event.args[1], event.args[2], event.args[3], state);
    else if (const StlbState* entry =
                 event.id == abi::Event::TlbRefilled && i == 1 ? stlb_entry(state, value) : nullptr)
      text = entry_text(value, entry->lo[0], entry->lo[1], state);
    else if (kind == ArgumentKind::Ticks && name == "spent")  // a span, all others are times
      text = micros_text(value);
    else if (kind == ArgumentKind::Ticks)
      text = micros_text(unwrap_near(event.ticks, value));
    else if (const Template* cause =
                 event.id == abi::Event::ExceptionRaised && i == 0 ? find(kExceptionCauses, value) : nullptr)
      text = fmt::format("{} ({})", value, cause->text);
    else
      text = argument_text(kind, name, value, state, bare);
    return true;
  }
  if (name != "pc") return false;  // the instruction that caused it, unless an argument is called so
  text = fmt::format("{:#010x}", event.pc);
  return true;
}

std::string entry_points_text(const Event& event, const State& state) {
  const std::string holder = env_name(state, event.args[0]);
  const std::uint32_t sync = event.args[1], async = event.args[2];
  if (sync == 0 && async == 0) return holder + " can't be entered any more";
  std::string text = holder + " can be entered";
  if (sync != 0) text += fmt::format(" at {:#010x}", sync);
  if (async != 0) text += fmt::format("{} asynchronously at {:#010x}", sync != 0 ? "," : "", async);
  return event.args[3] != 0 ? text + ", by those it authorises" : text;
}

/// Events whose template doesn't fit some of their values; empty for all others.
std::string special_case(const Event& event, const State& state) {
  switch (event.id) {
    case abi::Event::SaveLocationSet:
      if (event.args[2] != abi::kNoFrame) return "";
      return fmt::format("save location {} of {} is used or given up", event.args[0], env_name(state, event.args[3]));
    case abi::Event::TlbWritten:
      if (((event.args[2] | event.args[3]) & abi::kLoValid) != 0) return "";
      return fmt::format("TLB entry {} was cleared", event.args[0]);
    case abi::Event::Switched:
      if (event.args[0] != event.args[1]) return "";
      return event.args[1] == 0
                 ? "the processor waits: nothing is ready to run"
                 : fmt::format("{} keeps the processor: the next slice is its own", env_name(state, event.args[1]));
    case abi::Event::IdentifierGiven:
      if (event.args[2] != 0) return "";
      return fmt::format("{} got address-space identifier {}", env_name(state, event.args[0]), event.args[1]);
    case abi::Event::FpuGiven:
      if (event.args[0] != 0) return "";
      return env_name(state, event.args[1]) + " has the floating-point unit now";
    case abi::Event::DeviceBound:
      if (event.args[1] != 0) return "";
      return fmt::format("nobody controls the {} now", device_name(event.args[0]));
    case abi::Event::EnvParked:
      if (event.args[1] == 0 || event.args[0] == event.args[1]) return "";
      return fmt::format("{} waits to be entered; meanwhile its slices run {}", env_name(state, event.args[0]),
                         env_name(state, event.args[1]));
    case abi::Event::CodeOffered:
      if (event.args[1] != std::uint32_t(abi::DownloadKind::Claim)) return "";
      return fmt::format("{} offers a claim of {} comparison{}: download attempt {}", env_name(state, event.args[3]),
                         event.args[2], event.args[2] == 1 ? "" : "s", event.args[0]);
    case abi::Event::CodeRan:
      return fmt::format("{} ran{}: result {}, {}", download_text(event.args[0]),
                         event.args[3] == 0 ? "" : fmt::format(" for packet {}", event.args[3]), event.args[1],
                         micros_text(event.args[2]));
    case abi::Event::PacketSent:
      return fmt::format("{} sends packet {}{}: {} bytes",
                         event.args[3] != 0 ? download_text(event.args[3]) : env_name(state, event.env), event.args[0],
                         event.args[2] == 0 ? "" : fmt::format(", which answers packet {}", event.args[2]),
                         event.args[1]);
    case abi::Event::PacketDropped:
      if (event.args[1] != std::uint32_t(abi::Reason::Handled)) return "";
      return fmt::format("packet {} has been dealt with by the handler of {}", event.args[0],
                         download_text(event.args[2]));
    case abi::Event::EnvSleeps:
      return event.args[1] == 0 ? fmt::format("{} sleeps until it is woken", env_name(state, event.args[0]))
                                : fmt::format("{} sleeps until the condition of {} holds",
                                              env_name(state, event.args[0]), download_text(event.args[1]));
    case abi::Event::EntrySet:
      return entry_points_text(event, state);
    case abi::Event::Repossessed:
      if (!abi::asks_for_slice(event.args[2]) && !abi::asks_for_download(event.args[2])) return "";
      return fmt::format("the repossession vector of {} names {}", env_name(state, event.args[1]),
                         asked_text(event.args[2]));
    default:
      return "";
  }
}

}  // namespace

std::string_view event_name(abi::Event id) {
  if (std::uint16_t(id) == kForgotten) return "forgotten";
  return is_known(id) ? row_of(id).name : "unknown";
}
std::string_view event_category(abi::Event id) { return is_known(id) ? row_of(id).category_name : "unknown"; }
bool is_known(abi::Event id) { return row_of(id).known(); }

std::string sentence(const Event& event, const State& state) {
  const EventRow& row = row_of(event.id);
  if (!row.known())
    return fmt::format("an event {} that nobody knows ({:#x}, {:#x}, {:#x}, {:#x})", std::uint32_t(event.id),
                       event.args[0], event.args[1], event.args[2], event.args[3]);
  if (std::string text = special_case(event, state); !text.empty()) return text;
  return fill(row.text, [&](std::string_view placeholder, bool bare) {
    std::string text;
    if (!field(event, placeholder, state, bare, text)) text = "?";
    return text;
  });
}

std::string field_text(const Event& event, std::string_view name, const State& state) {
  if (name == "time") return micros_text(event.ticks);
  if (name == "event") return std::string(event_name(event.id));
  std::string text;
  if (!field(event, name, state, false, text)) return "";
  return text;
}

bool field_value(const Event& event, std::string_view name, std::uint64_t& value) {
  if (name == "time") {
    value = event.ticks * abi::kNanosecondsPerTick / 1000;
    return true;
  }
  if (name == "env" || name == "pc") {
    value = name == "env" ? event.env : event.pc;
    return true;
  }
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i) {
    if (!is_called(row, i, name)) continue;
    value = event.args[i];
    return true;
  }
  return false;
}

}  // namespace exo::model
