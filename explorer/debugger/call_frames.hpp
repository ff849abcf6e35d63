// How a frame is left: where the caller's registers are when the pc is at an address (.debug_frame, DWARF 5, 6.4).
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "explorer/debugger/elf_image.hpp"

namespace exo::debugger {

/// Numbers of registers in debugging information, of this machine: 0 to 31 the general ones, then those.
inline constexpr std::size_t kDwarfHi = 64, kDwarfLo = 65;
/// A column of no register: where an interrupted program goes on, which needs its $ra as it is.
inline constexpr std::size_t kDwarfResume = 66;
inline constexpr std::size_t kDwarfRegisters = 67;

struct RegisterRule {
  enum class Kind : std::uint8_t { Same, Lost, Saved, Value, Register, SavedAt, Computed };
  Kind kind = Kind::Same;
  std::int32_t offset = 0;  ///< Saved: at the frame's address + offset; Value: is that
  std::uint32_t reg = 0;    ///< Register
  Bytes expression;         ///< SavedAt, Computed
};

struct FrameRules {
  std::uint32_t base = 29;  ///< the frame's address: this register + offset, or an expression
  std::int32_t offset = 0;
  Bytes expression;
  std::array<RegisterRule, kDwarfRegisters> registers;
  std::uint32_t return_register = 31;
  bool interrupted = false;  ///< its caller did not call: the pc to go on with is that of the next instruction
};

class CallFrames {
 public:
  CallFrames() = default;
  CallFrames(Bytes section, const ElfImage& image);

  /// Nothing: no rules for this address, or damaged ones.
  [[nodiscard]] std::optional<FrameRules> at(std::uint32_t pc) const;
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    AddressRange range;
    std::uint32_t common;       ///< place of its common part in the section
    std::uint32_t first, last;  ///< its instructions
  };
  Bytes section_;
  std::vector<Row> rows_;  ///< by address
};

}  // namespace exo::debugger
