// Which events touch what: read from the argument kinds of the table, so that a new event is found without a change
// here.
#include "explorer/model/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "explorer/model/decode.hpp"
#include "explorer/model/explain_parts.hpp"
#include "explorer/model/programs.hpp"

namespace exo::model {

namespace {

bool is_audit(abi::Event id) { return row_of(id).category == Category::audit; }

bool names_argument(const Event& event, ArgumentKind kind, std::uint32_t value) {
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] == kind && event.args[i] == value) return true;
  return false;
}

bool maps_frame(const Event& event, std::uint32_t frame) {
  const EventRow& row = row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] == ArgumentKind::EntryLo && (event.args[i] & abi::kLoValid) != 0 &&
        abi::entry_lo_pfn(event.args[i]) == abi::pfn_of_frame(frame))
      return true;
  return false;
}

// The rhythm of the day, slices and the upcalls of every slice and miss, is not why an environment is as it is.
bool is_rhythm(const Event& event) {
  if (event.id == abi::Event::Switched || event.id == abi::Event::SliceOver) return true;
  if (event.id != abi::Event::UpcallDelivered && event.id != abi::Event::UpcallPending) return false;
  const auto upcall = abi::Upcall(event.args[1]);
  return upcall == abi::Upcall::SliceStart || upcall == abi::Upcall::SliceEnd || upcall == abi::Upcall::Miss;
}

bool touches_frame(const Event& event, std::uint32_t frame) {
  if (names_argument(event, ArgumentKind::Frame, frame) || names_argument(event, ArgumentKind::Asked, frame))
    return true;
  if (names_argument(event, ArgumentKind::Pfn, abi::pfn_of_frame(frame))) return true;
  if (names_argument(event, ArgumentKind::Resource, abi::resource_of(abi::ResourceKind::Frame, frame))) return true;
  return maps_frame(event, frame);
}

bool touches_environment(const Event& event, std::uint32_t env) {
  const Category category = row_of(event.id).category;
  const bool changes = event.id == abi::Event::IdentifierGiven || event.id == abi::Event::DeviceBound;
  if (!changes && (category == Category::tlb || category == Category::capability)) return false;  // uses
  if (is_rhythm(event)) return false;
  if (names_argument(event, ArgumentKind::Env, env)) return true;
  return event.env == env && (category == Category::application || category == Category::transfer);
}

/// The slot that a Bound speaks of stands in the event; that of others follows from page and environment.
bool touches_slot(const Event& event, std::uint32_t slot) {
  switch (event.id) {
    case abi::Event::Bound:
      return event.args[3] == slot;
    case abi::Event::Unbound:
      return abi::stlb_slot(event.args[1], event.args[0]) == slot;
    case abi::Event::Protected: {
      if (event.args[1] == 0) return false;
      const std::uint32_t first = event.args[0] / 2, last = (event.args[0] + event.args[1] - 1) / 2;
      return (((slot ^ abi::stlb_hash(event.env)) - first) & (abi::kStlbEntries - 1)) <= last - first;
    }
    default:
      return false;
  }
}

/// Who runs in it, whose it is, and whether it is asked back.
bool touches_slice(const Event& event, std::uint32_t position) {
  switch (event.id) {
    case abi::Event::Switched:
      return event.args[2] == position;
    case abi::Event::SliceOver:
    case abi::Event::SliceForfeited:
      return event.args[1] == position;
    case abi::Event::SliceGranted:
    case abi::Event::SliceFreed:
    case abi::Event::SliceTransferred:
      return event.args[0] == position;
    default:
      return names_argument(event, ArgumentKind::Asked, abi::asked_slice(position)) ||
             names_argument(event, ArgumentKind::Resource, abi::resource_of(abi::ResourceKind::Slice, position));
  }
}

/// From its arrival to its end, who was asked about it, and what was sent for it.
bool touches_packet(const Event& event, std::uint32_t packet) {
  switch (event.id) {
    case abi::Event::PacketArrived:
    case abi::Event::PacketClaimed:
    case abi::Event::PacketDelivered:
    case abi::Event::PacketDropped:
      return event.args[0] == packet;
    case abi::Event::CodeRan:
      return event.args[3] == packet && packet != 0;
    case abi::Event::PacketSent:
      return event.args[2] == packet && packet != 0;
    default:
      return false;
  }
}

}  // namespace

