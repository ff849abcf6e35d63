// The selected thing: its facts at the cursor, and the events that made it so.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "explorer/model/event_table.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/requests.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/terms.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;

struct Fact {
  std::string name, value;
  bool hot = false;
};

struct Subject {
  std::string title, pill;
  bool hot = false;
  std::vector<Fact> facts;
};

std::string generation_words(std::uint32_t generation) { return grouped(generation); }

/// Rights on a frame that issued capabilities still carry: those of the frame's present generation.
std::string capability_words(const ViewContext& ctx, std::uint32_t frame) {
  std::uint32_t live = 0, dead = 0;
  for (const IssuedCapability& cap : ctx.index.capabilities()) {
    if (cap.event > ctx.cursor || abi::kind_of(cap.resource) != abi::ResourceKind::Frame ||
        abi::number_of(cap.resource) != frame)
      continue;
    (cap.generation == ctx.state.frames[frame].generation ? live : dead) += cap.times;
  }
  return dead == 0 ? fmt::format("{} alive", live) : fmt::format("{} alive, {} dead", live, dead);
}

Subject frame_subject(const ViewContext& ctx, std::uint32_t number) {
  const model::FrameState& frame = ctx.state.frames[number];
  Subject out;
  out.title = fmt::format("Frame {}", number);
  const model::RequestState* request = pending_request(ctx.state, number);
  if (request != nullptr) {
    out.pill = request->demanded                     ? "last warning"
               : request->delivered != model::kNever ? "asked for"
                                                     : "will be asked for";
    out.hot = true;
  } else if (frame.owner == 0 && frame.taken != 0) {
    out.pill = "taken by force";
    out.hot = true;
  }
  out.facts.push_back({"owner", frame.owner == 0
                                    ? ((frame.flags & abi::kFrameSaving) != 0 ? "nobody: being saved" : "nobody: free")
                                    : model::env_name(ctx.state, frame.owner)});
  out.facts.push_back({"generation", generation_words(frame.generation)});
  std::string bindings = grouped(frame.bindings);
  for (std::size_t i = 0; i < abi::kStlbEntries; ++i)
    if (ctx.highlight.stlb[i]) bindings += fmt::format(" \u00b7 STLB {}", i);
  for (std::size_t i = 0; i < abi::kTlbEntries; ++i)
    if (ctx.highlight.tlb[i]) bindings += fmt::format(" \u00b7 TLB {}", i);
  out.facts.push_back({"bindings", bindings});
  out.facts.push_back({"capabilities", capability_words(ctx, number)});
  out.facts.push_back({"guard", frame.guard == abi::kFrameRights ? "all rights"
                                : frame.guard == 0               ? "no rights"
                                                                 : model::rights_text(frame.guard)});
  out.facts.push_back({"guaranteed", (frame.flags & abi::kFrameGuaranteed) != 0 ? "yes: never taken" : "no"});
  std::string save = "not prepared";
  if (frame.owner != 0)
    for (const auto& place : ctx.state.envs[frame.owner].save_locations)
      if (place.frame != abi::kNoFrame && (place.frame == number || place.frame == abi::kAnyFrame))
        save = asked_words(place.save);
  out.facts.push_back({"save to", save});
  if ((frame.flags & abi::kFrameEnvironmentPage) != 0) out.facts.push_back({"use", "environment page"});
  return out;
}

std::string entry_words(const model::EntryState& entry) {
  std::string out = entry.sync != 0 ? fmt::format("at 0x{:x}", entry.sync) : "";
  if (entry.async != 0) out += fmt::format("{}asynchronously at 0x{:x}", out.empty() ? "" : ", ", entry.async);
  if (!entry.guarded) return out + ", by anyone";
  return out + fmt::format(", by {} that it authorised", std::popcount(entry.admitted));
}

