// Promises about downloaded code: it uses only frames that it was given and that are still what they were, it runs only
// while it is installed, nobody sleeps on a condition that is gone, and a packet goes to whom the claims say.
#include <fmt/format.h>

#include "explorer/model/event_table.hpp"
#include "explorer/model/invariants.hpp"
#include "explorer/model/words.hpp"

namespace exo::model {

void Invariants::check_download_pages(const State& state) {
  for (std::uint32_t number = 1; number < abi::kMaxDownloads; ++number) {
    const DownloadState& download = state.downloads[number];
    if (!download.installed) continue;
    for (const DownloadPageState& page : download.pages) {
      if (page.frame >= abi::kFrameCount) continue;
      const FrameState& frame = state.frames[page.frame];
      if (frame.owner != 0 && frame.generation == page.generation) continue;
      broken_.add(frames_moved_, [&] {
        return fmt::format("frame {} changed hands at event {}, but {} may still use it", page.frame, frames_moved_,
                           download_text(number));
      });
    }
  }
  frames_moved_ = 0;
}

void Invariants::sleeps(const State& state, const Event& event) {
  if (event.args[1] == 0) return;
  const DownloadState& condition = state.downloads[event.args[1]];
  if (condition.installed && condition.kind == abi::DownloadKind::Predicate && condition.owner == event.args[0]) return;
  broken_.add(event.number, [&] {
    return fmt::format("{} sleeps on {}, which is no condition of its own", env_name(state, event.args[0]),
                       download_text(event.args[1]));
  });
}

void Invariants::judge_packet(const State& state, const Event& event) {
  if (!judge_.knows(event.args[0])) return;
  judge_.settled();
  const std::uint32_t expected = judge_.claim_of(state);
  const std::uint32_t said = event.id == abi::Event::PacketClaimed ? event.args[1] : 0;
  // A filter in eBPF is asked when no claim matches, and has said yes.
  const DownloadState& filter = state.downloads[said];
  if (expected == 0 && said != 0 && filter.kind == abi::DownloadKind::Filter && filter.last_packet == event.args[0] &&
      filter.last_result != 0)
    return;
  if (said == expected) return;
  broken_.add(event.number, [&] {
    return fmt::format("the kernel gave packet {} to {}, but by its bytes it belongs to {}", event.args[0],
                       said != 0 ? download_text(said) : "nobody", expected != 0 ? download_text(expected) : "nobody");
  });
}

void Invariants::before_on_downloads(const State& state, const Event& event) {
  switch (event.id) {
    case abi::Event::CodeInstalled:
      if (!state.downloads[event.args[0]].installed) return;
      broken_.add(event.number, [&] { return download_text(event.args[0]) + " was installed while it was in use"; });
      return;
    case abi::Event::CodeRan:
    case abi::Event::HandlerCopied:
      if (state.downloads[event.args[0]].installed) return;
      broken_.add(event.number, [&] { return download_text(event.args[0]) + " ran, but it is not installed"; });
      return;
    case abi::Event::PacketClaimed: {
      const DownloadState& filter = state.downloads[event.args[1]];
      if (!filter.installed || filter.owner != event.args[2])
        broken_.add(event.number, [&] {
          return fmt::format("packet {} was given to {} by {}, which is not its own", event.args[0],
                             env_name(state, event.args[2]), download_text(event.args[1]));
        });
      return judge_packet(state, event);
    }
    case abi::Event::PacketDropped:
      if (event.args[1] == std::uint32_t(abi::Reason::Unclaimed)) judge_packet(state, event);
      return;
    case abi::Event::EnvSleeps:
      return sleeps(state, event);
    case abi::Event::EnvGone:
      if (state.envs[event.args[0]].downloads != 0)
        broken_.add(event.number, [&] {
          return fmt::format("{} is gone, but {} downloads of it did not go with it", env_name(state, event.args[0]),
                             state.envs[event.args[0]].downloads);
        });
      return;
    default:
      return;
  }
}

void Invariants::after_on_downloads(const State& state, const Event& event) {
  const Category category = row_of(event.id).category;
  if (category == Category::download || category == Category::packet) judge_.take(event, state);
  switch (event.id) {
    case abi::Event::CodePage:
      if (event.args[2] < abi::kFrameCount) used_by_code_.set(event.args[2]);
      return;
    case abi::Event::FrameFreed:
    case abi::Event::FrameTransferred:
    case abi::Event::GenerationMoved:
      if (frames_moved_ == 0 && used_by_code_[event.args[0]]) frames_moved_ = event.number;
      return;
    case abi::Event::RevokeAborted:
      if (frames_moved_ == 0 && event.args[2] < abi::kFrameCount && used_by_code_[event.args[2]])
        frames_moved_ = event.number;
      return;
    default:
      return;
  }
}

}  // namespace exo::model
