// caller: works together with another environment in two ways: remote calls by protected control transfer, with the
// message in registers; then a page that both have bound, the processor passed to and fro with named yields.
// Parameters: the other environment, the frame to share, how many rounds of each.
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/grant/protocol.hpp"

using namespace exo::libos;

namespace {
enum Parameter : uint32_t { kOther, kFrame, kRounds };

void calls(uint32_t other, uint32_t rounds) {
  uint32_t answer = 0;
  for (uint32_t i = 1; i <= rounds; ++i) {
    Call call{{0, i, answer, 0, 0, 0}};  // an answer is the sum of the two
    if (const Status status = remote_call(other, call); status != Status::Ok) fail(__LINE__, uint32_t(status), i);
    answer = call.word[0];
  }
  note(Note::Answered, answer, other);
}

void turns(uint32_t other, uint32_t rounds) {
  Turn turn(kSharedAddress);
  for (uint32_t i = 0; i < rounds; ++i) turn.pass(other);
  note(Note::Passed, rounds);
}
}  // namespace

int main() {
  const uint32_t other = parameter(kOther), rounds = parameter(kRounds);
  exo::abi::Capability whole{}, part{};
  (void)serve(nullptr);
  if (!call::frame_allocate(parameter(kFrame), &whole).ok()) fail(__LINE__, 0, 0);
  constexpr uint32_t kReadWrite = exo::abi::kRightRead | exo::abi::kRightWrite;
  if (open_window(kSharedAddress, whole, kReadWrite) != Status::Ok) fail(__LINE__, 0, 0);
  if (!call::capability_derive(&whole, kReadWrite, &part).ok()) fail(__LINE__, 0, 0);
  calls(other, rounds);
  const Status sent = send(other, with_capability(Grant::Take, part));
  if (sent != Status::Ok) fail(__LINE__, uint32_t(sent), 0);
  turns(other, rounds);
  note(Note::Finished, rounds, rounds);
  for (;;) (void)call::yield(0u);
}
