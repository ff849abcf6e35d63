#include "explorer/views/why.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace exo::views {
namespace {

enum class Kind { None, Env, Frame, Pfn, Request, EntryLo, Resource, Other };

// Only the argument kinds that name a thing matter here; the rest are Other.
constexpr Kind kind_of_name(std::string_view name) {
  if (name == "Env") return Kind::Env;
  if (name == "Frame") return Kind::Frame;
  if (name == "Pfn") return Kind::Pfn;
  if (name == "Request") return Kind::Request;
  if (name == "EntryLo") return Kind::EntryLo;
  if (name == "Resource") return Kind::Resource;
  return name == "None" ? Kind::None : Kind::Other;
}

using Kinds = std::array<Kind, 4>;

const std::array<Kinds, abi::kEventNumbers>& kinds_table() {
  static const auto table = [] {
    std::array<Kinds, abi::kEventNumbers> out{};
#define EVENT(number, name, category, k0, n0, k1, n1, k2, n2, k3, n3, text) \
  out[number] = {kind_of_name(#k0), kind_of_name(#k1), kind_of_name(#k2), kind_of_name(#k3)};
#include "kernel/abi/trace_events.def"
#undef EVENT
    return out;
  }();
  return table;
}

bool is_audit(abi::Event id) { return id >= abi::Event::AuditBegan && id <= abi::Event::AuditEnded; }

bool names_frame(Kind kind, std::uint32_t value, std::uint32_t frame) {
  switch (kind) {
    case Kind::Frame:
      return value == frame;
    case Kind::Pfn:
      return value == abi::pfn_of_frame(frame);
    case Kind::EntryLo:
      return (value & abi::kLoValid) != 0 && abi::entry_lo_pfn(value) == abi::pfn_of_frame(frame);
    case Kind::Resource:
      return abi::kind_of(value) == abi::ResourceKind::Frame && abi::number_of(value) == frame;
    default:
      return false;
  }
}

}  // namespace

bool concerns(const model::Event& event, const Selection& selection, const model::State& state) {
  const auto id = std::size_t(event.id);
  if (id >= abi::kEventNumbers || is_audit(event.id)) return false;
  const Kinds& kinds = kinds_table()[id];
  const auto number = std::uint32_t(selection.number);
  using Of = Selection::Kind;
  const auto any = [&](auto test) {
    for (std::size_t i = 0; i < 4; ++i)
      if (test(kinds[i], event.args[i])) return true;
    return false;
  };
  switch (selection.kind) {
    case Of::None:
    case Of::Event:
      return false;
    case Of::Frame:
      return any([&](Kind kind, std::uint32_t value) { return names_frame(kind, value, number); });
    case Of::Environment:
      // What it does all day is not why it is as it is: only what was done to or for it, and its own notes.
      if (event.id == abi::Event::Noted || event.id == abi::Event::Console) return event.env == number;
      if (event.id == abi::Event::Switched || event.id == abi::Event::SliceOver) return false;
      if (event.id == abi::Event::UpcallDelivered || event.id == abi::Event::UpcallPending) {
        const auto upcall = abi::Upcall(event.args[1]);
        if (upcall == abi::Upcall::SliceStart || upcall == abi::Upcall::SliceEnd || upcall == abi::Upcall::Miss)
          return false;
      }
      return any([&](Kind kind, std::uint32_t value) { return kind == Kind::Env && value == number; });
    case Of::Request:
      return any([&](Kind kind, std::uint32_t value) { return kind == Kind::Request && value == number; });
    case Of::TlbEntry:
      return (event.id == abi::Event::TlbWritten || event.id == abi::Event::TlbRefilled) && event.args[0] == number;
    case Of::StlbSlot: {
      if (event.id == abi::Event::Bound) return event.args[3] == number;
      if (event.id != abi::Event::Unbound) return false;
      const std::uint32_t holder = event.args[0] % abi::kMaxEnvironments;
      return abi::stlb_slot(event.args[1], state.envs[holder].asid) == number;
    }
    case Of::Slice:
      if (event.id == abi::Event::SliceGranted || event.id == abi::Event::SliceFreed) return event.args[0] == number;
      return event.id == abi::Event::SliceOver && event.args[1] == number;
  }
  return false;
}

const std::vector<model::EventNumber>& WhyChain::of(const Selection& selection, const model::History& history,
                                                    const model::State& state) {
  if (asked_ == selection && source_ == &history && at_ == state.number) return chain_;
  const model::EventNumber from = std::min(state.number, history.size());
  // A little forwards: only what is new has to be looked at.
  const bool onwards = asked_ == selection && source_ == &history && from >= at_ && from - at_ < kReach;
  const model::EventNumber least = onwards ? at_ : from > kReach ? from - kReach : 0;
  std::vector<model::EventNumber> found;
  if (selection.kind != Selection::Kind::None && selection.kind != Selection::Kind::Event)
    for (model::EventNumber number = from; number > least && found.size() < kMost; --number)
      if (concerns(history.event(number), selection, state)) found.push_back(number);
  if (onwards) found.insert(found.end(), chain_.begin(), chain_.end());
  if (found.size() > kMost) found.resize(kMost);
  chain_ = std::move(found);
  asked_ = selection;
  source_ = &history;
  at_ = from;
  return chain_;
}

}  // namespace exo::views
