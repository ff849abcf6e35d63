// Sentences about things, from the state alone.
#include "explorer/model/object_words.hpp"

#include <fmt/format.h>

#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

std::string plural(std::uint64_t count, std::string_view noun) {
  return count == 0 ? fmt::format("no {}s", noun) : fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string frame_words(const State& state, std::uint32_t number) {
  const FrameState& frame = state.frames[number];
  if (frame.owner == 0) {
    if ((frame.flags & abi::kFrameSaving) != 0)
      return fmt::format("Frame {} was taken from {} and its contents are being saved.", number,
                         env_name(state, frame.last_owner));
    return frame.taken != 0 ? fmt::format("Frame {} is free since it was taken from {} by force.", number,
                                          env_name(state, frame.last_owner))
                            : fmt::format("Frame {} is free.", number);
  }
  std::string text = fmt::format("Frame {} belongs to {}, in generation {}, with {} on it", number,
                                 env_name(state, frame.owner), frame.generation, plural(frame.bindings, "binding"));
  if ((frame.flags & abi::kFrameGuaranteed) != 0) text += "; it is guaranteed and never taken";
  if ((frame.flags & abi::kFrameUnderRevocation) != 0) text += "; it is asked back";
  return text + ".";
}

std::string environment_words(const State& state, std::uint32_t number) {
  const EnvironmentState& env = state.envs[number];
  if (env.state == abi::EnvState::Free) return fmt::format("Environment {} does not exist now.", number);
  std::string text =
      fmt::format("{} {}; it has {}, of which {} {} guaranteed, {} and {}", env_name(state, number),
                  condition_text(state, number), plural(env.frames, "frame"), env.guaranteed,
                  env.guaranteed == 1 ? "is" : "are", plural(env.slices, "slice"), plural(env.bindings, "binding"));
  if (env.behaviour == Behaviour::Hung) text += "; it answers nothing";
  if (env.excess != 0) text += fmt::format("; it owes {}", plural(env.excess, "slice"));
  if (env.downloads != 0)
    text += fmt::format("; {} of it {} in the kernel", plural(env.downloads, "download"),
                        env.downloads == 1 ? "is" : "are");
  return text + ".";
}

std::string half_words(std::uint32_t page, std::uint32_t lo) {
  return fmt::format("page {:#x} to {}{}", page, pfn_text(abi::entry_lo_pfn(lo)),
                     (lo & abi::kLoDirty) != 0 ? ", writable" : ", read only");
}

std::string entry_words(const std::string& lead, std::uint32_t hi, const std::uint32_t (&lo)[2], const State& state) {
  std::string text = fmt::format("{} maps", lead);
  bool any = false;
  for (std::uint32_t half = 0; half < 2; ++half) {
    if ((lo[half] & abi::kLoValid) == 0) continue;
    text += (any ? " and " : " ") + half_words(abi::entry_hi_vpn(hi) + half, lo[half]);
    any = true;
  }
  if (!any) return lead + " is empty.";
  return fmt::format("{}, for {}.", text, tag_owner(hi, state));
}

std::string slice_words(const State& state, std::uint32_t position) {
  const std::uint32_t owner = state.slices[position];
  std::string text = owner == 0 ? fmt::format("Slice {} is nobody's", position)
                                : fmt::format("Slice {} belongs to {}", position, env_name(state, owner));
  if (state.slice_position == position && state.running != 0)
    text += fmt::format(", and {} runs in it now", env_name(state, state.running));
  if ((state.slices_asked >> position & 1) != 0) text += "; it is asked back";
  return text + ".";
}

std::string request_words(const State& state, std::uint32_t id) {
  const RequestState& request = state.requests[request_place(state, id)];
  if (request.id != id || id == 0) return fmt::format("Request {} is not known at this moment.", id);
  std::string text =
      fmt::format("Request {} asks {} for {}", id, env_name(state, request.env), asked_text(request.asked));
  if (request.outcome != Outcome::Pending) return fmt::format("{}: {}.", text, outcome_text(request.outcome));
  if (request.demanded) {
    const Ticks left = request.fires > state.now ? request.fires - state.now : 0;
    return fmt::format("{}, with {} left before it is taken by force.", text, micros_text(left));
  }
  return text + (request.delivered == kNever ? " and has not been heard yet." : " and has not been answered yet.");
}

std::string download_words(const State& state, std::uint32_t number) {
  const DownloadState& one = state.downloads[number];
  if (one.kind == abi::DownloadKind::None) return fmt::format("Download {} does not exist.", number);
  return fmt::format("Download {} is a {} of {}, {}, and ran {} time{}.", number, download_kind_name(one.kind),
                     env_name(state, one.owner),
                     one.asked       ? std::string("asked back")
                     : one.installed ? std::string("installed")
                                     : fmt::format("gone: {}", reason_text(one.removed)),
                     one.calls, one.calls == 1 ? "" : "s");
}

std::string packet_words(const State& state, std::uint32_t number) {
  const PacketState& packet = state.wire.packets[number % kPacketsKept];
  if (packet.arrived == 0 || packet.number != number)
    return fmt::format("Packet {} is not known at this moment.", number);
  return fmt::format("Packet {} of {} bytes came at {} and is {}.", number, packet.bytes, micros_text(packet.at),
                     fate_text(packet, state));
}

}  // namespace

