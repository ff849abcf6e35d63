#include "tests/host/debugger/little_machine.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace exo::test {
namespace {
constexpr std::uint32_t kNowhere = 0x0040'0000 - 0x1000;  // returns here end a call
constexpr std::uint32_t kPage = 0x1000;
}  // namespace

LittleMachine::LittleMachine(debugger::Symbols& symbols) {
  for (std::uint32_t address = 0x0040'0000; address < 0x0041'0000; address += 4) {
    const debugger::Bytes bytes = symbols.image().loaded(address, 4);
    for (std::size_t i = 0; i < bytes.size(); ++i) memory_[address + std::uint32_t(i)] = bytes[i];
  }
}

void LittleMachine::call(std::uint32_t entry, std::vector<std::uint32_t> arguments) {
  calls.clear();
  registers = {};
  for (std::size_t i = 0; i < 32; ++i) registers.general[i] = 0xdead'0000 + std::uint32_t(i);
  registers.general[0] = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) registers.general[4 + i] = arguments[i];
  registers.general[29] = 0x0050'0000;
  registers.general[31] = kNowhere;
  registers.pc = entry;
}

bool LittleMachine::read(std::uint32_t address, std::span<std::byte> out) const {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto found = memory_.find(address + std::uint32_t(i));
    const std::uint32_t at = address + std::uint32_t(i);
    if (found == memory_.end() && !(at >= kPage && at < 0x2000) && !(at >= 0x0040'0000 && at < 0x0050'0000))
      return false;
    out[i] = found == memory_.end() ? std::byte{0} : found->second;
  }
  return true;
}

std::uint32_t LittleMachine::load(std::uint32_t address, std::uint32_t bytes) const {
  std::uint32_t value = 0;
  if (!read(address, {reinterpret_cast<std::byte*>(&value), bytes}))
    throw std::runtime_error(fmt::format("load from 0x{:08x} at 0x{:08x}", address, registers.pc));
  return value;
}
std::uint32_t LittleMachine::word(std::uint32_t address) const { return load(address, 4); }

void LittleMachine::store(std::uint32_t address, std::uint32_t bytes, std::uint32_t value) {
  for (std::uint32_t i = 0; i < bytes; ++i) memory_[address + i] = std::byte(value >> 8 * i & 0xff);
}
void LittleMachine::set_word(std::uint32_t address, std::uint32_t value) { store(address, 4, value); }

void LittleMachine::jump(std::uint32_t target, bool link, std::uint32_t link_register) {
  jump_ = target;
  links_ = link;
  if (link) registers.general[link_register] = registers.pc + 8;
}

bool LittleMachine::step() {
  const std::uint32_t at = registers.pc;
  jump_.reset();
  links_ = false;
  execute(load(at, 4));
  if (!jump_) {
    registers.pc = at + 4;
    return true;
  }
  const std::uint32_t target = *jump_;
  const bool links = links_;
  jump_.reset();
  registers.pc = at + 4;
  execute(load(at + 4, 4));
  if (jump_) throw std::runtime_error("a jump in a delay slot");
  registers.pc = target;
  if (links) {
    calls.push_back({at + 8, registers.general[29], false});
  } else if (!calls.empty() && target == calls.back().returns_to && registers.general[29] == calls.back().sp) {
    calls.pop_back();
  }
  return target != kNowhere;
}

void LittleMachine::raise_exception(std::uint32_t handler, std::uint32_t cause, std::uint32_t address) {
  set_word(kPage, registers.pc);
  set_word(kPage + 4, cause);
  set_word(kPage + 8, address);
  calls.push_back({registers.pc, registers.general[29], true});
  registers.pc = handler;
}

void LittleMachine::raise_upcall(std::uint32_t handler, std::uint32_t kind) {
  set_word(kPage + 0x20, registers.pc);
  for (std::uint32_t i = 0; i < 4; ++i) set_word(kPage + 0x24 + 4 * i, registers.general[4 + i]);
  set_word(kPage + 0x34, word(kPage + 0x40));
  set_word(kPage + 0x38, kind);
  set_word(kPage + 0x40, 1);
  registers.general[4] = kind;
  for (std::uint32_t i = 5; i < 8; ++i) registers.general[i] = 0;
  calls.push_back({registers.pc, registers.general[29], true});
  registers.pc = handler;
}

