// Triggers and injections: the parts of a step that name events, environments and frames.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/scenario/parse_parts.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::scenario {
namespace {

constexpr std::int64_t kMostMicros = 0xffff;  ///< patience and deadline share a word

struct ActionRow {
  abi::ControlOp op;
  std::string_view action, a, b, text;
};
constexpr ActionRow kActions[] = {
#define CONTROL(number, name, action, a, b, text) {abi::ControlOp::name, action, a, b, text},
#include "kernel/abi/control_ops.def"
#undef CONTROL
};

const ActionRow& action_named(Table& table) {
  const std::string name = table.text("action");
  std::vector<std::string> known;
  std::string list;
  for (const auto& row : kActions) {
    if (row.op == abi::ControlOp::Stop) continue;  // end_us says when
    if (row.action == name) return row;
    known.emplace_back(row.action);
    list += fmt::format("{}{}", list.empty() ? "" : ", ", row.action);
  }
  if (name == "stop") table.refuse_at("action", "a step can't stop the scenario", "set end_us at the top of the file");
  table.refuse_at("action", fmt::format("there is no action '{}'{}", name, did_you_mean(name, known)),
                  "there are " + list);
}

/// slice = 3 | "any" | "{field}".
FrameChoice slice_of(Table& table, const EventPattern* event) {
  FrameChoice choice{.kind = FrameChoice::Kind::Number};
  if (table.has("frame") || table.has("frame_of"))
    table.refuse_at("slice", "both a frame and a slice are asked for", "keep one of them");
  if (!table.node("slice")->is_string()) {
    choice.number = abi::asked_slice(std::uint32_t(table.number("slice", 0, abi::kSlicePositions - 1)));
    return choice;
  }
  const std::string word = table.text("slice");
  choice.number = abi::kAnySlice;
  if (word == "any") return choice;
  const bool braced = word.size() > 2 && word.front() == '{' && word.back() == '}' && event != nullptr;
  const auto field = braced ? find_field(event->id, word.substr(1, word.size() - 2)) : std::nullopt;
  const bool position = field && (field->kind == FieldKind::Asked || word == "{position}");
  if (!position)
    table.refuse_at("slice", fmt::format("'{}' names no slice", word),
                    "write a position, \"any\" or, after an event that has one, \"{position}\"");
  choice.kind = FrameChoice::Kind::OfEvent;
  choice.field = *field;
  return choice;
}

/// download = 3 | "{field}".
FrameChoice download_of(Table& table, const EventPattern* event) {
  FrameChoice choice{.kind = FrameChoice::Kind::Number};
  if (table.has("frame") || table.has("frame_of") || table.has("slice"))
    table.refuse_at("download", "a download and something else are asked for", "keep one of them");
  if (!table.node("download")->is_string()) {
    choice.number = abi::asked_download(std::uint32_t(table.number("download", 1, abi::kMaxDownloads - 1)));
    return choice;
  }
  const std::string word = table.text("download");
  const bool braced = word.size() > 2 && word.front() == '{' && word.back() == '}' && event != nullptr;
  const auto field = braced ? find_field(event->id, word.substr(1, word.size() - 2)) : std::nullopt;
  if (!field || (field->kind != FieldKind::Download && field->kind != FieldKind::Asked))
    table.refuse_at("download", fmt::format("'{}' names no download", word),
                    "write its number or, after an event that has one, \"{download}\"");
  choice.kind = FrameChoice::Kind::OfEvent;
  choice.field = *field;
  return choice;
}

/// frame = 5 | "any" | "{field}", or frame_of = { env = "...", nth = N }.
FrameChoice frame_of(Table& table, const EventPattern* event, const EnvNames& names) {
  FrameChoice choice;
  if (auto of = table.table("frame_of")) {
    if (table.has("frame")) table.refuse_at("frame", "both 'frame' and 'frame_of' are given", "keep one of them");
    if (event == nullptr)
      table.refuse_at("frame_of", "at a fixed time nobody knows yet which frames it will own",
                      "use on = { event = ... } as the trigger, or name a frame");
    choice.kind = FrameChoice::Kind::OfEnv;
    choice.env = parse_env_name(*of, "env", names);
    choice.nth = std::uint32_t(of->number_or("nth", 1, abi::kFrameCount, 1));
    of->finish();
    return choice;
  }
  const auto* node = table.node("frame");
  if (node == nullptr)
    table.refuse_at("action", "it does not say which frame",
                    "add frame = 5, frame = \"any\" or frame_of = { env = \"...\", nth = 1 }");
  if (!node->is_string()) {
    choice.kind = FrameChoice::Kind::Number;
    choice.number = std::uint32_t(table.number("frame", 0, abi::kFrameCount - 1));
    return choice;
  }
  const std::string word = table.text("frame");
  if (word == "any") return choice;
  if (word.size() > 2 && word.front() == '{' && word.back() == '}' && event != nullptr) {
    const auto field = find_field(event->id, word.substr(1, word.size() - 2));
    if (field &&
        (field->kind == FieldKind::Frame || field->kind == FieldKind::Asked || field->kind == FieldKind::Pfn)) {
      choice.kind = FrameChoice::Kind::OfEvent;
      choice.field = *field;
      return choice;
    }
    table.refuse_at("frame", fmt::format("{} has no frame in a field {}", model::event_name(event->id), word),
                    "it has " + field_names(event->id));
  }
  table.refuse_at("frame", fmt::format("'{}' names no frame", word),
                  "write a number, \"any\" or, after an event, \"{frame}\"");
}

}  // namespace

