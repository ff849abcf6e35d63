// Every field is found by the kinds and names of the table's columns, so a new event needs nothing here.
#include "explorer/model/query_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/fields.hpp"
#include "explorer/model/words.hpp"
#include "kernel/abi/capability.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::model {

namespace {

struct ThingRow {
  QueryThing thing;
  std::string_view name, text;
};
constexpr ThingRow kThings[] = {
    {QueryThing::Event, "event", "what happened: a name of the table of events, Revoke* for several"},
    {QueryThing::Env, "env", "an environment that acts or is named"},
    {QueryThing::Actor, "actor", "the environment that acts"},
    {QueryThing::Time, "time", "guest time: 1200us, 1.2ms, 0.0012s"},
    {QueryThing::Number, "number", "the event's number"},
    {QueryThing::Category, "category", "revocation, tlb, transfer and the like"},
    {QueryThing::Frame, "frame", "a frame that is named, by its number"},
    {QueryThing::Page, "page", "a virtual page that is named: 0x10010"},
    {QueryThing::Slice, "slice", "a position in the slice vector"},
    {QueryThing::Request, "request", "a revocation request, by its number"},
    {QueryThing::Download, "download", "a download, by its number"},
    {QueryThing::Packet, "packet", "a packet, by its number"},
    {QueryThing::Pc, "pc", "the instruction that caused it"},
};

bool is_position(std::string_view name) { return name == "position"; }
bool is_packet(std::string_view name) { return name == "packet"; }

bool speaks_of(QueryThing thing, const EventRow& row, std::size_t i) {
  const FieldKind kind = row.kinds[i];
  switch (thing) {
    case QueryThing::Env:
      return kind == FieldKind::Env || kind == FieldKind::Op;
    case QueryThing::Frame:
      return kind == FieldKind::Frame || kind == FieldKind::Asked || kind == FieldKind::Pfn ||
             kind == FieldKind::EntryLo || kind == FieldKind::Resource;
    case QueryThing::Page:
      return kind == FieldKind::Vpn || kind == FieldKind::EntryHi ||
             (kind == FieldKind::Address && row.name == "TlbMissed");
    case QueryThing::Slice:
      return kind == FieldKind::Asked || kind == FieldKind::Resource ||
             (kind == FieldKind::Count && is_position(row.names[i]));
    case QueryThing::Request:
      return kind == FieldKind::Request;
    case QueryThing::Download:
      return kind == FieldKind::Download || kind == FieldKind::Asked || kind == FieldKind::Resource;
    case QueryThing::Packet:
      return kind == FieldKind::Count && is_packet(row.names[i]);
    default:
      return false;
  }
}

void add_thing(QueryThing thing, FieldKind kind, std::uint32_t value, QueryValues& values) {
  const auto resource = [&](abi::ResourceKind wanted) {
    if (abi::kind_of(value) == wanted) values.add(abi::number_of(value), FieldKind::Count);
  };
  const auto pfn = [&](std::uint32_t number) {
    if (abi::is_exported(number)) values.add(abi::frame_of_pfn(number), FieldKind::Count);
  };
  switch (thing) {
    case QueryThing::Env:
      values.add(kind == FieldKind::Op ? value >> 16 : value, FieldKind::Env);
      return;
    case QueryThing::Frame:
      if (kind == FieldKind::Resource) return resource(abi::ResourceKind::Frame);
      if (kind == FieldKind::Pfn) return pfn(value);
      if (kind == FieldKind::EntryLo) return (value & abi::kLoValid) != 0 ? pfn(abi::entry_lo_pfn(value)) : void();
      if (value < abi::kFrameCount) values.add(value, FieldKind::Count);
      return;
    case QueryThing::Page:
      if (kind == FieldKind::Address) return values.add(value >> abi::kPageShift, FieldKind::Vpn);
      if (kind == FieldKind::Vpn) return values.add(value, FieldKind::Vpn);
      if (value >= abi::kUserEnd) return;  // a tag that names nothing
      values.add(abi::entry_hi_vpn(value), FieldKind::Vpn);
      values.add(abi::entry_hi_vpn(value) + 1, FieldKind::Vpn);
      return;
    case QueryThing::Slice:
      if (kind == FieldKind::Resource) return resource(abi::ResourceKind::Slice);
      if (kind == FieldKind::Count)
        values.add(value, FieldKind::Count);
      else if (abi::asks_for_slice(value) && value != abi::kAnySlice)
        values.add(value & 0xffff, FieldKind::Count);
      return;
    case QueryThing::Download:
      if (kind == FieldKind::Resource) return resource(abi::ResourceKind::Download);
      if (kind == FieldKind::Asked)
        return abi::asks_for_download(value) ? values.add(value & 0xffff, FieldKind::Count) : void();
      if (value != 0) values.add(value, FieldKind::Count);
      return;
    default:
      values.add(value, FieldKind::Count);
  }
}

bool is_thing_name(std::string_view name) {
  return std::ranges::any_of(kThings, [&](const ThingRow& row) { return row.name == name; });
}

}  // namespace

