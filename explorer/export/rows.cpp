#include "explorer/export/rows.hpp"

#include <fmt/format.h>

#include <iterator>

#include "explorer/export/exporter.hpp"
#include "explorer/model/words.hpp"

namespace exo::exporting {

namespace {

using model::FieldKind;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 11 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Calls `take` with name and value of every argument, the value as a query takes it.
template <typename Take>
void for_each_field(const EventWalk& walk, Take take) {
  const model::Event& event = walk.event();
  const model::EventRow& row = model::row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i) {
    if (row.kinds[i] == FieldKind::None) continue;
    const model::QueryField field{model::QueryThing::Argument, row.names[i]};
    const bool time = row.kinds[i] == FieldKind::Ticks || row.names[i].starts_with("ticks_");
    const bool op = row.kinds[i] == FieldKind::Op;
    const double value = time ? model::micros(event.args[i]) : double(op ? event.args[i] & 0xffff : event.args[i]);
    take(row.names[i], model::query_value_text(field, {value, time ? FieldKind::Ticks : row.kinds[i]}, walk.names()));
    if (op) take("target", walk.names().text(event.args[i] >> 16));
  }
}

std::string_view unquoted(std::string_view text) {
  return text.size() > 1 && text.front() == '"' ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::string_view csv_head() { return "number,time_us,event,category,env,pc,fields,sentence\r\n"; }

void append_csv_text(std::string& text, std::string_view words) {
  if (words.find_first_of(",\"\r\n") == std::string_view::npos) {
    text += words;
    return;
  }
  text += '"';
  for (const char c : words) text += c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1);
  text += '"';
}

void append_json_text(std::string& text, std::string_view words) {
  text += '"';
  for (const char c : words) {
    if (c == '"' || c == '\\')
      (text += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<unsigned char>(c));
    else
      text += c;
  }
  text += '"';
}

void append_micros(std::string& text, model::Ticks ticks) {
  const std::uint64_t nanoseconds = ticks * abi::kNanosecondsPerTick;
  fmt::format_to(std::back_inserter(text), "{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}

void append_csv(std::string& text, const EventWalk& walk) {
  const model::Event& event = walk.event();
  fmt::format_to(std::back_inserter(text), "{},", event.number);
  append_micros(text, event.ticks);
  fmt::format_to(std::back_inserter(text), ",{},{},", model::event_name(event.id), model::event_category(event.id));
  append_csv_text(text, walk.names().text(event.env));
  if (event.pc != 0)
    fmt::format_to(std::back_inserter(text), ",{:#010x},", event.pc);
  else
    text += ",,";
  std::string fields;
  for_each_field(walk, [&](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(fields), "{}{}={}", fields.empty() ? "" : " ", name, value);
  });
  append_csv_text(text, fields);
  text += ',';
  append_csv_text(text, model::sentence(event, walk.state()));
  text += "\r\n";
}

void append_json(std::string& text, const EventWalk& walk) {
  const model::Event& event = walk.event();
  fmt::format_to(std::back_inserter(text), "{{\"number\":{},\"time_us\":", event.number);
  append_micros(text, event.ticks);
  fmt::format_to(std::back_inserter(text),
                 ",\"event\":\"{}\",\"category\":\"{}\",\"env\":", model::event_name(event.id),
                 model::event_category(event.id));
  append_json_text(text, walk.names().text(event.env));
  if (event.pc != 0) fmt::format_to(std::back_inserter(text), ",\"pc\":\"{:#010x}\"", event.pc);
  text += ",\"fields\":{";
  bool first = true;
  for_each_field(walk, [&](std::string_view name, const std::string& value) {
    if (!first) text += ',';
    first = false;
    append_json_text(text, name);
    text += ':';
    if (is_number(value))
      text += value;
    else
      append_json_text(text, unquoted(value));
  });
  text += "},\"sentence\":";
  append_json_text(text, model::sentence(event, walk.state()));
  text += '}';
}

namespace {

class CsvExporter final : public Exporter {
 public:
  CsvExporter(const model::History& history, Output& out) : walk_(history), out_(out) { out_.put(csv_head()); }
  bool step() override {
    if (out_.gone() || !walk_.next()) return false;
    line_.clear();
    append_csv(line_, walk_);
    out_.put(line_);
    ++count_;
    return true;
  }
  model::EventNumber first() const override { return walk_.first(); }
  model::EventNumber last() const override { return walk_.last(); }
  model::EventNumber number() const override { return walk_.number(); }
  std::uint64_t count() const override { return count_; }

 private:
  EventWalk walk_;
  Output& out_;
  std::string line_;
  std::uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> csv_exporter(const model::History& history, Output& out) {
  return std::make_unique<CsvExporter>(history, out);
}

model::EventNumber write_csv(const model::History& history, Output& out) {
  CsvExporter exporter(history, out);
  while (exporter.step()) continue;
  return exporter.count();
}

}  // namespace exo::exporting
