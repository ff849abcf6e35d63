// Downloaded code: offered, refused or installed, run, gone; and the packets that it is asked about.
#include "explorer/model/reduce_parts.hpp"

namespace exo::model::parts {

namespace {

void offered(State& state, const Event& event) {
  state.offer = {event.number, event.args[0], abi::DownloadKind(event.args[1]), event.args[2],
                 std::uint8_t(event.args[3])};
}

void installed(State& state, const Event& event) {
  const std::uint32_t number = event.args[0], link = event.args[3];
  drop_download(state, number);
  DownloadState& download = state.downloads[number];
  const std::uint32_t generation = download.generation;
  const bool known = state.offer.event != 0 && state.offer.offer == event.args[1];
  download = {};
  download.generation = generation;
  download.installed = true;
  download.offer = event.args[1];
  download.owner = std::uint8_t(event.args[2]);
  download.offered = known ? state.offer.event : 0;
  download.kind = known ? state.offer.kind : abi::DownloadKind::None;
  download.changed = stamp(state);
  ++state.envs[download.owner].downloads;
  state.envs[download.owner].changed = stamp(state);
  if (download.kind == abi::DownloadKind::Claim) state.wire.tree_stale = true;
  if (download.kind == abi::DownloadKind::Filter) download.order = std::uint8_t(link);
  if (download.kind != abi::DownloadKind::Handler || link == 0 || link >= abi::kMaxDownloads) return;
  download.filter = std::uint8_t(link);
  state.downloads[link].handler = std::uint8_t(number);
}

void given_page(State& state, const Event& event) {
  const std::uint32_t frame = event.args[2];
  if (event.args[1] >= abi::kDownloadPages) return;
  state.downloads[event.args[0]].pages[event.args[1]] = {frame, state.frames[frame].generation,
                                                         (event.args[3] & abi::kBindWrite) != 0};
}

void ran(State& state, const Event& event) {
  DownloadState& download = state.downloads[event.args[0]];
  ++download.calls;
  download.ticks += event.args[2];
  download.last_result = event.args[1];
  download.last_ticks = event.args[2];
  download.last_packet = event.args[3];
  download.changed = stamp(state);
  ++state.envs[download.owner].runs;
}

void arrived(State& state, const Event& event) {
  ++state.wire.arrived;
  PacketState& packet = state.wire.packets[event.args[0] % kPacketsKept];
  packet = {};
  packet.arrived = event.number;
  packet.at = event.ticks;
  packet.number = event.args[0];
  packet.bytes = event.args[1];
}

void sent(State& state, const Event& event) {
  const std::uint32_t handler = event.args[3], answers = event.args[2];
  SentState& packet = state.wire.sents[event.args[0] % kPacketsKept];
  packet = {};
  packet.event = event.number;
  packet.at = event.ticks;
  packet.number = event.args[0];
  packet.bytes = event.args[1];
  packet.answers = answers;
  packet.handler = std::uint8_t(handler);
  packet.owner = handler != 0 ? state.downloads[handler].owner : std::uint8_t(event.env);
  ++state.wire.sent;
  ++state.envs[packet.owner].sent;
  PacketState& question = state.wire.packets[answers % kPacketsKept];
  if (question.number != answers || question.arrived == 0 || question.answered != 0) return;
  question.answered = packet.number;
  question.answered_at = event.ticks;
}

/// What became of a packet. One that is not kept any more is only counted.
void settle(State& state, const Event& event) {
  PacketState unknown;
  PacketState* packet = &state.wire.packets[event.args[0] % kPacketsKept];
  if (packet->number != event.args[0] || packet->arrived == 0) packet = &unknown;
  switch (event.id) {
    case abi::Event::PacketClaimed: {
      packet->fate = Fate::Claimed;
      packet->filter = std::uint8_t(event.args[1]);
      packet->owner = std::uint8_t(event.args[2]);
      packet->spent = event.args[3];
      ++state.wire.claimed;
      ++state.envs[packet->owner].claimed;
      DownloadState& filter = state.downloads[packet->filter];
      filter.last_packet = event.args[0];
      if (filter.kind != abi::DownloadKind::Claim) return;
      ++filter.calls;
      filter.ticks += event.args[3];
      filter.last_ticks = event.args[3];
      filter.changed = stamp(state);
      return;
    }
    case abi::Event::PacketDelivered:
      packet->fate = Fate::Delivered;
      packet->ring = std::uint16_t(event.args[2]);
      ++state.wire.delivered;
      return;
    default:
      packet->reason = std::uint8_t(event.args[1]);
      packet->fate = event.args[1] == std::uint32_t(abi::Reason::Handled) ? Fate::Handled : Fate::Dropped;
      ++(packet->fate == Fate::Handled ? state.wire.handled : state.wire.dropped);
      return;
  }
}

}  // namespace

void reduce_download(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::CodeOffered:
      return offered(state, event);
    case abi::Event::CodeInstalled:
      return installed(state, event);
    case abi::Event::CodePage:
      return given_page(state, event);
    case abi::Event::CodeRemoved:
      drop_download(state, event.args[0]);
      state.downloads[event.args[0]].removed = std::uint8_t(event.args[2]);
      return;
    case abi::Event::CodeRan:
      return ran(state, event);
    case abi::Event::HandlerCopied:
      state.downloads[event.args[0]].copied += event.args[2];
      return;
    case abi::Event::TreeBuilt:
      state.wire.tree = event.number;
      state.wire.nodes = event.args[0];
      state.wire.edges = event.args[1];
      state.wire.words = event.args[2];
      state.wire.tree_stale = false;
      return;
    default:
      return;
  }
}

void reduce_packet(State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::WireBound:
      state.envs[event.args[0]].may_send = true;
      state.envs[event.args[0]].changed = stamp(state);
      return;
    case abi::Event::PacketArrived:
      return arrived(state, event);
    case abi::Event::PacketSent:
      return sent(state, event);
    case abi::Event::PacketClaimed:
    case abi::Event::PacketDelivered:
    case abi::Event::PacketDropped:
      return settle(state, event);
    default:
      return;
  }
}

}  // namespace exo::model::parts
