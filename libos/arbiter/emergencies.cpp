#include "libos/arbiter/emergencies.hpp"

#include "libos/base/note.hpp"
#include "libos/base/transfer.hpp"
#include "libos/swap/protocol.hpp"

namespace exo::libos::emergencies {

namespace {
using abi::EnvironmentInfo;
using abi::EnvState;
using abi::kMaxEnvironments;

enum class Stage : uint8_t { None, Told, Kept, Deaf };
Stage stages[kMaxEnvironments];
uint32_t turns[kMaxEnvironments];   ///< since it was told
uint32_t frames[kMaxEnvironments];  ///< that it had then
uint32_t server;
bool declared;  ///< at least once: otherwise there is nothing to look after
volatile bool over;

constexpr uint32_t kMostTurns = 4096;  ///< after so many turns it is taken for deaf

Status ask_server(SwapCall what, uint32_t number, uint32_t* used = nullptr) {
  Call call{{uint32_t(what), number}};
  const Status status = remote_call(server, call);
  if (status != Status::Ok) return refused(status, abi::Syscall::pct);
  if (used != nullptr) *used = call.word[1];
  return Status(call.word[0]);
}

/// One that was told: has it submitted itself? Returns the frames that became free.
uint32_t look_at_told(uint32_t number, EnvState state) {
  if (state != EnvState::Dormant) {
    if (++turns[number] > kMostTurns) stages[number] = Stage::Deaf;
    return 0;
  }
  uint32_t used = 0;
  const bool kept = ask_server(SwapCall::Keep, number, &used) == Status::Ok;
  stages[number] = kept ? Stage::Kept : Stage::Deaf;
  return kept && used < frames[number] ? frames[number] - used : 0;
}
}  // namespace

void set_server(uint32_t number) {
  server = number;
  (void)serve(nullptr);  // nobody calls the arbiter, but the server's answers come in here
}
bool is_server(uint32_t number) { return number == server; }
bool is_possible() { return server != 0; }

bool declare(const volatile abi::ExposedTables& tables) {
  while (server != 0) {
    uint32_t best = 0, most = 0;
    for (uint32_t number = kArbiter + 1; number < kMaxEnvironments; ++number) {
      const volatile EnvironmentInfo& info = tables.environments[number];
      if (number == server || stages[number] != Stage::None || EnvState(info.state) != EnvState::Ready) continue;
      if (info.guaranteed <= most) continue;
      best = number;
      most = info.guaranteed;
    }
    if (best == 0) return false;
    const Result told = call::emergency(&environment().authority, best, server);
    stages[best] = told.ok() ? Stage::Told : Stage::Deaf;
    turns[best] = 0;
    frames[best] = tables.environments[best].frames;
    if (!told.ok()) continue;
    declared = true;
    note(Note::DeclaredEmergency, best, server);
    (void)call::yield(best);  // so that it hears at once
    return true;
  }
  return false;
}

bool under_way() {
  for (const Stage stage : stages)
    if (stage == Stage::Told) return true;
  return false;
}

uint32_t look_after(const volatile abi::ExposedTables& tables) {
  uint32_t gained = 0;
  if (!declared) return 0;
  for (uint32_t number = 1; number < kMaxEnvironments; ++number) {
    const auto state = EnvState(tables.environments[number].state);
    Stage& stage = stages[number];
    if (stage == Stage::None) continue;
    if (state == EnvState::Free || state == EnvState::Building) stage = Stage::None;  // gone, or somebody else by now
    if (stage == Stage::Told) gained += look_at_told(number, state);
    if (stage == Stage::Kept && over && ask_server(SwapCall::BringBack, number) == Status::Ok) stage = Stage::None;
  }
  return gained;
}

void begin() { over = false; }
void end() { over = true; }
bool is_over() { return over; }

}  // namespace exo::libos::emergencies
