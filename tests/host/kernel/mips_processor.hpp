// A processor that knows the instructions that the kernel's compiler writes (MIPS32, volume II), delay slots and all,
// and counts them. It stops at whatever compiled code can't be meant to do: an access that is not aligned or outside
// its memory, a branch in a delay slot, a result that the manual calls unpredictable.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <vector>

namespace exo::tests {

class MipsProcessor {
 public:
  static constexpr std::uint32_t kReturn = 0xffff'fff0, kCodeAddress = 0x8030'0000;
  /// Code outside: called when the program jumps to this address.
  using Outside = std::function<void(MipsProcessor&, std::uint32_t address)>;

  std::array<std::uint32_t, 32> r{};
  std::uint32_t hi = 0, lo = 0;
  std::uint32_t count = 0;  ///< instructions

  void add(std::uint32_t address, std::span<std::uint8_t> bytes) { regions_.push_back({address, bytes}); }
  void set_outside(Outside outside) { outside_ = std::move(outside); }

  void run(std::span<const std::uint32_t> code, std::uint32_t most) {
    pc_ = kCodeAddress;
    next_ = pc_ + 4;
    r[31] = kReturn;
    count = 0;
    while (pc_ != kReturn) {
      const std::uint32_t place = (pc_ - kCodeAddress) / 4;
      if (pc_ < kCodeAddress || place >= code.size()) {
        if (next_ != pc_ + 4 || !outside_) fail("outside the code");
        outside_(*this, pc_);
        pc_ = r[31];
        next_ = pc_ + 4;
        continue;
      }
      if (++count > most) fail("too many instructions");
      const std::uint32_t after = step(code[place]);
      if (after != next_ + 4 && next_ != pc_ + 4) fail("a branch in a delay slot");
      r[0] = 0;
      pc_ = next_;
      next_ = after;
    }
  }

 private:
  struct Region {
    std::uint32_t address;
    std::span<std::uint8_t> bytes;
  };

