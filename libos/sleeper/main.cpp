// sleeper: reads numbers out of a page that somebody else writes. It is given a capability for the page by an
// asynchronous transfer, and from then on either sleeps until the kernel finds the page's first word changed, or looks
// for itself whenever it has the processor.
//
// Parameters: 0 how it waits (0: asleep, 1: by looking), 1 numbers after which it is done.
#include "libos/base/note.hpp"
#include "libos/base/sleep_until.hpp"
#include "libos/base/transfer.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/sleeper/mail.hpp"

using namespace exo::libos;
namespace abi = exo::abi;

namespace {
enum Parameter : uint32_t { kLooks, kNumbers };

void must(Status status, uint32_t line) {
  if (status != Status::Ok) fail(line, uint32_t(status), 0);
}

const Mail& mail() { return *reinterpret_cast<const Mail*>(kMailAddress); }

/// Until the word is another than `seen`. Returns how often it looked.
uint32_t await(uint32_t seen, uint32_t predicate) {
  uint32_t looks = 1;
  for (; mail().number == seen; ++looks) {
    if (parameter(kLooks) != 0)
      (void)call::yield(0u);
    else
      sleep_on(predicate);
  }
  return looks;
}

void read_all(uint32_t predicate) {
  for (uint32_t seen = 0; seen < parameter(kNumbers);) {
    sleep_words().seen = seen;
    const uint32_t looks = await(seen, predicate);
    seen = mail().number;
    note(Note::SawWord, seen, (clock() - mail().written) * abi::kNanosecondsPerTick / 1000);
    note(Note::Looked, looks);
  }
}

/// Never returns: what is sent asynchronously is not answered, and there is nothing else to do.
[[noreturn]] void receive(uint32_t, Call& call) {
  const Capability page = {call.word[1], call.word[2], call.word[3], call.word[4], call.word[5]};
  must(open_window(kMailAddress, page, abi::kRightRead), __LINE__);
  uint32_t predicate = 0;
  if (parameter(kLooks) == 0) {
    const Result downloaded = download_word(page);
    must(downloaded.status, __LINE__);
    predicate = downloaded.value;
  }
  read_all(predicate);
  note(Note::Finished, parameter(kNumbers), parameter(kNumbers));
  leave(0);
}
}  // namespace

int main() {
  (void)serve(nullptr, receive);
  serve_for_ever();
}