std::string sentence_of(const Subject& subject, const State& state) {
  using Object = Look::Object;
  const std::uint32_t number = subject.number;
  switch (subject.kind) {
    case Object::None:
      return "";
    case Object::Frame:
      return number < abi::kFrameCount ? frame_words(state, number) : "";
    case Object::Environment:
      return number < abi::kMaxEnvironments ? environment_words(state, number) : "";
    case Object::TlbEntry:
      return number < abi::kTlbEntries
                 ? entry_words(fmt::format("TLB entry {}", number), state.tlb[number].hi, state.tlb[number].lo, state)
                 : "";
    case Object::StlbSlot:
      if (number >= abi::kStlbEntries) return "";
      return state.stlb[number].tag == abi::kStlbFree
                 ? fmt::format("STLB slot {} is empty.", number)
                 : entry_words(fmt::format("STLB slot {}", number), state.stlb[number].tag, state.stlb[number].lo,
                               state);
    case Object::Slice:
      return number < abi::kSlicePositions ? slice_words(state, number) : "";
    case Object::Request:
      return request_words(state, number);
    case Object::Download:
      return number < abi::kMaxDownloads ? download_words(state, number) : "";
    case Object::Packet:
      return packet_words(state, number);
  }
  return "";
}

std::vector<std::string> text_mirror(const History& history, const State& state, const Story& story) {
  using Object = Look::Object;
  std::vector<std::string> lines;
  const int step = story.current(state.number);
  if (!story.title.empty()) lines.push_back(fmt::format("Lesson: {}", story.title));
  if (step >= 0)
    lines.push_back(fmt::format("Step {} of {}: {}", step + 1, story.steps.size(), story.steps[std::size_t(step)].say));
  if (step >= 0 && story.steps[std::size_t(step)].ask)
    lines.push_back("Question: " + story.steps[std::size_t(step)].ask->text);
  if (state.number == 0) {
    lines.push_back("Nothing has happened yet: this is before the first event.");
    return lines;
  }
  lines.push_back(fmt::format("Time: {} of guest time, after event {} of {}.", micros_text(state.now), state.number,
                              history.size()));
  lines.push_back(state.running == 0
                      ? std::string("Nobody runs: the processor waits.")
                      : fmt::format("Running: {}, in slice {} of {}.", env_name(state, state.running),
                                    state.slice_position, env_name(state, state.slices[state.slice_position])));
  if (state.number <= history.size()) {
    const Event last = history.event(state.number);
    lines.push_back(fmt::format("Last event: {}.", sentence(last, state)));
    if (const Because answer = explain(history, state, {Object::None, 0, state.number}); answer.chain.size() > 1)
      lines.push_back(fmt::format("Why: {}", answer.sentence));
  }
  lines.push_back(fmt::format("Memory: {} of {} frames are free; {} STLB entries are in use.", state.free_frames,
                              abi::kFrameCount, state.stlb_used));
  lines.push_back(
      fmt::format("Rights: {} capability checks accepted, {} refused; the bindings were used {} times "
                  "without a check.",
                  state.authorizations, state.refusals, state.uses));
  for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
    if (state.envs[env].state != abi::EnvState::Free) lines.push_back(sentence_of({Object::Environment, env}, state));
  for (const RequestState& request : history.requests()) {
    const RequestState& now = state.requests[request_place(state, request.id)];
    if (now.id == request.id && now.outcome == Outcome::Pending)
      lines.push_back(sentence_of({Object::Request, request.id}, state));
  }
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number)
    if (state.downloads[number].installed) lines.push_back(sentence_of({Object::Download, number}, state));
  if (!state.certain) lines.push_back("Events were lost: what is said here is uncertain until the next audit.");
  if (state.panicked) lines.push_back("The kernel panicked: that is a bug of the kernel.");
  return lines;
}

}  // namespace exo::model