  [[noreturn]] static void fail(const char* why) { throw std::runtime_error(why); }
  std::uint8_t& byte_at(std::uint32_t address) {
    for (const Region& region : regions_)
      if (address - region.address < region.bytes.size()) return region.bytes[address - region.address];
    fail("outside its memory");
  }
  std::uint32_t load(std::uint32_t address, std::uint32_t bytes) {
    if (address % bytes != 0) fail("not aligned");
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < bytes; ++i) value |= std::uint32_t{byte_at(address + i)} << 8 * i;
    return value;
  }
  void store(std::uint32_t address, std::uint32_t bytes, std::uint32_t value) {
    if (address % bytes != 0) fail("not aligned");
    for (std::uint32_t i = 0; i < bytes; ++i) byte_at(address + i) = static_cast<std::uint8_t>(value >> 8 * i);
  }
  static std::uint32_t extended(std::uint32_t value, std::uint32_t bits) {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(value << (32 - bits)) >> (32 - bits));
  }
  static bool below(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::int32_t>(a) < static_cast<std::int32_t>(b);
  }
  static std::uint32_t arithmetic_shift(std::uint32_t value, std::uint32_t by) {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(value) >> by);
  }

  /// Where to go after the delay slot.
  std::uint32_t step(std::uint32_t word) {
    const std::uint32_t s = r[word >> 21 & 31], t = r[word >> 16 & 31], offset = extended(word, 16);
    const std::uint32_t zero_extended = word & 0xffff, address = s + offset, straight = next_ + 4;
    std::uint32_t& target = r[word >> 16 & 31];
    const auto branch = [&](bool taken) { return taken ? next_ + 4 * offset : straight; };
    switch (word >> 26) {
      case 0x00:
        return special(word, s, t);
      case 0x01:
        if ((word >> 16 & 31) == 0) return branch(static_cast<std::int32_t>(s) < 0);
        if ((word >> 16 & 31) == 1) return branch(static_cast<std::int32_t>(s) >= 0);
        if ((word >> 16 & 31) != 17) fail("unknown instruction");
        r[31] = pc_ + 8;
        return branch(static_cast<std::int32_t>(s) >= 0);
      case 0x04:
        return branch(s == t);
      case 0x05:
        return branch(s != t);
      case 0x06:
        return branch(static_cast<std::int32_t>(s) <= 0);
      case 0x07:
        return branch(static_cast<std::int32_t>(s) > 0);
      case 0x09:
        target = address;
        break;
      case 0x0a:
        target = below(s, offset);
        break;
      case 0x0b:
        target = s < offset;
        break;
      case 0x0c:
        target = s & zero_extended;
        break;
      case 0x0d:
        target = s | zero_extended;
        break;
      case 0x0e:
        target = s ^ zero_extended;
        break;
      case 0x0f:
        target = zero_extended << 16;
        break;
      case 0x10:
        if ((word & 0xffe0'ffff) != 0x4000'4800) fail("unknown instruction");
        target = clock_ += 1;
        break;
      case 0x1c:
        if ((word & 63) != 0x02) fail("unknown instruction");
        r[word >> 11 & 31] = s * t;
        known_ = false;
        break;
      case 0x1f:
        special3(word, s, t);
        break;
      default:
        memory(word, address, t, target);
    }
    return straight;
  }

  void memory(std::uint32_t word, std::uint32_t address, std::uint32_t t, std::uint32_t& target) {
    const std::uint32_t within = address % 4, aligned = address - within;
    switch (word >> 26) {
      case 0x20:
        target = extended(load(address, 1), 8);
        break;
      case 0x21:
        target = extended(load(address, 2), 16);
        break;
      case 0x22:  // lwl: the bytes from the word's first to this one become the upper ones
        target = (t & ((1u << (24 - 8 * within)) - 1)) | load_part(aligned, within + 1) << (24 - 8 * within);
        break;
      case 0x23:
        target = load(address, 4);
        break;
      case 0x24:
        target = load(address, 1);
        break;
      case 0x25:
        target = load(address, 2);
        break;
      case 0x26: {  // lwr: the bytes from this one to the word's last become the lower ones
        const std::uint32_t bytes = 4 - within;
        const std::uint64_t kept = ~((std::uint64_t{1} << 8 * bytes) - 1);
        target = static_cast<std::uint32_t>((t & kept) | load_part(address, bytes));
        break;
      }
      case 0x28:
        store(address, 1, t);
        break;
      case 0x29:
        store(address, 2, t);
        break;
      case 0x2a:
        for (std::uint32_t i = 0; i <= within; ++i)
          byte_at(aligned + i) = static_cast<std::uint8_t>(t >> (24 - 8 * within + 8 * i));
        break;
      case 0x2b:
        store(address, 4, t);
        break;
      case 0x2e:
        for (std::uint32_t i = 0; i < 4 - within; ++i) byte_at(address + i) = static_cast<std::uint8_t>(t >> 8 * i);
        break;
      default:
        fail("unknown instruction");
    }
  }
  std::uint32_t load_part(std::uint32_t address, std::uint32_t bytes) {
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < bytes; ++i) value |= std::uint32_t{byte_at(address + i)} << 8 * i;
    return value;
  }

  std::uint32_t special(std::uint32_t word, std::uint32_t s, std::uint32_t t) {
    std::uint32_t& d = r[word >> 11 & 31];
    const std::uint32_t amount = word >> 6 & 31;
    switch (word & 63) {
      case 0x00:
        d = t << amount;
        break;
      case 0x02:
        d = (word >> 21 & 1) != 0 && amount != 0 ? t >> amount | t << (32 - amount) : t >> amount;
        break;
      case 0x03:
        d = arithmetic_shift(t, amount);
        break;
      case 0x04:
        d = t << (s & 31);
        break;
      case 0x06:
        d = t >> (s & 31);
        break;
      case 0x07:
        d = arithmetic_shift(t, s & 31);
        break;
      case 0x08:
        return s;
      case 0x09:
        d = pc_ + 8;
        return s;
      case 0x0a:
        if (t == 0) d = s;
        break;
      case 0x0b:
        if (t != 0) d = s;
        break;
      case 0x10:
        d = result(hi);
        break;
      case 0x12:
        d = result(lo);
        break;
      case 0x19:
        multiply(s, t);
        break;
      case 0x1a:
      case 0x1b:
        divide(s, t, (word & 63) == 0x1a);
        break;
      case 0x21:
        d = s + t;
        break;
      case 0x23:
        d = s - t;
        break;
      case 0x24:
        d = s & t;
        break;
      case 0x25:
        d = s | t;
        break;
      case 0x26:
        d = s ^ t;
        break;
      case 0x27:
        d = ~(s | t);
        break;
      case 0x2a:
        d = below(s, t);
        break;
      case 0x2b:
        d = s < t;
        break;
      default:
        fail("unknown instruction");
    }
    return next_ + 4;
  }

  void special3(std::uint32_t word, std::uint32_t s, std::uint32_t t) {
    const std::uint32_t high = word >> 11 & 31, low = word >> 6 & 31;
    std::uint32_t& d = r[word >> 11 & 31];
    std::uint32_t& field = r[word >> 16 & 31];
    switch (word & 63) {
      case 0x00: {
        field = static_cast<std::uint32_t>((std::uint64_t{s} >> low) & ((std::uint64_t{2} << high) - 1));
        break;
      }
      case 0x04: {
        const auto mask = static_cast<std::uint32_t>(((std::uint64_t{2} << (high - low)) - 1) << low);
        field = (t & ~mask) | (s << low & mask);
        break;
      }
      case 0x20:
        if (low == 0x10)
          d = extended(t, 8);
        else if (low == 0x18)
          d = extended(t, 16);
        else if (low == 0x02)
          d = (t & 0x00ff'00ff) << 8 | (t >> 8 & 0x00ff'00ff);
        else
          fail("unknown instruction");
        break;
      default:
        fail("unknown instruction");
    }
  }

  void multiply(std::uint32_t s, std::uint32_t t) {
    const std::uint64_t product = std::uint64_t{s} * t;
    hi = static_cast<std::uint32_t>(product >> 32);
    lo = static_cast<std::uint32_t>(product);
    known_ = true;
  }
  void divide(std::uint32_t s, std::uint32_t t, bool with_signs) {
    known_ = true;
    if (t == 0) {  // unpredictable: may be anything
      hi = 0xdead'0001;
      lo = 0xdead'0002;
    } else if (!with_signs) {
      lo = s / t;
      hi = s % t;
    } else {
      lo = static_cast<std::uint32_t>(std::int64_t{static_cast<std::int32_t>(s)} / static_cast<std::int32_t>(t));
      hi = static_cast<std::uint32_t>(std::int64_t{static_cast<std::int32_t>(s)} % static_cast<std::int32_t>(t));
    }
  }
  std::uint32_t result(std::uint32_t value) const {
    if (!known_) fail("hi and lo hold nothing certain");
    return value;
  }

  std::vector<Region> regions_;
  Outside outside_;
  std::uint32_t pc_ = 0, next_ = 0, clock_ = 0;
  bool known_ = false;
};

}  // namespace exo::tests