void LittleMachine::special(std::uint32_t instruction) {
  auto& r = registers.general;
  const std::uint32_t rs = r[instruction >> 21 & 31], rt = r[instruction >> 16 & 31], by = instruction >> 6 & 31;
  const std::size_t rd = instruction >> 11 & 31;
  const bool turns = (instruction >> 21 & 1) != 0 || (by & 1) != 0;
  switch (instruction & 63) {
    case 0x00:
      r[rd] = rt << by;
      break;
    case 0x02:
      r[rd] = (instruction >> 21 & 1) != 0 ? (rt >> by | rt << (32 - by)) : rt >> by;
      break;
    case 0x03:
      r[rd] = std::uint32_t(std::int32_t(rt) >> by);
      break;
    case 0x04:
      r[rd] = rt << (rs & 31);
      break;
    case 0x06:
      r[rd] = turns && by == 1 ? (rt >> (rs & 31) | rt << ((32 - (rs & 31)) & 31)) : rt >> (rs & 31);
      break;
    case 0x07:
      r[rd] = std::uint32_t(std::int32_t(rt) >> (rs & 31));
      break;
    case 0x08:
      jump(rs, false);
      break;
    case 0x09:
      jump(rs, true, std::uint32_t(rd));
      break;
    case 0x0a:
      if (rt == 0) r[rd] = rs;
      break;
    case 0x0b:
      if (rt != 0) r[rd] = rs;
      break;
    case 0x0c:
      ++system_calls;
      system_call = r[2];
      r[2] = 0;
      break;
    case 0x0f:
      break;
    case 0x10:
      r[rd] = registers.hi;
      break;
    case 0x11:
      registers.hi = rs;
      break;
    case 0x12:
      r[rd] = registers.lo;
      break;
    case 0x13:
      registers.lo = rs;
      break;
    case 0x18:
    case 0x19: {
      const std::uint64_t product = (instruction & 63) == 0x19
                                        ? std::uint64_t(rs) * rt
                                        : std::uint64_t(std::int64_t(std::int32_t(rs)) * std::int32_t(rt));
      registers.lo = std::uint32_t(product);
      registers.hi = std::uint32_t(product >> 32);
      break;
    }
    case 0x1a:
      registers.lo = std::uint32_t(std::int32_t(rs) / std::int32_t(rt));
      registers.hi = std::uint32_t(std::int32_t(rs) % std::int32_t(rt));
      break;
    case 0x1b:
      registers.lo = rs / rt;
      registers.hi = rs % rt;
      break;
    case 0x21:
      r[rd] = rs + rt;
      break;
    case 0x23:
      r[rd] = rs - rt;
      break;
    case 0x24:
      r[rd] = rs & rt;
      break;
    case 0x25:
      r[rd] = rs | rt;
      break;
    case 0x26:
      r[rd] = rs ^ rt;
      break;
    case 0x27:
      r[rd] = ~(rs | rt);
      break;
    case 0x2a:
      r[rd] = std::int32_t(rs) < std::int32_t(rt) ? 1 : 0;
      break;
    case 0x2b:
      r[rd] = rs < rt ? 1 : 0;
      break;
    case 0x34:
      if (rs == rt) throw std::runtime_error("a trap");
      break;
    default:
      throw std::runtime_error(fmt::format("instruction 0x{:08x} at 0x{:08x}", instruction, registers.pc));
  }
}

