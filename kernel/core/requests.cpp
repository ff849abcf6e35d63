#include "kernel/core/requests.hpp"

#include "kernel/core/environments.hpp"
#include "kernel/core/trace.hpp"

namespace exo::kernel::revocation::requests {

Request table[abi::kMaxRequests];
uint32_t live = 0;

namespace {
uint32_t last_id = 0;

uint32_t next_id() {
  do ++last_id;
  while (last_id == 0 || find(last_id) != nullptr);
  return last_id;
}
}  // namespace

namespace {
void forget_oldest_news() {
  Request* oldest = nullptr;
  each([&](Request& r) {
    if (r.stage == Stage::Notify && (oldest == nullptr || r.id < oldest->id)) oldest = &r;
  });
  if (oldest == nullptr) return;
  trace::emit(abi::Event::RevokeEnded, oldest->id, oldest->owner, uint32_t(abi::Reason::Forgotten));
  end(*oldest);
}
}  // namespace

Request* begin(uint32_t owner, uint32_t asked, Limits limits) {
  if (live == abi::kMaxRequests) forget_oldest_news();
  for (Request& r : table) {
    if (r.id != 0) continue;
    r = Request{};
    r.owner = uint8_t(owner);
    r.asked = asked;
    r.limits = limits;
    r.saved_to = abi::kNoFrame;
    r.untold = true;
    r.id = next_id();
    ++live;
    ++environments::get(owner).news.requests;
    return &r;
  }
  return nullptr;
}

void end(Request& r) {
  --environments::get(r.owner).news.requests;
  --live;
  r.id = 0;  // begin() sets everything else anew
  r.clock = false;
}

Request* find(uint32_t id) {
  Request* found = nullptr;
  each([&](Request& r) {
    if (r.id == id) found = &r;
  });
  return found;
}

Request* for_return(uint32_t owner, uint32_t returned) {
  const uint32_t any = abi::asks_for_slice(returned)      ? abi::kAnySlice
                       : abi::asks_for_download(returned) ? returned
                                                          : abi::kAnyFrame;
  Request* named = nullptr;
  Request* open = nullptr;
  each_of(owner, [&](Request& r) {
    if (r.stage >= Stage::Taken) return;
    if (r.asked == returned) named = &r;
    if (r.asked == any && (open == nullptr || r.id < open->id)) open = &r;
  });
  return named != nullptr ? named : open;
}

Request* oldest_to_tell(const Environment& owner) {
  Request* oldest = nullptr;
  each_of(owner.number, [&](Request& r) {
    if (r.stage == Stage::Taken || !r.is_to_be_told() || (oldest != nullptr && r.id > oldest->id)) return;
    if (owner.wants(r.stage == Stage::Notify ? abi::Upcall::Repossessed : abi::Upcall::Revoke)) oldest = &r;
  });
  return oldest;
}

bool earliest(uint32_t& moment) {
  bool found = false;
  each([&](const Request& r) {
    if (!r.clock || (found && int32_t(r.moment - moment) >= 0)) return;
    moment = r.moment;
    found = true;
  });
  return found;
}

bool any_clock() {
  bool found = false;
  each([&](const Request& r) { found = found || r.clock; });
  return found;
}

}  // namespace exo::kernel::revocation::requests
