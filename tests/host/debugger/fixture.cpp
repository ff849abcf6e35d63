// A program to be debugged by the tests, never run: every kind of thing that debugging information can say about code
// and values. The tests find lines by the words in their comments.
#include "libos/base/environment.hpp"
#include "libos/base/transfer.hpp"

namespace exo::fixture {

enum class Colour : uint8_t { Red = 1, Green = 2, Blue = 7 };
enum Plain { kFirst, kSecond = 5 };

struct Base {
  uint32_t number;
};
struct Point : Base {
  int16_t x, y;
  Colour colour;
  uint32_t low : 4;
  uint32_t middle : 12;
  int32_t high : 16;
};
union Word {
  uint32_t whole;
  uint8_t bytes[4];
};
template <typename T, uint32_t N>
struct Table {
  T rows[N];
  uint32_t used;
};
struct Node {
  Node* next;
  const char* name;
  Word word;
};
struct Everything {
  Point point;
  Table<Point, 3> points;
  char text[12];
  const char* words;
  uint32_t grid[2][3];
  bool yes, no;
  uint64_t wide;
  Node* list;
  Plain plain;
  void (*hook)(uint32_t);
  uint32_t& reference;
  volatile int8_t small;
  float fraction;
};

volatile uint32_t counter = 0;  // a global
uint32_t target = 42;
Node second = {nullptr, "second", {0x04030201}};
Node first = {&second, "first", {7}};

static void nothing(uint32_t) {}

Everything everything = {
    {{11}, -2, 300, Colour::Blue, 9, 0x123, -5},
    {{{{1}, 1, 1, Colour::Red, 1, 1, 1}, {{2}, 2, 2, Colour::Green, 2, 2, 2}, {{3}, 3, 3, Colour(9), 3, 3, 3}}, 2},
    "hello",
    "world",
    {{1, 2, 3}, {4, 5, 6}},
    true,
    false,
    0x1122334455667788,
    &first,
    kSecond,
    nothing,
    target,
    -7,
    1.5f};

namespace {
volatile uint32_t hidden = 3;
}

__attribute__((noinline)) uint32_t leaf(uint32_t value) {
  counter = counter + value;  // leaf's work
  return counter * 3;         // leaf's answer
}

__attribute__((always_inline)) inline uint32_t inner(uint32_t amount) {
  counter = counter + amount;  // inner's work
  return counter;
}

__attribute__((always_inline)) inline uint32_t middle(uint32_t amount) {
  const uint32_t before = inner(amount + 1);  // middle calls inner
  return before + inner(2);                   // middle calls inner again
}

__attribute__((noinline)) uint32_t outer(uint32_t first_argument, const Point& point) {
  uint32_t local = middle(first_argument);  // outer calls middle

  // a line without code

  local += leaf(local);  // outer calls leaf
  local += uint32_t(point.x);
  return leaf(local) + 1;  // outer calls leaf again
}

__attribute__((noinline)) uint32_t recursive(uint32_t depth) {
  if (depth == 0) return leaf(1);               // the end of the recursion
  const uint32_t below = recursive(depth - 1);  // recursive calls itself
  counter = counter + below;
  return counter ^ leaf(below + depth);
}

__attribute__((noinline)) uint32_t large(uint32_t size) {
  volatile uint32_t buffer[64];
  for (uint32_t i = 0; i < 64; ++i) buffer[i] = size + i;
  return buffer[size % 64] + leaf(size);  // large calls leaf
}

void answer(uint32_t caller, exo::libos::Call& call) {
  call.word[0] = leaf(caller);  // the server's work
}

}  // namespace exo::fixture

extern "C" int main() {
  using namespace exo::fixture;
  (void)exo::libos::serve(answer);
  hidden = outer(target, everything.point) + recursive(4) + large(3);
  return int(hidden);
}
