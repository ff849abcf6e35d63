// Calls within calls: servers that call others before they answer, and are called meanwhile; callers that serve while
// they wait; answers to one that is doing something else just then; and the end of whoever is waited for.
//
// Parameter 0: which of five it is (numbers 2 to 6).
#include "libos/base/transfer.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using libos::Call;

namespace {
enum Number : uint32_t { kBack = 2, kMiddle, kClient, kBusybody, kPasser };
enum Operation : uint32_t { kAdd, kSlowly, kForward, kDieLater };

void compute(uint32_t rounds) {
  for (volatile uint32_t i = 0; i < rounds; i = i + 1) {
  }
}

void server(uint32_t caller, Call& call) {
  switch (Operation(call.word[0])) {
    case kSlowly:
      compute(call.word[4]);
      [[fallthrough]];
    case kAdd:
      call = {{call.word[1] + call.word[2], caller, call.word[3]}};
      return;
    case kForward: {
      const uint32_t kept = call.word[3];
      Call further{{kSlowly, call.word[1], call.word[2], kept ^ 77, 5000}};
      const Status status = libos::remote_call(kBack, further);
      call = {{further.word[0] + 1, caller, kept, uint32_t(status), further.word[1], further.word[2] ^ kept}};
      return;
    }
    case kDieLater:
      compute(60'000);
      libos::leave(0);
  }
}

/// Somebody can be busy; then it is left alone for a moment.
Status ask(uint32_t callee, Call& call) {
  const Call question = call;
  Status status;
  while ((status = libos::remote_call(callee, call)) == Status::Busy) {
    call = question;
    (void)call::yield(0u);
  }
  return status;
}

bool adds_up(uint32_t callee, uint32_t a) {
  Call call{{kAdd, a, 3 * a, ~a}};
  return ask(callee, call) == Status::Ok && call.word[0] == 4 * a && call.word[1] == libos::environment().number &&
         call.word[2] == ~a;
}

void be_the_client() {
  uint32_t right = 0;
  for (uint32_t i = 1; i <= 40; ++i) {
    Call call{{kForward, i, 10 * i, i << 16}};
    right += ask(kMiddle, call) == Status::Ok && call.word[0] == 11 * i + 1 && call.word[1] == kClient &&
             call.word[2] == i << 16 && call.word[3] == 0 && call.word[4] == kMiddle && call.word[5] == 77;
  }
  CHECK_EQUAL(right, 40);
  Call last{{kDieLater}};
  CHECK_EQUAL(ask(kMiddle, last), Status::NoSuchEnvironment);  // though it has served others while it waited
  CHECK_EQUAL(adds_up(kBack, 5), 1);                           // which has seen others come and go
}

void call_oneself() {
  Capability entry;
  (void)libos::serve(server);
  Call call{{1, 2, 3, 4, 5, 6}};
  CHECK_EQUAL(libos::remote_call(libos::environment().number, call), Status::Ok);
  CHECK_STATUS(call::entry_set(reinterpret_cast<uintptr_t>(&libos::exo_transfer_entry), 0u, 1u, &entry), Ok);
  CHECK_EQUAL(libos::remote_call(libos::environment().number, call), Status::NoRight);
  CHECK_STATUS(call::entry_bind(&entry), Ok);
  CHECK_EQUAL(libos::remote_call(libos::environment().number, call), Status::Ok);
  CHECK_EQUAL(call.word[5], 6);
}
}  // namespace

int main() {
  const uint32_t which = libos::environment().number;
  if (which == kPasser) call_oneself();
  (void)libos::serve(server);
  if (which == kBack || which == kMiddle) libos::serve_for_ever();
  if (which == kClient) be_the_client();
  if (which == kPasser)
    for (uint32_t i = 0; i < 3; ++i) CHECK_EQUAL(adds_up(kBack, i), 1);
  if (which == kBusybody) {
    uint32_t served = 0, asked = 0;
    for (Call call{{kAdd, 1, 1, 0}}; ask(kClient, call) != Status::NoSuchEnvironment; call = {{kAdd, 1, 1, 0}}) {
      ++served;
      asked += adds_up(kMiddle, served);
    }
    CHECK_EQUAL(served > 20 && asked > 20, 1);
  }
  finish();
}
