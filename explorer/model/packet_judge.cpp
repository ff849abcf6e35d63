// Comparing one by one, the slow way.
#include "explorer/model/packet_judge.hpp"

#include <algorithm>

#include "explorer/model/filter_tree.hpp"

namespace exo::model {

void PacketJudge::forget() {
  certain_ = false;
  judged_ = true;
}

void PacketJudge::boot() {
  claims_.assign(abi::kMaxDownloads, {});
  offered_.clear();
  certain_ = judged_ = true;
}

void PacketJudge::take(const Event& event, const State& state) {
  switch (event.id) {
    case abi::Event::CodeOffered:
      offered_.clear();
      return;
    case abi::Event::CodeText:
      if (state.offer.kind == abi::DownloadKind::Claim && offered_.size() < abi::kMostComparisons)
        offered_.push_back({std::uint16_t(event.args[0]), std::uint8_t(event.args[0] >> 16),
                            std::uint8_t(event.args[0] >> 24), event.args[1], event.args[2], event.args[3]});
      return;
    case abi::Event::CodeInstalled:
      if (state.downloads[event.args[0]].kind == abi::DownloadKind::Claim)
        claims_[event.args[0]] = {offered_.size() == state.offer.count, offered_};
      return;
    case abi::Event::PacketArrived:
      packet_ = event.args[0];
      size_ = event.args[1];
      bytes_.clear();
      collecting_ = true;
      judged_ = false;
      return;
    case abi::Event::PacketSent:
      collecting_ = false;
      return;
    case abi::Event::PacketBytes:
      for (std::size_t i = 0; collecting_ && i < 16 && bytes_.size() < std::min(size_, abi::kMostPacketBytes); ++i)
        bytes_.push_back(std::uint8_t(event.args[i / 4] >> (8 * (i % 4))));
      return;
    default:
      return;
  }
}

bool PacketJudge::knows(std::uint32_t packet) const {
  return certain_ && !judged_ && packet == packet_ && bytes_.size() == size_;
}

std::uint32_t PacketJudge::claim_of(const State& state) const {
  std::uint32_t best = 0, most = 0;
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    const DownloadState& download = state.downloads[number];
    if (!download.installed || download.kind != abi::DownloadKind::Claim || !claims_[number].known) continue;
    if (!matches(claims_[number].comparisons, bytes_)) continue;
    const std::uint32_t bits = compared_bits(claims_[number].comparisons);
    if (best != 0 && bits <= most) continue;
    best = number;
    most = bits;
  }
  return best;
}

}  // namespace exo::model
