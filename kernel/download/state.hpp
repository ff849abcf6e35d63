// What the verifier knows at one point of one path: about each register, and about the part of the stack that was used.
#pragma once
#include "kernel/download/number.hpp"
#include "kernel/download/program.hpp"

namespace exo::kernel::download {

enum class Kind : uint8_t {
  Unset,
  Number,
  // Pointers: `number` is the offset into what they point to, of which they may leave the bounds until they are used.
  Context,
  Packet,     ///< at data + number + fixed
  PacketEnd,  ///< one past the last byte
  Page0,
  Page1,
  Stack,  ///< offsets count from r10, down
  Memory,
};
constexpr bool is_pointer(Kind kind) { return kind > Kind::Number; }

/// Of a stack pointer: `id` is the depth of the function whose stack it is.
/// Of a packet pointer: `number` has the name `id`, and whoever points into the packet with the same id has the same
/// number. `range` bytes from data + number are proven to be within the packet, for all of them.
struct Value {
  Kind kind;
  uint8_t written;  ///< of a stack slot: a bit for each byte that something was written to
  uint16_t id;
  int16_t fixed;
  uint16_t range;
  Number number;
};
static_assert(sizeof(Value) == 40);

/// A number that is the bytes from the packet pointer (id, fixed) to the packet's end: data_end - pointer.
inline constexpr uint16_t kRestOfPacket = 1;  ///< in `range` of a number
constexpr bool is_rest(const Value& value) { return value.kind == Kind::Number && value.range == kRestOfPacket; }

/// Adding more than this to an address does not make one.
inline constexpr int64_t kMostOffset = 1 << 28;

constexpr Value number_value(const Number& number) { return {Kind::Number, 0, 0, 0, 0, number}; }
constexpr Value pointer_value(Kind kind) { return {kind, 0, 0, 0, 0, constant(0)}; }

/// Is the upper half certainly 0? Addresses have 32 bits, unless something large was added to them.
constexpr bool narrow(const Value& value) {
  if (!is_pointer(value.kind)) return value.number.narrow();
  return value.number.least_signed() >= -kMostOffset && value.number.most_signed() <= kMostOffset;
}

/// All functions under way share these: the stack of a program, and the registers that each call keeps.
inline constexpr uint32_t kKeptRegisters = 4;  ///< r6 to r9
inline constexpr uint32_t kSlots = abi::bpf::kStackBytes / 8 + kKeptRegisters * (abi::bpf::kMostFrames - 1);
inline constexpr uint16_t kNoNode = 0xffff;

/// A call that has not returned. The caller's registers r6 to r9 are in the slots from `base` on.
struct Frame {
  uint16_t back;  ///< instruction after the call
  uint16_t base;  ///< the callee's slots end here
};

struct State {
  Value registers[abi::bpf::kRegisters];
  Value slots[kSlots];  ///< 8 bytes each, from the lowest address; only those from `lowest_slot` on
  Frame frames[abi::bpf::kMostFrames - 1];
  uint16_t depth;  ///< calls that have not returned
  uint16_t lowest_slot;
  uint16_t at;    ///< the next instruction
  uint16_t node;  ///< of the tree of paths: the last place before `at` that was kept
  uint32_t cost;  ///< machine instructions since the program began
};

/// Names of numbers in one state, and what they are called in another.
class Names {
 public:
  void clear() { count_ = 0; }
  [[nodiscard]] bool same(uint16_t old_id, uint16_t new_id);

 private:
  static constexpr uint32_t kMost = 16;
  uint16_t old_[kMost], new_[kMost];
  uint32_t count_;
};

/// Is all that `value` may be also possible in `general`? Then what is proven of the one holds for the other.
bool covers(const Value& general, const Value& value, Names& names);

}  // namespace exo::kernel::download
