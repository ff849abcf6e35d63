// causes.def as a table with its fields resolved, and the pass backwards that follows it.
#include "explorer/model/causes.hpp"

#include <algorithm>
#include <bitset>
#include <span>

#include "explorer/model/decode.hpp"

namespace exo::model::causes {

namespace {

struct Row {
  std::uint32_t group;
  abi::Event effect;
  std::int64_t effect_case;
  abi::Event cause;
  std::int64_t cause_case;
  std::array<std::uint8_t, 2> of_effect, of_cause;
};

/// Number of a field; a name that the event doesn't have stops the compiler.
constexpr std::uint8_t field_number(abi::Event id, std::string_view name) {
  if (name == "none" || name.empty()) return kNoField;
  const EventRow& row = row_of(id);
  for (std::uint8_t i = 0; i < 4; ++i)
    if (row.names[i] == name) return i;
  if (name == "env") return kActor;
  if (name == "target") return kTarget;
  throw "causes.def names a field that the event does not have";
}

constexpr std::int64_t Any = kAnyCase;
using abi::Note;
using abi::Reason;
using abi::Status;
using abi::Upcall;
using Op = abi::ControlOp;

constexpr Row kRows[] = {
#define CAUSE(group, Effect, effect_case, Cause, cause_case, e1, c1, e2, c2)       \
  {group,                                                                          \
   abi::Event::Effect,                                                             \
   std::int64_t(effect_case),                                                      \
   abi::Event::Cause,                                                              \
   std::int64_t(cause_case),                                                       \
   {field_number(abi::Event::Effect, #e1), field_number(abi::Event::Effect, #e2)}, \
   {field_number(abi::Event::Cause, #c1), field_number(abi::Event::Cause, #c2)}},
#include "explorer/model/causes.def"
#undef CAUSE
};

Thing asked_thing(std::uint32_t asked) {
  if (asked < abi::kFrameCount) return {Thing::Kind::Frame, asked, asked};
  if (abi::asks_for_slice(asked) && asked != abi::kAnySlice) return {Thing::Kind::Slice, asked & 0xff'ffff, asked};
  if (abi::asks_for_download(asked)) return {Thing::Kind::Download, asked & 0xff'ffff, asked};
  return {Thing::Kind::Other, asked, asked};
}

Thing resource_thing(std::uint32_t resource) {
  const std::uint32_t number = abi::number_of(resource);
  switch (abi::kind_of(resource)) {
    case abi::ResourceKind::Frame:
      return {Thing::Kind::Frame, number, resource};
    case abi::ResourceKind::Environment:
      return {Thing::Kind::Environment, number, resource};
    case abi::ResourceKind::Slice:
      return {Thing::Kind::Slice, number, resource};
    case abi::ResourceKind::Download:
      return {Thing::Kind::Download, number, resource};
    default:
      return {Thing::Kind::Other, resource, resource};
  }
}

Thing page_frame(std::uint32_t pfn) {
  if (abi::is_exported(pfn)) return {Thing::Kind::Frame, abi::frame_of_pfn(pfn), pfn};
  return {Thing::Kind::Other, pfn, pfn};
}

}  // namespace

bool same(const Thing& a, const Thing& b) {
  using Kind = Thing::Kind;
  if (a.kind == Kind::Nothing || b.kind == Kind::Nothing) return false;
  if (a.kind == Kind::Number || b.kind == Kind::Number) return a.raw == b.raw;
  if (a.kind == Kind::Pair && b.kind == Kind::Page) return a.value == b.value / 2;
  if (a.kind == Kind::Page && b.kind == Kind::Pair) return a.value / 2 == b.value;
  return a.kind == b.kind && a.value == b.value;
}

Thing thing_of(const Event& event, std::uint8_t field) {
  using Kind = Thing::Kind;
  if (field == kActor) return {Kind::Environment, event.env, event.env};
  if (field == kTarget) return {Kind::Environment, event.args[0] >> 16, event.args[0] >> 16};
  if (field >= 4) return {};
  const std::uint32_t value = event.args[field];
  const EventRow& row = row_of(event.id);
  switch (row.kinds[field]) {
    case ArgumentKind::Env:
      return {Kind::Environment, value, value};
    case ArgumentKind::Frame:
      return {Kind::Frame, value, value};
    case ArgumentKind::Pfn:
      return page_frame(value);
    case ArgumentKind::Vpn:
      return {Kind::Page, value, value};
    case ArgumentKind::Address:
      return {Kind::Page, value >> abi::kPageShift, value};
    case ArgumentKind::EntryHi:
      return {Kind::Pair, abi::entry_hi_vpn(value) / 2, value};
    case ArgumentKind::Request:
      return {Kind::Request, value, value};
    case ArgumentKind::Asked:
      return asked_thing(value);
    case ArgumentKind::Resource:
      return resource_thing(value);
    case ArgumentKind::Download:
      return {value == 0 ? Kind::Nothing : Kind::Download, value, value};
    case ArgumentKind::Count:
      if (row.names[field] == "position") return {Kind::Slice, value, value};
      return {Kind::Number, value, value};
    default:
      return {Kind::Other, value, value};
  }
}

std::int64_t case_of(const Event& event) {
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i) switch (row.kinds[i]) {
      case ArgumentKind::Op:
        return event.args[i] & 0xffff;
      case ArgumentKind::Reason:
      case ArgumentKind::Note:
      case ArgumentKind::Upcall:
      case ArgumentKind::Status:
        return event.args[i];
      default:
        break;
    }
  return kAnyCase;
}

Want want(abi::Event id, Match one, Match two, std::int64_t which, std::uint32_t group) {
  Want made;
  made.id = id;
  made.which = which;
  made.group = group;
  if (!one.field.empty()) made.keys[0] = {field_number(id, one.field), one.thing};
  if (!two.field.empty()) made.keys[1] = {field_number(id, two.field), two.thing};
  return made;
}

void add_wants(const Event& event, std::vector<Want>& wants) {
  const std::int64_t which = case_of(event);
  for (const Row& row : kRows) {
    if (row.effect != event.id || (row.effect_case != kAnyCase && row.effect_case != which)) continue;
    Want made;
    made.id = row.cause;
    made.which = row.cause_case;
    made.group = row.group;
    made.effect = event.number;
    if (row.group == 9) made.least = event.number > kNear ? event.number - kNear : 0;
    for (std::size_t i = 0; i < 2; ++i)
      if (row.of_cause[i] != kNoField) made.keys[i] = {row.of_cause[i], thing_of(event, row.of_effect[i])};
    wants.push_back(made);
  }
}

const Event* Found::latest(abi::Event id) const {
  for (const Event& event : events)
    if (event.id == id) return &event;
  return nullptr;
}

const Event* Found::cause(EventNumber effect, abi::Event id) const {
  for (std::size_t i = 0; i < chain.size(); ++i)
    if (chain[i].effect == effect && events[i].id == id) return &events[i];
  return nullptr;
}

namespace {

bool fits(const Want& want, const Event& event) {
  if (want.id != event.id || event.number < want.least) return false;
  if (want.which != kAnyCase && want.which != case_of(event)) return false;
  return std::ranges::all_of(
      want.keys, [&](const Key& key) { return key.field == kNoField || same(key.thing, thing_of(event, key.field)); });
}

/// The pass: what is still wanted, and by which event numbers.
class Pass {
 public:
  explicit Pass(std::vector<Want> wants) : wants_(std::move(wants)) { note(); }

  [[nodiscard]] bool wanted(std::uint16_t id) const { return id < wanted_.size() && wanted_[id]; }
  [[nodiscard]] bool over() const { return wants_.empty(); }

  [[nodiscard]] bool fitting(const Event& event) const {
    return std::ranges::any_of(wants_, [&](const Want& one) { return fits(one, event); });
  }

  /// Wants that would not take anything before this event are given up.
  void expire(EventNumber number) {
    if (std::erase_if(wants_, [&](const Want& one) { return one.least >= number; }) != 0) note();
  }

  /// Takes an event: whatever wanted it has it now, and what it wants in turn is looked for from here on.
  void take(const Event& event, Found& found) {
    bool any = false;
    for (std::size_t i = 0; i < wants_.size(); ++i) {
      if (!fits(wants_[i], event)) continue;
      const Want hit = wants_[i];
      if (!any) {
        found.chain.push_back({event.number, hit.effect});
        found.events.push_back(event);
      }
      any = true;
      std::erase_if(wants_, [&](const Want& one) { return one.effect == hit.effect && one.group == hit.group; });
      i = std::size_t(-1);
    }
    if (any) add_wants(event, wants_);
    note();
  }

 private:
  void note() {
    wanted_.reset();
    for (const Want& one : wants_) wanted_.set(std::size_t(one.id));
  }
  std::vector<Want> wants_;
  std::bitset<abi::kEventNumbers> wanted_;
};

}  // namespace

Found search(const History& history, EventNumber at, std::vector<Want> wants, std::uint64_t budget, std::size_t most) {
  Found found;
  Pass pass(std::move(wants));
  at = std::min(at, history.size());
  const EventNumber stop = std::max(history.forgotten(), at > budget ? at - budget : 0);
  constexpr EventNumber kBatch = 1024;
  for (EventNumber end = at; end > stop && !pass.over();) {
    const EventNumber first = end > stop + kBatch ? end - kBatch + 1 : stop + 1;
    // Records lie in pieces that are given out forwards; a batch is in one or two of them.
    std::vector<std::span<const abi::TraceRecord>> pieces;
    for (EventNumber next = first; next <= end;) {
      const auto piece = history.records_from(next);
      if (piece.empty()) return found;  // never of a history that is whole
      pieces.push_back(piece.first(std::min<std::size_t>(piece.size(), end - next + 1)));
      next += pieces.back().size();
    }
    EventNumber number = end;
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
      for (auto record = piece->rbegin(); record != piece->rend() && !pass.over(); ++record, --number) {
        if (!pass.wanted(record->event)) continue;
        Event event = decode(*record, number, 0);
        if (!pass.fitting(event) || check(*record) != Fault::None) continue;
        if (found.chain.size() == most) {
          found.complete = false;
          return found;
        }
        event.ticks = history.ticks(number);
        pass.take(event, found);
      }
    end = first - 1;
    pass.expire(first);
  }
  found.complete = pass.over() || stop == 0;
  return found;
}

}  // namespace exo::model::causes