Subject env_subject(const ViewContext& ctx, std::uint32_t env) {
  const model::EnvironmentState& e = ctx.state.envs[env];
  Subject out;
  out.title = model::env_name(ctx.state, env);
  if (e.state == abi::EnvState::Free) {
    out.pill = "gone";
    out.facts.push_back({"generation", generation_words(e.generation)});
    return out;
  }
  if (ctx.state.running == env) out.pill = "running";
  if (e.behaviour == model::Behaviour::Hung) out.pill = "hangs", out.hot = true;
  if (e.state == abi::EnvState::Dormant) out.pill = "dormant";
  const std::string space = e.asid != 0 ? fmt::format("address space {}", e.asid) : "no address space now";
  out.facts = {{"number", fmt::format("{} \u00b7 {}", env, space)},
               {"state", model::condition_text(ctx.state, env)},
               {"generation", generation_words(e.generation)},
               {"frames", fmt::format("{} \u00b7 {} guaranteed", grouped(e.frames), grouped(e.guaranteed))},
               {"bindings", grouped(e.bindings)},
               {"slices", grouped(e.slices)},
               {"ran", short_micros(e.ran)},
               {"TLB refills", grouped(e.refills)},
               {"misses", grouped(e.misses)},
               {"checks", fmt::format("{} passed \u00b7 {} refused", grouped(e.authorizations), grouped(e.refusals))},
               {"upcalls", e.masked != 0 ? "masked: one waits" : "taken at once"}};
  if (e.excess != 0 || e.forfeited != 0)
    out.facts.push_back(
        {"owes", fmt::format("{} \u00b7 {} forfeited", plural(e.excess, "slice"), grouped(e.forfeited))});
  if ((e.entry.sync | e.entry.async) != 0) out.facts.push_back({"entered", entry_words(e.entry)});
  std::string alone = ctx.state.fpu_owner == env ? "floating-point unit" : "";
  for (std::uint32_t device = 0; device < abi::kDevices; ++device)
    if (ctx.state.devices[device].holder == env)
      alone += (alone.empty() ? "" : ", ") + std::string(model::device_name(device));
  if (!alone.empty()) out.facts.push_back({"has alone", alone});
  return out;
}

std::string half_words(std::uint32_t lo) {
  if ((lo & abi::kLoValid) == 0) return "not valid";
  const std::uint32_t pfn = abi::entry_lo_pfn(lo);
  return fmt::format(
      "{}, {}",
      abi::is_exported(pfn) ? fmt::format("frame {}", abi::frame_of_pfn(pfn)) : fmt::format("kernel page 0x{:x}", pfn),
      (lo & abi::kLoDirty) != 0 ? "writable" : "read only");
}

void entry_facts(const ViewContext& ctx, Subject& out, std::uint32_t hi, const std::uint32_t (&lo)[2]) {
  const std::uint32_t page = abi::entry_hi_vpn(hi), env = model::holder_of(ctx.state, hi);
  const std::string space = (hi & abi::kStlbParked) != 0 ? std::string("no address-space identifier now")
                                                         : fmt::format("address space {}", abi::entry_hi_asid(hi));
  out.facts.push_back({"owner", fmt::format("{} \u00b7 {}", model::env_name(ctx.state, env), space)});
  out.facts.push_back({fmt::format("page {:05x}", page), half_words(lo[0])});
  out.facts.push_back({fmt::format("page {:05x}", page + 1), half_words(lo[1])});
}

Subject tlb_subject(const ViewContext& ctx, std::uint32_t index) {
  const model::TlbState& entry = ctx.state.tlb[index];
  Subject out{fmt::format("TLB entry {}", index), {}, false, {}};
  if (((entry.lo[0] | entry.lo[1]) & abi::kLoValid) == 0) {
    out.facts.push_back({"holds", "nothing valid"});
    return out;
  }
  entry_facts(ctx, out, entry.hi, entry.lo);
  out.facts.push_back({"written", short_micros(ctx.state.now - std::min(ctx.state.now, entry.written)) + " ago"});
  out.facts.push_back(
      {"STLB slot", grouped(abi::stlb_slot(abi::entry_hi_vpn(entry.hi), model::holder_of(ctx.state, entry.hi)))});
  return out;
}

