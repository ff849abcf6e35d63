// poster: has a page that others may read, and writes into it at given times. It sends each reader a capability for the
// page, asynchronously: the reader goes on when it has the processor.
//
// Parameters: 0 first reader, 1 how many (the others follow it), 2 microseconds from one number to the next, 3 how many
// numbers.
#include "libos/base/note.hpp"
#include "libos/base/sleep_until.hpp"
#include "libos/base/transfer.hpp"
#include "libos/base/upcalls.hpp"
#include "libos/base/windows.hpp"
#include "libos/sleeper/mail.hpp"

using namespace exo::libos;
namespace abi = exo::abi;

namespace {
enum Parameter : uint32_t { kFirst, kReaders, kMicros, kNumbers };

void must(Status status, uint32_t line) {
  if (status != Status::Ok) fail(line, uint32_t(status), 0);
}

void give(uint32_t reader, const Capability& page) {
  const Call message = {{0, page.resource, page.rights, page.generation, page.code_low, page.code_high}};
  note(Note::SendsCapability, abi::number_of(page.resource), reader);
  // Until it is there to be entered.
  while (send(reader, message) != Status::Ok) (void)call::yield(0u);
}
}  // namespace

int main() {
  Capability page, read_only;
  must(call::frame_allocate(abi::kAnyFrame, &page).status, __LINE__);
  must(open_window(kMailAddress, page, abi::kRightRead | abi::kRightWrite), __LINE__);
  auto& mail = *reinterpret_cast<Mail*>(kMailAddress);
  mail.number = 0;
  must(call::capability_derive(&page, abi::kRightRead, &read_only).status, __LINE__);
  for (uint32_t i = 0; i < parameter(kReaders); ++i) give(parameter(kFirst) + i, read_only);
  const Result timer = download_clock();
  must(timer.status, __LINE__);
  uint32_t due = clock();
  for (uint32_t number = 1; number <= parameter(kNumbers); ++number) {
    due += abi::ticks_of_micros(parameter(kMicros));
    sleep_until(timer.value, due);
    note(Note::Posts, number);
    mail.written = clock();
    mail.number = number;
  }
  note(Note::Finished, parameter(kNumbers), parameter(kNumbers));
  for (;;) sleep_on(0);
}