bool touches(const Event& event, const Subject& subject) {
  if (is_audit(event.id)) return false;
  switch (subject.kind) {
    case Look::Object::None:
      return false;
    case Look::Object::Frame:
      return touches_frame(event, subject.number);
    case Look::Object::Environment:
      return touches_environment(event, subject.number);
    case Look::Object::TlbEntry:
      return (event.id == abi::Event::TlbWritten || event.id == abi::Event::TlbRefilled) &&
             event.args[0] == subject.number;
    case Look::Object::StlbSlot:
      return touches_slot(event, subject.number);
    case Look::Object::Slice:
      return touches_slice(event, subject.number);
    case Look::Object::Download:
      return names_argument(event, ArgumentKind::Download, subject.number) ||
             names_argument(event, ArgumentKind::Asked, abi::asked_download(subject.number)) ||
             names_argument(event, ArgumentKind::Resource,
                            abi::resource_of(abi::ResourceKind::Download, subject.number));
    case Look::Object::Packet:
      return touches_packet(event, subject.number);
    case Look::Object::Request:
      return names_argument(event, ArgumentKind::Request, subject.number);
  }
  return false;
}

Explanation why(const History& history, const Subject& subject, EventNumber at, std::size_t most,
                std::uint64_t budget) {
  Explanation found;
  at = std::min(at, history.size());
  const EventNumber stop = at > budget ? at - budget : 0;
  constexpr EventNumber kBatch = 256;
  for (EventNumber end = at; end > stop;) {
    const EventNumber first = end > stop + kBatch ? end - kBatch + 1 : stop + 1;
    std::vector<EventNumber> batch;
    for (EventNumber number = first; number <= end;) {
      for (const abi::TraceRecord& record : history.records_from(number)) {
        if (number > end) break;
        if (touches(decode(record, number, 0), subject)) batch.push_back(number);
        ++number;
      }
    }
    for (auto one = batch.rbegin(); one != batch.rend(); ++one) {
      if (found.events.size() == most) {
        found.complete = false;
        return found;
      }
      found.events.push_back(*one);
    }
    end = first - 1;
  }
  found.complete = stop == 0;
  return found;
}

namespace {

using explaining::Case;

struct KindRow {
  Look::Object object;
  std::string_view name;
  std::uint32_t count;  ///< numbers below this exist
  void (*wants)(const Case&, std::vector<causes::Want>&);
  std::string (*sentence)(const Case&);
};
constexpr std::uint32_t kMany = 0xffff'ffff;
constexpr KindRow kKinds[] = {
    {Look::Object::Frame, "frame", abi::kFrameCount, explaining::frame_wants, explaining::frame_sentence},
    {Look::Object::Environment, "environment", abi::kMaxEnvironments, explaining::environment_wants,
     explaining::environment_sentence},
    {Look::Object::TlbEntry, "TLB entry", abi::kTlbEntries, explaining::tlb_wants, explaining::tlb_sentence},
    {Look::Object::StlbSlot, "STLB slot", abi::kStlbEntries, explaining::stlb_wants, explaining::stlb_sentence},
    {Look::Object::Slice, "slice", abi::kSlicePositions, explaining::slice_wants, explaining::slice_sentence},
    {Look::Object::Request, "request", kMany, explaining::request_wants, explaining::request_sentence},
    {Look::Object::Download, "download", abi::kMaxDownloads, explaining::download_wants, explaining::download_sentence},
    {Look::Object::Packet, "packet", kMany, explaining::packet_wants, explaining::packet_sentence},
};

const KindRow* row_of_kind(Look::Object object) {
  for (const KindRow& row : kKinds)
    if (row.object == object) return &row;
  return nullptr;
}

/// How an attempt to download code ended, when it has by the cursor: the refusal is what is asked about.
const Attempt* attempt_of(const History& history, EventNumber offered) {
  for (const Attempt& attempt : history.attempts())
    if (attempt.event == offered) return &attempt;
  return nullptr;
}

Because explain_event(const History& history, const State& state, EventNumber number, std::uint64_t budget,
                      std::size_t most) {
  Because answer;
  answer.question = fmt::format("Why did event {} happen?", number);
  if (number == 0 || number > history.size()) {
    answer.sentence = "There is no such event.";
    return answer;
  }
  model::Event event = history.event(number);
  std::string lead;
  const Attempt* attempt = event.id == abi::Event::CodeOffered ? attempt_of(history, number) : nullptr;
  if (attempt != nullptr && attempt->ended != 0 && attempt->ended <= state.number) {
    answer.question = fmt::format("Why did download attempt {} end so?", attempt->offer);
    event = history.event(attempt->ended);
    if (attempt->refused())
      lead = fmt::format(
          "Download attempt {} of {} was refused: at instruction {} the verifier found that {}, so none "
          "of it ever runs.",
          attempt->offer, env_name(state, attempt->owner), attempt->instruction,
          verdict_text(std::uint32_t(attempt->verdict)));
  }
  std::vector<causes::Want> wants;
  explaining::event_wants(event, wants);
  const causes::Found found = causes::search(history, event.number, std::move(wants), budget, most);
  answer.sentence = lead.empty() ? explaining::event_sentence({state, found, 0}, event) : lead;
  answer.chain.push_back({event.number, 0});
  answer.chain.insert(answer.chain.end(), found.chain.begin(), found.chain.end());
  answer.complete = found.complete;
  return answer;
}

}  // namespace