Subject stlb_subject(const ViewContext& ctx, std::uint32_t slot) {
  const model::StlbState& entry = ctx.state.stlb[slot];
  Subject out{fmt::format("STLB slot {}", slot), {}, false, {}};
  if (entry.tag == abi::kStlbFree)
    out.facts.push_back({"holds", "nothing"});
  else
    entry_facts(ctx, out, entry.tag, entry.lo);
  return out;
}

Subject slice_subject(const ViewContext& ctx, std::uint32_t position) {
  Subject out{fmt::format("Slice {}", position), {}, false, {}};
  if (ctx.state.slice_position == position && ctx.state.running != 0) out.pill = "running now";
  out.facts.push_back(
      {"owner", ctx.state.slices[position] == 0 ? "nobody" : model::env_name(ctx.state, ctx.state.slices[position])});
  out.facts.push_back({"length", fmt::format("{} \u00b5s", abi::kTickMicros * abi::kTicksPerSlice)});
  const std::uint32_t owner = ctx.state.slices[position];
  if (ctx.state.slice_position == position && ctx.state.running != 0)
    out.facts.push_back({"runs in it", model::env_name(ctx.state, ctx.state.running)});
  out.facts.push_back({"generation", generation_words(ctx.state.slice_generations[position])});
  if (owner != 0 && ctx.state.envs[owner].excess != 0)
    out.facts.push_back({"owed", plural(ctx.state.envs[owner].excess, "slice") + " of its owner"});
  if ((ctx.state.slices_asked >> position & 1) != 0) {
    out.facts.push_back({"asked back", "yes", true});
    out.pill = "asked for";
    out.hot = true;
  }
  return out;
}

std::string moment(model::Ticks ticks) {
  return ticks == model::kNever ? std::string("not yet") : micros_text(ticks) + " \u00b5s";
}

Subject request_subject(const ViewContext& ctx, std::uint32_t id) {
  Subject out{fmt::format("Request {}", id), {}, false, {}};
  const auto& all = ctx.history.requests();
  const auto found = std::ranges::lower_bound(all, id, {}, &model::RequestState::id);
  if (found != all.end() && found->id == id && found->requested_event <= ctx.cursor) {
    const RequestNow request = request_at_cursor(ctx, *found);
    out.pill = request.open() ? (request.phase == Phase::Demanded ? "last warning" : "open") : "";
    out.hot = request.open();
    out.facts = {{"asked of", model::env_name(ctx.state, request.state.env)},
                 {"for", asked_words(request.state.asked)},
                 {"state", phase_words(request), request.phase == Phase::Taken},
                 {"patience", fmt::format("{} \u00b5s", request.state.patience_us)},
                 {"deadline", request.state.deadline_us == 0 ? std::string("none")
                                                             : fmt::format("{} \u00b5s", request.state.deadline_us)},
                 {"requested", moment(request.state.requested)},
                 {"delivered", moment(request.state.delivered)}};
    if (request.deadline) out.facts.push_back({"abort at", moment(request.state.fires), request.open()});
    if (request.open() && request.deadline)
      out.facts.push_back({"left",
                           fmt::format("{} \u00b7 {} instructions", short_micros(request.left),
                                       grouped(model::instructions(request.left))),
                           true});
    out.facts.push_back({request.phase == Phase::Taken ? "taken" : "answered", moment(request.state.done)});
    if (request.phase == Phase::Taken) {
      out.facts.push_back({"notified", moment(request.state.notified)});
      out.facts.push_back({"saved to", request.state.saved_to == abi::kNoFrame ? std::string("nowhere")
                                                                               : asked_words(request.state.saved_to)});
    }
  }
  if (out.facts.empty()) out.facts.push_back({"state", "has not been made yet"});
  return out;
}

