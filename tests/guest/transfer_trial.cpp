// Protected control transfer between two environments of this program: the one that is told its partner's number
// (parameter 0) calls, the other serves. Registers arrive as they were sent, the callee knows who calls, a guarded
// entry lets in only who bound its capability, and a call to someone who is destroyed comes back.
#include "libos/base/transfer.hpp"
#include "tests/guest/checks.hpp"

using namespace exo;
using namespace exo::trials;
using libos::Call;

namespace {
enum Operation : uint32_t { kAdd, kWho, kPermit, kGiveEntry, kDie };
Capability entry;

// The serving side.
void server(uint32_t caller, Call& call) {
  switch (Operation(call.word[0])) {
    case kAdd:
      call.word[0] = call.word[1] + call.word[2] + call.word[3] + call.word[4] + call.word[5];
      return;
    case kWho:
      call.word[0] = caller;
      return;
    case kPermit:
      call.word[0] = uint32_t(libos::serve(server, nullptr, call.word[1] != 0, &entry));
      return;
    case kGiveEntry:
      call = {{entry.resource, entry.rights, entry.generation, entry.code_low, entry.code_high, 0}};
      return;
    case kDie:
      libos::leave(0);
  }
}

// The calling side.
uint32_t ask(uint32_t callee, Call call, uint32_t line, Status wanted = Status::Ok) {
  check(line, uint32_t(libos::remote_call(callee, call)), uint32_t(wanted));
  return call.word[0];
}
#define ASK(...) ask(partner, {{__VA_ARGS__}}, __LINE__)

void messages_arrive(uint32_t partner) {
  CHECK_EQUAL(ASK(kAdd, 1, 20, 300, 4000, 50000), 54321);
  CHECK_EQUAL(ASK(kWho), libos::environment().number);
  for (uint32_t i = 0; i < 1000; ++i)
    if (Call call{{kAdd, i, i, 0, 0, 0}}; libos::remote_call(partner, call) != Status::Ok || call.word[0] != 2 * i)
      CHECK_EQUAL(call.word[0], 2 * i);
}

void a_guarded_entry_needs_its_capability(uint32_t partner) {
  CHECK_EQUAL(ASK(kPermit, 0), Status::Ok);
  Call given{{kGiveEntry}};
  CHECK_EQUAL(libos::remote_call(partner, given), Status::Ok);
  const Capability real{given.word[0], given.word[1], given.word[2], given.word[3], given.word[4]};
  CHECK_EQUAL(ASK(kPermit, 1), Status::Ok);
  ask(partner, {{kWho}}, __LINE__, Status::NoRight);
  const Capability forged{real.resource, real.rights, real.generation, real.code_low ^ 1, real.code_high};
  CHECK_STATUS(call::entry_bind(&forged), BadCapability);
  ask(partner, {{kWho}}, __LINE__, Status::NoRight);
  CHECK_STATUS(call::entry_bind(&real), Ok);
  CHECK_EQUAL(ASK(kWho), libos::environment().number);
}

void a_call_that_is_refused_comes_back() {
  CHECK_EQUAL(ask(0, {{7}}, __LINE__, Status::NoSuchEnvironment), 7);
  CHECK_EQUAL(ask(62, {{7}}, __LINE__, Status::NoSuchEnvironment), 7);
  CHECK_EQUAL(ask(64, {{7}}, __LINE__, Status::NoSuchEnvironment), 7);
  CHECK_EQUAL(ask(1, {{7}}, __LINE__, Status::WrongState), 7);  // the arbiter has no entry point
}
}  // namespace

int main() {
  const uint32_t partner = libos::parameter(0);
  (void)libos::serve(server);
  if (partner == 0) libos::serve_for_ever();
  messages_arrive(partner);
  a_call_that_is_refused_comes_back();
  a_guarded_entry_needs_its_capability(partner);
  ask(partner, {{kDie}}, __LINE__, Status::NoSuchEnvironment);
  finish();
}