std::string subject_text(const Subject& subject, const State& state) {
  if (subject.kind == Look::Object::None)
    return subject.event == 0 ? std::string("nothing") : fmt::format("event {}", subject.event);
  if (subject.kind == Look::Object::Environment) return env_name(state, subject.number);
  const KindRow* row = row_of_kind(subject.kind);
  return fmt::format("{} {}", row == nullptr ? "thing" : row->name, subject.number);
}

Because explain(const History& history, const State& state, const Subject& subject, std::uint64_t budget,
                std::size_t most) {
  if (subject.kind == Look::Object::None && subject.event != 0)
    return explain_event(history, state, subject.event, budget, most);
  Because answer;
  const KindRow* row = row_of_kind(subject.kind);
  if (row == nullptr || subject.number >= row->count) {
    answer.sentence = "There is no such thing.";
    return answer;
  }
  answer.question = subject.kind == Look::Object::Environment && subject.number == state.running
                        ? fmt::format("Why does {} run?", subject_text(subject, state))
                    : subject.kind == Look::Object::Environment
                        ? fmt::format("Why does {} not run?", subject_text(subject, state))
                        : fmt::format("Why is {} as it is?", subject_text(subject, state));
  const causes::Found nothing;
  std::vector<causes::Want> wants;
  row->wants({state, nothing, subject.number}, wants);
  const causes::Found found = causes::search(history, state.number, std::move(wants), budget, most);
  answer.sentence = row->sentence({state, found, subject.number});
  answer.chain = found.chain;
  answer.complete = found.complete;
  return answer;
}

std::optional<Subject> parse_subject(std::string_view words, const State& state) {
  const auto trim = [&] {
    while (!words.empty() && words.front() == ' ') words.remove_prefix(1);
    while (!words.empty() && words.back() == ' ') words.remove_suffix(1);
  };
  trim();
  const auto environment = [&](std::string_view name) -> std::optional<Subject> {
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
      if (state.envs[env].state != abi::EnvState::Free && env_name(state, env) == name)
        return Subject{Look::Object::Environment, env};
    return std::nullopt;
  };
  if (const auto named = environment(words)) return named;
  constexpr std::pair<std::string_view, Look::Object> kWords[] = {{"frame", Look::Object::Frame},
                                                                  {"page", Look::Object::Frame},
                                                                  {"environment", Look::Object::Environment},
                                                                  {"env", Look::Object::Environment},
                                                                  {"tlb entry", Look::Object::TlbEntry},
                                                                  {"TLB entry", Look::Object::TlbEntry},
                                                                  {"tlb", Look::Object::TlbEntry},
                                                                  {"stlb slot", Look::Object::StlbSlot},
                                                                  {"STLB slot", Look::Object::StlbSlot},
                                                                  {"stlb", Look::Object::StlbSlot},
                                                                  {"slice", Look::Object::Slice},
                                                                  {"request", Look::Object::Request},
                                                                  {"download", Look::Object::Download},
                                                                  {"packet", Look::Object::Packet},
                                                                  {"event", Look::Object::None}};
  for (const auto& [word, object] : kWords) {
    if (!words.starts_with(word) || words.size() <= word.size() || words[word.size()] != ' ') continue;
    words.remove_prefix(word.size());
    trim();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), number);
    if (error != std::errc() || end != words.data() + words.size())
      return object == Look::Object::Environment ? environment(words) : std::nullopt;
    if (object == Look::Object::None) return Subject{Look::Object::None, 0, number};
    const KindRow* row = row_of_kind(object);
    if (row == nullptr || number >= row->count) return std::nullopt;
    return Subject{object, std::uint32_t(number)};
  }
  return std::nullopt;
}

}  // namespace exo::model