std::uint32_t parse_env_name(Table& table, std::string_view key, const EnvNames& names) {
  if (const auto* node = table.node(key); node != nullptr && node->is_integer())
    return std::uint32_t(table.number(key, 1, abi::kMaxEnvironments - 1));
  const std::string name = table.text(key);
  const auto number = env_number(names, name);
  if (!number || *number == 0)
    table.refuse_at(key, fmt::format("there is no environment '{}'{}", name, did_you_mean(name, names)),
                    "the file creates " + words_of(FieldKind::Env, {names.begin() + 1, names.end()}));
  return *number;
}

EventPattern parse_pattern(Table& table, std::uint32_t& nth, const EnvNames& names) {
  const std::string name = table.text("event");
  const auto id = find_event(name);
  if (!id)
    table.refuse_at("event", fmt::format("there is no event '{}'{}", name, did_you_mean(name, event_names())),
                    "the events are in kernel/abi/trace_events.def");
  nth = std::uint32_t(table.number_or("nth", 1, 1'000'000, 1));
  EventPattern pattern{*id, {}};
  for (const auto& key : table.keys()) {
    if (key == "event" || key == "nth") continue;
    const auto* node = table.node(key);
    if (!find_field(*id, key))
      table.refuse_at(key, fmt::format("event {} has no field '{}'", name, key), "it has " + field_names(*id));
    try {
      if (node->is_string()) {
        pattern.tests.push_back(field_test(*id, key, Comparison::Equal, table.text(key), names));
      } else {
        pattern.tests.push_back(field_test(*id, key, Comparison::Equal, table.number(key, 0, 0xffff'ffff)));
      }
    } catch (const ExpressionError& error) {
      const std::string line = error.what();
      const auto semicolon = std::min(line.find("; "), line.size());
      table.refuse_at(key, line.substr(0, semicolon), semicolon < line.size() ? line.substr(semicolon + 2) : "mend it");
    }
  }
  return pattern;
}

Injection parse_injection(Table& table, const EventPattern* event, const EnvNames& names) {
  const ActionRow& row = action_named(table);
  if (row.op == abi::ControlOp::Packet)
    table.refuse_at("action", "the packet is missing", "add packet = { ... } or packets = \"FILE.pcap\"");
  if (row.op == abi::ControlOp::Download)
    table.refuse_at("action", "the filter is missing", "add filter = \"udp port 7\"");
  Injection injection;
  injection.op = row.op;
  // What an action needs is what control_ops.def says its words mean.
  if (row.text.find("{env}") != std::string_view::npos) {
    if (row.op == abi::ControlOp::Pressure && !table.has("env"))
      injection.env = 1;  // the arbiter: who else could find frames
    else
      injection.env = parse_env_name(table, "env", names);
  }
  if (row.a == "frame or any") {
    injection.takes_frame = true;
    const bool revoke = row.op == abi::ControlOp::Revoke;
    if (revoke && table.has("download"))
      injection.frame = download_of(table, event);
    else if (revoke && table.has("slice"))
      injection.frame = slice_of(table, event);
    else
      injection.frame = frame_of(table, event, names);
  } else if (row.a == "frames") {
    injection.a = std::uint32_t(table.number("frames", 0, abi::kFrameCount));
  } else if (row.a == "key code") {
    injection.a = std::uint32_t(table.number("key", 0, 0xffff'ffff));
  }
  if (row.b == "patience and deadline in microseconds") {
    const auto patience = std::uint32_t(table.number_or("patience_us", 0, kMostMicros, 0));
    const auto deadline = std::uint32_t(table.number_or("deadline_us", 0, kMostMicros, 0));
    injection.b = patience << 16 | deadline;
  }
  table.finish();
  return injection;
}

LookPlan parse_look(Table& step, const EventPattern* event, const EnvNames& names) {
  LookPlan plan;
  const auto* node = step.node("look");
  if (node == nullptr) return plan;
  static const std::vector<std::string> kViews = {"machine",     "processor", "bindings",
                                                  "revocations", "events",    "downloads"};
  const auto view_of = [&](Table& table, std::string_view key) {
    const std::string view = table.text(key);
    if (std::ranges::find(kViews, view) == kViews.end())
      table.refuse_at(key, fmt::format("there is no view '{}'{}", view, did_you_mean(view, kViews)),
                      "there are machine, processor, bindings, revocations, events");
    return view;
  };
  if (node->is_string()) {
    plan.look.view = view_of(step, "look");
    return plan;
  }
  Table table = *step.table("look");
  if (table.has("view")) plan.look.view = view_of(table, "view");
  using Object = model::Look::Object;
  struct ObjectRow {
    std::string_view key;
    Object object;
    std::int64_t most;
  };
  static constexpr ObjectRow kObjects[] = {
      {"frame", Object::Frame, abi::kFrameCount - 1},         {"env", Object::Environment, 0},
      {"tlb", Object::TlbEntry, abi::kTlbEntries - 1},        {"stlb", Object::StlbSlot, abi::kStlbEntries - 1},
      {"slice", Object::Slice, abi::kSlicePositions - 1},     {"request", Object::Request, 0xffff},
      {"download", Object::Download, abi::kMaxDownloads - 1}, {"packet", Object::Packet, 0xffff}};
  for (const auto& row : kObjects) {
    const auto* object = table.node(row.key);
    if (object == nullptr) continue;
    if (plan.look.object != Object::None) table.refuse_at(row.key, "'look' names two objects", "keep one of them");
    plan.look.object = row.object;
    if (!object->is_string() && row.object != Object::Environment) {
      plan.look.number = std::uint32_t(table.number(row.key, 0, row.most));
      continue;
    }
    const std::string word = table.text(row.key);
    if (!word.starts_with('{')) {
      if (row.object != Object::Environment)
        table.refuse_at(row.key, fmt::format("'{}' is not a number", word),
                        "write a number, or \"{field}\" of the step's event");
      plan.look.number = parse_env_name(table, row.key, names);
      continue;
    }
    const auto field = event == nullptr ? std::nullopt : find_field(event->id, word.substr(1, word.size() - 2));
    if (!field)
      table.refuse_at(row.key, fmt::format("the step's event has no field {}", word),
                      event == nullptr ? "name the object itself" : "it has " + field_names(event->id));
    plan.field = field;
  }
  table.finish();
  return plan;
}

}  // namespace exo::scenario
