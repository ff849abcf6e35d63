// Collecting bytes and answers.
#include "explorer/model/packets.hpp"

#include <algorithm>

#include "explorer/model/decode.hpp"

namespace exo::model {

namespace {

constexpr EventNumber kBetween = 256;  ///< events that may lie between a packet and its bytes

std::uint8_t busy_environments(const State& state) {
  return std::uint8_t(std::ranges::count_if(state.envs, [](const EnvironmentState& env) {
    const bool ready = env.state == abi::EnvState::Ready || env.state == abi::EnvState::Running;
    return ready && env.slices != 0 && !env.asleep && (!env.parked || env.calls != 0);
  }));
}

}  // namespace

std::vector<std::uint8_t> packet_bytes(const History& history, EventNumber at, EventNumber upto) {
  std::vector<std::uint8_t> bytes;
  upto = std::min(upto, history.size());
  if (at == 0 || at > upto) return bytes;
  const Event first = history.event(at);
  if (first.id != abi::Event::PacketArrived && first.id != abi::Event::PacketSent) return bytes;
  const std::size_t size = std::min(first.args[1], abi::kMostPacketBytes);
  upto = std::min(upto, at + kBetween + size / 16);
  for (EventNumber number = at + 1; number <= upto && bytes.size() < size; ++number) {
    const Event event = history.event(number);
    if (event.id == abi::Event::PacketArrived || event.id == abi::Event::PacketSent) break;
    if (event.id != abi::Event::PacketBytes) continue;
    for (std::size_t i = 0; i < 16 && bytes.size() < size; ++i)
      bytes.push_back(std::uint8_t(event.args[i / 4] >> (8 * (i % 4))));
  }
  return bytes;
}

void Traffic::take(const Event& event, const State& state) {
  if (event.id == abi::Event::PacketArrived) {
    if (open_.empty()) open_.resize(kOpen);
    open_[event.args[0] % kOpen] = {event.number, event.ticks, event.args[0], busy_environments(state)};
    return;
  }
  if (event.id != abi::Event::PacketSent || event.args[2] == 0 || open_.empty() || trips_.size() >= kKept) return;
  Open& open = open_[event.args[2] % kOpen];
  if (open.arrived == 0 || open.packet != event.args[2]) return;
  const SentState& sent = state.wire.sents[event.args[0] % kPacketsKept];
  trips_.push_back(
      {open.arrived, event.number, open.at, event.ticks - open.at, open.packet, sent.handler, sent.owner, open.busy});
  open = {};
}

void Traffic::forget(EventNumber upto) {
  const auto keeps = [&](const RoundTrip& one) { return one.answered > upto; };
  trips_.erase(trips_.begin(), std::ranges::find_if(trips_, keeps));
}

}  // namespace exo::model