Subject download_subject(const ViewContext& ctx, std::uint32_t number) {
  const model::DownloadState& one = ctx.state.downloads[number];
  Subject out{fmt::format("Download {}", number), {}, false, {}};
  if (one.kind == abi::DownloadKind::None) {
    out.facts.push_back({"state", "has never been installed"});
    return out;
  }
  out.pill = one.asked ? "asked back" : one.installed ? "" : "gone";
  out.hot = one.asked;
  out.facts = {
      {"kind", std::string(model::download_kind_name(one.kind))},
      {"owner", model::env_name(ctx.state, one.owner)},
      {"state", one.installed ? std::string("installed") : fmt::format("gone: {}", model::reason_text(one.removed))},
      {"attempt", fmt::format("{}", one.offer)},
      {one.kind == abi::DownloadKind::Claim ? "packets" : "calls", grouped(one.calls)}};
  if (one.calls != 0)
    out.facts.push_back({"last", one.kind == abi::DownloadKind::Claim
                                     ? fmt::format("{} instructions", model::instructions(one.last_ticks))
                                     : fmt::format("{} instructions, result {}", model::instructions(one.last_ticks),
                                                   one.last_result)});
  if (one.filter != 0) out.facts.push_back({"handles", model::download_text(one.filter)});
  if (one.handler != 0) out.facts.push_back({"handler", model::download_text(one.handler)});
  if (one.copied != 0) out.facts.push_back({"copied", plural(one.copied, "byte")});
  for (const auto& page : one.pages)
    if (page.frame != abi::kNoFrame)
      out.facts.push_back(
          {"uses", fmt::format("{}{}", model::frame_text(page.frame), page.writable ? ", writable" : "")});
  return out;
}

Subject packet_subject(const ViewContext& ctx, std::uint32_t number) {
  Subject out{fmt::format("Packet {}", number), {}, false, {}};
  const model::PacketState& packet = ctx.state.wire.packets[number % model::kPacketsKept];
  if (packet.arrived == 0 || packet.number != number) {
    out.facts.push_back({"state", packet.number > number ? "came long ago" : "has not come yet"});
    return out;
  }
  out.facts = {{"arrived", micros_text(packet.at) + " \u00b5s"},
               {"bytes", fmt::format("{}", packet.bytes)},
               {"state", model::fate_text(packet, ctx.state)}};
  if (packet.filter != 0)
    out.facts.push_back({"says", fmt::format("{}, in {} instructions", model::download_text(packet.filter),
                                             model::instructions(packet.spent))});
  if (packet.answered != 0) out.facts.push_back({"answered", "after " + short_micros(packet.answered_at - packet.at)});
  return out;
}

Subject event_subject(const ViewContext& ctx, model::EventNumber number) {
  Subject out{fmt::format("Event {}", grouped(number)), {}, false, {}};
  if (number == 0 || number > ctx.newest()) return out;
  const model::Event event = ctx.history.event(number);
  out.facts = {{"what", model::sentence(event, ctx.state)},
               {"name", std::string(model::event_name(event.id))},
               {"time", micros_text(event.ticks) + " \u00b5s"},
               {"acting", model::env_name(ctx.state, event.env)}};
  if (event.pc != 0) out.facts.push_back({"instruction", fmt::format("0x{:08x}", event.pc)});
  // The arguments under their names; of an event that is not in the table, the bare words.
  const model::EventRow& row = model::row_of(event.id);
  for (std::size_t i = 0; i < 4; ++i) {
    if (!row.known())
      out.facts.push_back({fmt::format("word {}", i), fmt::format("0x{:x}", event.args[i])});
    else if (!row.names[i].starts_with('_'))
      out.facts.push_back({std::string(row.names[i]), model::field_text(event, row.names[i], ctx.state)});
  }
  return out;
}