std::optional<QueryField> query_field(std::string_view name) {
  for (const ThingRow& row : kThings)
    if (row.name == name) return QueryField{row.thing, row.name};
  for (const EventRow& row : kEventTable)
    for (std::size_t i = 0; i < 4; ++i)
      if (row.known() && row.kinds[i] != FieldKind::None && row.names[i] == name)
        return QueryField{QueryThing::Argument, row.names[i]};
  return {};
}

const std::vector<QueryFieldHelp>& query_fields() {
  static const std::vector<QueryFieldHelp> all = [] {
    std::vector<QueryFieldHelp> fields;
    for (const ThingRow& row : kThings) fields.push_back({std::string(row.name), std::string(row.text)});
    const auto things = std::ptrdiff_t(fields.size());
    for (const EventRow& row : kEventTable)
      for (std::size_t i = 0; i < 4; ++i) {
        if (!row.known() || row.kinds[i] == FieldKind::None || is_thing_name(row.names[i])) continue;
        const auto known = std::ranges::find(fields, row.names[i], &QueryFieldHelp::name);
        if (known == fields.end())
          fields.push_back({std::string(row.names[i]), fmt::format("of {}", row.name)});
        else if (known->text.size() < 60)
          known->text += fmt::format(", {}", row.name);
        else if (!known->text.ends_with("and others"))
          known->text += " and others";
      }
    std::sort(fields.begin() + things, fields.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return fields;
  }();
  return all;
}

EventSet events_with(const QueryField& field) {
  EventSet set;
  switch (field.thing) {
    case QueryThing::Number:
    case QueryThing::Time:
    case QueryThing::Event:
    case QueryThing::Category:
    case QueryThing::Env:
    case QueryThing::Actor:
    case QueryThing::Pc:
      return set.set();
    default:
      break;
  }
  for (std::size_t id = 0; id < kEventTable.size(); ++id)
    for (std::size_t i = 0; i < 4; ++i) {
      const EventRow& row = kEventTable[id];
      if (!row.known() || row.kinds[i] == FieldKind::None) continue;
      if (field.thing == QueryThing::Argument ? row.names[i] == field.name : speaks_of(field.thing, row, i))
        set.set(id);
    }
  return set;
}

std::vector<FieldKind> kinds_of(const QueryField& field) {
  switch (field.thing) {
    case QueryThing::Env:
    case QueryThing::Actor:
      return {FieldKind::Env};
    case QueryThing::Argument:
      break;
    default:
      return {FieldKind::Count};
  }
  std::vector<FieldKind> kinds;
  for (const EventRow& row : kEventTable)
    for (std::size_t i = 0; i < 4; ++i)
      if (row.known() && row.kinds[i] != FieldKind::None && row.names[i] == field.name &&
          std::ranges::find(kinds, row.kinds[i]) == kinds.end())
        kinds.push_back(row.kinds[i]);
  return kinds;
}

bool is_time(FieldKind kind, std::string_view name) {
  return kind == FieldKind::Ticks || kind == FieldKind::Micros || name.starts_with("ticks_");
}

void values_of(const QueryField& field, const Event& event, QueryValues& values) {
  values.count = 0;
  switch (field.thing) {
    case QueryThing::Number:
      return values.add(double(event.number), FieldKind::Count);
    case QueryThing::Time:
      return values.add(micros(event.ticks), FieldKind::Micros);
    case QueryThing::Event:
      return values.add(double(event.id), FieldKind::Count);
    case QueryThing::Category:
      return values.add(double(row_of(event.id).category), FieldKind::Count);
    case QueryThing::Actor:
      return values.add(event.env, FieldKind::Env);
    case QueryThing::Pc:
      if (event.pc != 0) values.add(event.pc, FieldKind::Address);
      return;
    case QueryThing::Env:
      values.add(event.env, FieldKind::Env);
      break;
    default:
      break;
  }
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i) {
    if (row.kinds[i] == FieldKind::None) continue;
    if (field.thing != QueryThing::Argument) {
      if (speaks_of(field.thing, row, i)) add_thing(field.thing, row.kinds[i], event.args[i], values);
    } else if (row.names[i] == field.name) {
      const FieldKind kind = row.kinds[i];
      if (kind == FieldKind::Ticks || row.names[i].starts_with("ticks_"))
        values.add(micros(event.args[i]), FieldKind::Ticks);
      else
        values.add(kind == FieldKind::Op ? event.args[i] & 0xffff : event.args[i], kind);
    }
  }
}