void LittleMachine::special_2_and_3(std::uint32_t instruction) {
  auto& r = registers.general;
  const std::uint32_t rs = r[instruction >> 21 & 31], rt = r[instruction >> 16 & 31];
  const std::uint32_t first = instruction >> 6 & 31, size = instruction >> 11 & 31;
  const std::size_t to = instruction >> 16 & 31, rd = instruction >> 11 & 31;
  const bool two = instruction >> 26 == 0x1c;
  if (two && (instruction & 63) == 0x02) {
    r[rd] = rs * rt;
  } else if (two && (instruction & 63) == 0x20) {
    r[rd] = rs == 0 ? 32 : std::uint32_t(__builtin_clz(rs));
  } else if (!two && (instruction & 63) == 0x00) {  // ext
    r[to] = rs >> first & std::uint32_t((std::uint64_t(1) << (size + 1)) - 1);
  } else if (!two && (instruction & 63) == 0x04) {  // ins
    const auto mask = std::uint32_t(((std::uint64_t(1) << (size - first + 1)) - 1) << first);
    r[to] = (rt & ~mask) | (rs << first & mask);
  } else if (!two && (instruction & 63) == 0x20 && first == 0x10) {
    r[rd] = std::uint32_t(std::int32_t(std::int8_t(rt)));
  } else if (!two && (instruction & 63) == 0x20 && first == 0x18) {
    r[rd] = std::uint32_t(std::int32_t(std::int16_t(rt)));
  } else if (!two && (instruction & 63) == 0x3b) {  // rdhwr
    r[to] = 0;
  } else {
    throw std::runtime_error(fmt::format("instruction 0x{:08x} at 0x{:08x}", instruction, registers.pc));
  }
}

void LittleMachine::execute(std::uint32_t instruction) {
  auto& r = registers.general;
  const std::uint32_t opcode = instruction >> 26, rs = r[instruction >> 21 & 31];
  const std::size_t rt = instruction >> 16 & 31;
  const auto immediate = std::uint32_t(std::int32_t(std::int16_t(instruction)));
  const std::uint32_t address = rs + immediate, branch = registers.pc + 4 + (immediate << 2);
  const auto branch_if = [&](bool condition) { condition ? jump(branch, false) : jump(registers.pc + 8, false); };
  switch (opcode) {
    case 0x00:
      special(instruction);
      break;
    case 0x01:
      if ((rt & 0x10) != 0)
        (rt & 1) == 0 ? throw std::runtime_error("bltzal") : jump(branch, true);
      else
        branch_if((rt & 1) != 0 ? std::int32_t(rs) >= 0 : std::int32_t(rs) < 0);
      break;
    case 0x02:
    case 0x03:
      jump((registers.pc & 0xf000'0000) | (instruction & 0x03ff'ffff) << 2, opcode == 0x03);
      break;
    case 0x04:
      branch_if(rs == r[rt]);
      break;
    case 0x05:
      branch_if(rs != r[rt]);
      break;
    case 0x06:
      branch_if(std::int32_t(rs) <= 0);
      break;
    case 0x07:
      branch_if(std::int32_t(rs) > 0);
      break;
    case 0x09:
      r[rt] = address;
      break;
    case 0x0a:
      r[rt] = std::int32_t(rs) < std::int32_t(immediate) ? 1 : 0;
      break;
    case 0x0b:
      r[rt] = rs < immediate ? 1 : 0;
      break;
    case 0x0c:
      r[rt] = rs & (immediate & 0xffff);
      break;
    case 0x0d:
      r[rt] = rs | (immediate & 0xffff);
      break;
    case 0x0e:
      r[rt] = rs ^ (immediate & 0xffff);
      break;
    case 0x0f:
      r[rt] = immediate << 16;
      break;
    case 0x1c:
    case 0x1f:
      special_2_and_3(instruction);
      break;
    case 0x20:
      r[rt] = std::uint32_t(std::int32_t(std::int8_t(load(address, 1))));
      break;
    case 0x21:
      r[rt] = std::uint32_t(std::int32_t(std::int16_t(load(address, 2))));
      break;
    case 0x23:
      r[rt] = load(address, 4);
      break;
    case 0x24:
      r[rt] = load(address, 1);
      break;
    case 0x25:
      r[rt] = load(address, 2);
      break;
    case 0x28:
      store(address, 1, r[rt]);
      break;
    case 0x29:
      store(address, 2, r[rt]);
      break;
    case 0x2b:
      store(address, 4, r[rt]);
      break;
    default:
      throw std::runtime_error(fmt::format("instruction 0x{:08x} at 0x{:08x}", instruction, registers.pc));
  }
  r[0] = 0;
}

}  // namespace exo::test