Subject subject_of(const ViewContext& ctx) {
  const Selection& selected = ctx.ui.selection;
  const auto number = std::uint32_t(selected.number);
  switch (selected.kind) {
    case Kind::Frame:
      return frame_subject(ctx, number % abi::kFrameCount);
    case Kind::Environment:
      return env_subject(ctx, number % abi::kMaxEnvironments);
    case Kind::TlbEntry:
      return tlb_subject(ctx, number % abi::kTlbEntries);
    case Kind::StlbSlot:
      return stlb_subject(ctx, number % abi::kStlbEntries);
    case Kind::Slice:
      return slice_subject(ctx, number % abi::kSlicePositions);
    case Kind::Request:
      return request_subject(ctx, number);
    case Kind::Download:
      return download_subject(ctx, number % abi::kMaxDownloads);
    case Kind::Packet:
      return packet_subject(ctx, number);
    case Kind::Attempt:
      return event_subject(ctx, selected.number);
    case Kind::Event:
      return event_subject(ctx, selected.number);
    case Kind::None:
      break;
  }
  // Nothing is selected: the event at the cursor is what there is to say.
  Subject out = event_subject(ctx, ctx.cursor);
  if (ctx.cursor == 0) out.title = "Before the first event";
  return out;
}

/// Why it is so: the question, the sentence, and the chain of events back to the cause.
float draw_why(const ViewContext& ctx, ImVec2 at, float width) {
  const model::Because& answer = ctx.ui.why.selected.of(ctx.ui.selection, ctx.history, ctx.state);
  const float start = at.y;
  draw_text_cut(ImGui::GetWindowDrawList(), ctx.fonts.strong, at, width, ctx.theme.text, answer.question);
  at.y += ctx.fonts.strong->FontSize + ctx.px(8);
  return at.y - start + draw_answer(ctx, at, width, answer, "why");
}

}  // namespace

void draw_selected(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  const Subject subject = subject_of(ctx);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("selected", {box.width(), box.height()}, false);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = box.width() - ctx.px(14);  // the scroll bar has its place
  float x = origin.x, y = origin.y;
  draw_label(ctx, {x, y}, ctx.ui.selection.kind == Kind::None ? "AT THE CURSOR" : "SELECTED");
  y += ctx.fonts.label->FontSize + ctx.px(8);
  const float title = std::min(text_width(ctx.fonts.heading, subject.title), width);
  draw_text_cut(list, ctx.fonts.heading, {x, y}, width, t.text, subject.title);
  if (!subject.pill.empty() && title + ctx.px(10) + pill_width(ctx, subject.pill) <= width)
    pill(ctx, {x + title + ctx.px(10), y - ctx.px(3)}, subject.pill, subject.hot ? t.hot : t.soft,
         subject.hot ? t.hot_ground : t.card);
  y += ctx.fonts.heading->FontSize + ctx.px(14);
  const float names = std::min(ctx.px(96), width * 0.38f);
  for (const Fact& fact : subject.facts) {
    draw_field_name(ctx, {x, y}, names - ctx.px(6), fact.name);
    const float used =
        draw_sentence(ctx, ctx.fonts.body, {x + names, y}, width - names, fact.hot ? t.hot : t.text, fact.value).height;
    y += std::max(used, ctx.fonts.body->FontSize * 1.25f) + ctx.px(5);
  }
  y += ctx.px(6);
  if (ctx.ui.selection.kind != Kind::None) {
    rule(ctx, {x, y}, width);
    y += ctx.px(14);
    y += draw_why(ctx, {x, y}, width);
  } else {
    y += draw_sentence(ctx, ctx.fonts.small, {x, y}, width, t.faint,
                       "Select a frame, an environment, a TLB entry, a slice, a request, a download or a packet to "
                       "see its facts and why "
                       "it is as it is. The right button asks why, anywhere.")
             .height;
  }
  ImGui::SetCursorScreenPos({x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