NamesNow::NamesNow(const State& state) {
  for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env)
    if (state.envs[env].name[0] != '\0') names_[env] = env_name(state, env);
}

void NamesNow::take(const Event& event) {
  const std::uint32_t env = event.args[0];
  if (env >= abi::kMaxEnvironments) return;
  if (event.id == abi::Event::EnvCreated) names_[env].clear();
  if (event.id != abi::Event::EnvNamed) return;
  names_[env] = four_characters(event.args[1]) + four_characters(event.args[2]) + four_characters(event.args[3]);
}

std::string NamesNow::text(std::uint32_t env) const {
  if (env == 0) return "kernel";
  return env < names_.size() && !names_[env].empty() ? names_[env] : fmt::format("{}", env);
}

bool NamesNow::is(std::uint32_t env, std::string_view name) const {
  return env == 0 ? name == "kernel" : env < names_.size() && names_[env] == name;
}

std::string query_value_text(const QueryField& field, const QueryValue& value, const NamesNow& names) {
  const auto number = std::uint32_t(value.number);
  const auto quoted = [](const std::string& text) {
    return text.find_first_of(" ,()=<>!\"") == std::string::npos ? text : '"' + text + '"';
  };
  if (field.thing == QueryThing::Event) {
    const auto& row = row_of(std::uint16_t(number));
    return row.known() ? std::string(row.name) : fmt::format("{}", number);
  }
  if (field.thing == QueryThing::Category) return std::string(category_name(Category(number)));
  switch (value.kind) {
    case FieldKind::Env:
      return quoted(names.text(number));
    case FieldKind::Vpn:
    case FieldKind::Address:
    case FieldKind::EntryHi:
    case FieldKind::EntryLo:
      return fmt::format("{:#x}", number);
    case FieldKind::Pfn:
      return abi::is_exported(number) ? fmt::format("\"frame {}\"", abi::frame_of_pfn(number))
                                      : fmt::format("{:#x}", number);
    case FieldKind::Ticks:
      return fmt::format("{:.2f}us", value.number);
    case FieldKind::Rights:
      return number == 0 ? "0" : fmt::format("{:#x}", number);
    case FieldKind::Asked:
      if (abi::asks_for_download(number)) return fmt::format("\"download {}\"", number & 0xffff);
      if (abi::asks_for_slice(number) && number != abi::kAnySlice) return fmt::format("\"slice {}\"", number & 0xffff);
      break;
    default:
      break;
  }
  if (const auto word = word_of(value.kind, number); !word.empty()) return quoted(std::string(word));
  return fmt::format("{:.0f}", value.number);
}

}  // namespace exo::model
