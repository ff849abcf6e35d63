// Why a download is installed, refused or gone, why a packet is where it is, and what is behind a single event.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "explorer/model/explain_parts.hpp"

namespace exo::model::explaining {

using abi::Event;
using causes::want;

void download_wants(const Case& one, std::vector<Want>& wants) {
  const causes::Thing thing = causes::download(one.number);
  const DownloadState& download = one.state.downloads[one.number];
  if (const RequestState* request = request_for(one.state, abi::asked_download(one.number)))
    return want_request(*request, wants);
  if (!download.installed) wants.push_back(want(Event::CodeRemoved, {"download", thing}, {}, causes::kAnyCase, 2));
  wants.push_back(want(Event::CodeInstalled, {"download", thing}));
}

std::string download_sentence(const Case& one) {
  const DownloadState& download = one.state.downloads[one.number];
  const std::string lead = fmt::format("Download {}", one.number);
  if (download.kind == abi::DownloadKind::None) return lead + " does not exist: nobody has installed it.";
  if (const RequestState* request = request_for(one.state, abi::asked_download(one.number)))
    return pending_sentence(one, *request, lead + " is asked back");
  const std::string what = fmt::format("a {} of {}", download_kind_name(download.kind), one.name(download.owner));
  if (!download.installed) {
    const model::Event* gone = one.found.latest(Event::CodeRemoved);
    return fmt::format("{}, {}, is gone{}, because {}.", lead, what, one.ago(gone), reason_text(download.removed));
  }
  const model::Event* installed = one.found.latest(Event::CodeInstalled);
  const model::Event* verified = one.found.latest(Event::CodeVerified);
  return fmt::format(
      "{} is {}, installed{}{}.", lead, what, one.ago(installed),
      verified == nullptr
          ? std::string()
          : fmt::format(", because the verifier found that it takes at most {} instructions on any path and touches "
                        "only what it may",
                        verified->args[2]));
}

void packet_wants(const Case& one, std::vector<Want>& wants) {
  for (const Event id : {Event::PacketDropped, Event::PacketDelivered, Event::PacketClaimed, Event::PacketArrived})
    wants.push_back(want(id, {"packet", causes::number(one.number)}));
  wants.push_back(want(Event::PacketSent, {"answers", causes::number(one.number)}, {}, causes::kAnyCase, 2));
}

std::string packet_sentence(const Case& one) {
  const std::string lead = fmt::format("Packet {}", one.number);
  const PacketState& packet = one.state.wire.packets[one.number % kPacketsKept];
  if (packet.arrived == 0 || packet.number != one.number)
    return lead + (packet.number > one.number ? " came too long ago to be known." : " has not come yet.");
  const std::string filter = download_text(packet.filter);
  const std::string owner = one.name(packet.owner);
  switch (packet.fate) {
    case Fate::Arrived:
      return fmt::format("{} came from the wire {} and nothing has claimed it yet.", lead, one.ago(packet.at));
    case Fate::Claimed:
      return fmt::format("{} is {}'s, because {} says that packets like it are.", lead, owner, filter);
    case Fate::Delivered:
      return fmt::format("{} is in the ring of {}, because {} claims packets like it.", lead, owner, filter);
    case Fate::Handled:
      return fmt::format("{} was dealt with by the handler of {}, inside the kernel and without {} running.", lead,
                         filter, owner);
    case Fate::Dropped:
      if (packet.filter == 0)
        return fmt::format(
            "{} was dropped, because no claim and no filter that was installed says that it is "
            "anybody's.",
            lead);
      return fmt::format("{} was dropped, because {}: {} claims it for {}.", lead, reason_text(packet.reason), filter,
                         owner);
  }
  return "";
}

void event_wants(const model::Event& event, std::vector<Want>& wants) {
  // An attempt to download code is asked about by the event that began it: how it ended lies after that.
  causes::add_wants(event, wants);
}

std::string event_sentence(const Case& one, const model::Event& event) {
  std::string text = sentence(event, one.state);
  if (!text.empty()) text[0] = char(std::toupper(static_cast<unsigned char>(text[0])));
  if (one.found.events.empty())
    return text + (one.found.complete ? "; no earlier event made it happen."
                                      : "; what made it happen lies further "
                                        "back than was looked.");
  const model::Event& cause = one.found.events.front();
  const Ticks before = event.ticks - std::min(event.ticks, cause.ticks);
  return fmt::format("{}; the cause came {} before: {}.", text,
                     micros(before) < 0.1 ? std::string("just") : span_text(before), sentence(cause, one.state));
}

}  // namespace exo::model::explaining
