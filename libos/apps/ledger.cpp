// The application: a ledger. Its pages hold 16 columns of numbers; a posting adds an amount to one column of one page
// and costs some computing. Pages are used unevenly, so some are cold. It keeps its own books (what each page should
// add up to) in memory that can't be taken, and checks the pages against them.
//
// It is the same on every library OS; what becomes of it when a page is taken away is the library OS's policy alone.
// Any page can also be computed again by repeating its postings, which costs as much as they did.
#include "libos/apps/policy.hpp"

namespace exo::libos {

namespace {
static_assert(kLiveWords == 16);
enum Parameter : uint32_t { kPages, kRounds, kWork, kFirstFrame, kSeed, kSaveFrames, kRegrow };

constexpr uint32_t kDefaultPages = 16;
constexpr uint32_t kDefaultWork = 400;   // instructions a posting
constexpr uint32_t kRoundsPerNote = 32;  // a power of two

struct Book {
  uint32_t postings;
  uint32_t balance;
  uint32_t missing_since;  // round
};
Book books[kHeapPages];
uint32_t pages, work, seed;
uint32_t checks_passed;
uint32_t resident_before;

/// So many instructions of computing, in which nothing is touched but registers: a loop of two.
void compute(uint32_t instructions) {
  uint32_t count = instructions / 2;
  asm volatile(".set push\n .set noreorder\n1: bnez %0, 1b\n addiu %0, %0, -1\n .set pop" : "+r"(count));
}

uint32_t amount_of(uint32_t page, uint32_t posting) { return (seed + page * 7 + posting * 13) & 0xff; }

/// How many rounds apart a page is used: the first quarter of the pages every round, the last quarter every eighth.
uint32_t period_of(uint32_t page) { return 1u << (page * 4 / pages); }

void post(uint32_t page) {
  wait_while_hung();
  if (!heap.touch(page)) return;
  compute(work);
  Book& book = books[page];
  const uint32_t amount = amount_of(page, book.postings);
  if (!exo_guarded_add(Heap::words(page) + book.postings % kLiveWords, amount)) return;
  ++book.postings;
  book.balance += amount;
}

/// Adds up the live words of a page. False when the page vanished meanwhile.
bool sum_of(uint32_t page, uint32_t& sum) {
  uint32_t columns[kLiveWords];
  if (!heap.is_resident(page) || !exo_guarded_copy_16(columns, Heap::words(page))) return false;
  sum = 0;
  for (const uint32_t column : columns) sum += column;
  return true;
}

void check(uint32_t page) {
  uint32_t sum = 0;
  if (!sum_of(page, sum)) return;
  if (sum != books[page].balance) return note(Note::CheckFailed, page, sum, books[page].balance);
  ++checks_passed;
}

void compute_again(uint32_t page) {
  Book& book = books[page];
  for (uint32_t posting = 0; posting < book.postings; ++posting) {
    compute(work);
    if (!exo_guarded_add(Heap::words(page) + posting % kLiveWords, amount_of(page, posting))) return;
  }
  note(Note::Recomputed, page, book.postings);
}

/// Asks for a frame for a page that has none, and fills it.
void bring_back(uint32_t page) {
  const bool saved = heap.page(page).state == PageState::Saved;
  if (heap.take(page, abi::kAnyFrame, kLiveWords) != Status::Ok) return;
  note(Note::TookPage, page, heap.page(page).frame);
  if (!saved || !policy_restore(page)) compute_again(page);
}

void look_after_missing(uint32_t round, uint32_t regrow) {
  for (uint32_t page = 0; page < pages; ++page) {
    if (heap.is_resident(page)) {
      books[page].missing_since = round;
    } else if (regrow != 0 && heap.page(page).state != PageState::Taken &&
               round - books[page].missing_since >= regrow) {
      books[page].missing_since = round;
      bring_back(page);
    }
  }
  const uint32_t resident = heap.resident_pages();
  if (resident < resident_before) note(Note::CarriedOn, resident);
  resident_before = resident;
}

void totals(uint32_t& total, uint32_t& expected) {
  total = expected = 0;
  for (uint32_t page = 0; page < pages; ++page) {
    uint32_t sum = 0;
    if (!sum_of(page, sum)) continue;
    total += sum;
    expected += books[page].balance;
  }
}
}  // namespace

}  // namespace exo::libos

using namespace exo::libos;

int main() {
  pages = parameter(kPages) == 0 ? kDefaultPages : parameter(kPages);
  if (pages > kHeapPages) pages = kHeapPages;
  work = parameter(kWork) == 0 ? kDefaultWork : parameter(kWork);
  seed = parameter(kSeed);
  const uint32_t rounds = parameter(kRounds);
  const uint32_t first = parameter(kFirstFrame) == exo::abi::kAnyFrame ? 0 : parameter(kFirstFrame);
  preload_save_locations(parameter(kSaveFrames));
  policy_prepare();
  for (uint32_t page = 0; page < pages; ++page)
    (void)heap.take(page, first == 0 ? exo::abi::kAnyFrame : first + page, kLiveWords);
  resident_before = heap.resident_pages();
  note(Note::Started, resident_before);

  uint32_t total = 0, expected = 0;
  for (uint32_t round = 1; rounds == 0 || round <= rounds; ++round) {
    heap.advance();
    for (uint32_t page = 0; page < pages; ++page)
      if (round % period_of(page) == 0) post(page);
    check(round % pages);
    look_after_missing(round, parameter(kRegrow));
    if (round % kRoundsPerNote == 0) {
      totals(total, expected);
      note(Note::Round, round, total);
    }
  }
  totals(total, expected);
  note(Note::CheckPassed, checks_passed);
  note(Note::Finished, total, expected);
  return total == expected ? 0 : 1;
}
