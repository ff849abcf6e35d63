// Ends as its parameter says, for tests of what is told then. 1: a condition does not hold, two calls deep. 2: a
// wild pointer. 3: an instruction that is none, with no handler left. 4: it waits to be killed. 5: it prints, without
// end. Before that it prints a line in three pieces, and bytes that are no text.
#include "libos/base/check.hpp"
#include "libos/base/note.hpp"
#include "libos/base/upcalls.hpp"

using namespace exo::libos;

namespace {

volatile uint32_t depth = 0;

[[gnu::noinline]] void check_depth(uint32_t wanted) {
  check(depth < wanted);
  depth = depth + 1;
}

[[gnu::noinline]] void fail_deeper(uint32_t turns) {
  for (uint32_t turn = 0; turn <= turns; ++turn) check_depth(turns);
}

[[gnu::noinline]] uint32_t read_wild(const volatile uint32_t* pointer) { return *pointer; }

void fault_without_handler() {
  (void)call::upcall_set(exo::abi::Upcall::Exception, 0u);
  asm volatile("teq $zero, $zero");
}

}  // namespace

int main() {
  print("it be");
  print("gi");
  print("ns\n");
  print("\x1b[31mred\x07 \xff\xfe\ttab\r\n");
  note(Note::Started, 0);
  switch (parameter(0)) {
    case 1:
      fail_deeper(3);
      break;
    case 2:
      depth = read_wild(reinterpret_cast<const volatile uint32_t*>(0x5000'0000));
      break;
    case 3:
      fault_without_handler();
      break;
    case 5:
      for (uint32_t line = 0;; ++line) print(line % 3 == 0 ? "one more line\n" : "and another\n");
    default:
      for (;;) depth = depth + 1;
  }
  return 0;
}
