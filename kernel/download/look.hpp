// The verifier's look at one instruction on one path: what it does to what is known, or why it can't be allowed. Split
// by kind of instruction: look_arithmetic, look_memory, look_jump, look_call.
#pragma once
#include "kernel/download/state.hpp"

namespace exo::kernel::download {

/// A comparison has proven that `bytes` bytes from the packet pointer with this name are in the packet.
struct Proof {
  bool given;
  uint16_t id, bytes;
};

/// What a conditional jump says about its operands when it is taken, or when it is not.
struct Way {
  bool possible;
  Proof proof;
  Number left, right;
};

struct Look {
  State& state;
  const Rules& rules;
  const Instruction& it;
  uint16_t& next_id;        ///< of packet pointers
  uint32_t& deepest_stack;  ///< bytes of the stack that were used on any path
  uint8_t facts = 0;
  Finding finding = {Verdict::Accepted, 0, 0};

  // False: refused, and `finding` says why.
  bool arithmetic();
  bool constant_load(int32_t upper);
  bool load();
  bool store();
  bool call();
  bool call_local();
  bool exit();
  /// To the caller of the function, where it goes on.
  void come_back();
  /// Of a conditional jump: may its operands be compared?
  bool compare();
  /// One of its ways: what would be known.
  void find_way(bool jumps, Way& way);
  /// Now it is.
  void take_way(const Way& way);

 private:
  bool refuse(Verdict verdict, uint32_t detail) {
    finding = {verdict, state.at, detail};
    return false;
  }
  bool readable(uint32_t number) {
    return state.registers[number].kind != Kind::Unset || refuse(Verdict::Uninitialised, number);
  }
  void set(const Value& value);
  Value operand() const;

  void keep_rest(uint8_t operation, const Value& rest, int64_t by);
  bool pointer_arithmetic(uint8_t operation, const Value& a, const Value& b);
  bool moved(const Value& pointer, const Number& by, bool back);
  bool distance(const Value& a, const Value& b);

  /// May `bytes` bytes be accessed at this offset from the pointer in a register? On the stack: from `first` on, to as
  /// much as `last`.
  bool reach(uint32_t number, int32_t offset, uint32_t bytes, bool writes, int32_t& first, int32_t& last);
  bool load_context(uint32_t offset, uint32_t bytes);
  bool load_stack(uint32_t depth, int32_t first, int32_t last, uint32_t bytes);
  bool store_value(const Value& value, uint32_t source);
  void keep_place(const Value& pointer);
  bool memory_argument(uint32_t number, uint32_t length, bool writes);
};

/// What is proven holds for all pointers with that name.
inline void hear(Value& value, const Proof& proof) {
  if (value.kind == Kind::Packet && value.id == proof.id && value.range < proof.bytes) value.range = proof.bytes;
}

}  // namespace exo::kernel::download
