// Where a value is: the expressions of debugging information (DWARF 5, 2.5 and 2.6), evaluated with the registers and
// the memory of one frame. What can't be known is said, never guessed.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "explorer/debugger/dwarf.hpp"
#include "explorer/debugger/registers.hpp"

namespace exo::debugger {

/// Registers of which some are not known any more: a caller's, that its callee was free to change.
struct FrameRegisters {
  Registers values;
  std::uint32_t known = 0xffff'ffff;  ///< general registers, by bit
  bool knows_lo_hi = true;

  /// By the numbers of debugging information (call_frames.hpp).
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t number) const;
};

/// Memory as the frame's environment sees it. False: not all of it can be read.
using ReadBytes = std::function<bool(std::uint32_t address, std::span<std::byte> out)>;

/// One part of a value, or all of it.
struct Piece {
  struct Memory {
    std::uint32_t address;
  };
  struct Register {
    std::uint32_t number;
  };
  struct Constant {  ///< it is nowhere, but known
    std::uint64_t value;
  };
  struct Literal {  ///< the same, of any size
    Bytes bytes;
  };
  struct Gone {};  ///< optimised out
  std::variant<Gone, Memory, Register, Constant, Literal> where;
  std::uint32_t bytes = 0;  ///< 0: all that is left of the value
};

struct Location {
  std::vector<Piece> pieces;
  std::string why;  ///< there are no pieces: what is missing
};

struct ExpressionContext {
  const FrameRegisters* registers = nullptr;
  const ReadBytes* read = nullptr;
  Dwarf* dwarf = nullptr;  ///< for addresses and types that it names by number
  Unit* unit = nullptr;
  std::optional<std::uint32_t> frame_address;                     ///< DW_OP_call_frame_cfa
  std::function<std::optional<std::uint32_t>()> frame_base = {};  ///< DW_OP_fbreg
  /// What `expression` was when the function was entered: DW_OP_entry_value.
  std::function<std::optional<std::uint32_t>(Bytes expression)> at_entry = {};
  std::optional<std::uint32_t> object = {};  ///< DW_OP_push_object_address
};

/// The location that an expression describes.
[[nodiscard]] Location locate(Bytes expression, const ExpressionContext& context);

/// The number that an expression computes, perhaps from another one (for call frames and attributes).
[[nodiscard]] std::optional<std::uint32_t> compute(Bytes expression, const ExpressionContext& context,
                                                   std::optional<std::uint32_t> from = std::nullopt);

}  // namespace exo::debugger
