#include "explorer/debugger/call_frames.hpp"

#include <dwarf.h>

#include <algorithm>

namespace exo::debugger {
namespace {

constexpr std::size_t kMostRows = 1u << 18;
constexpr std::size_t kMostSteps = 1u << 16;
constexpr std::size_t kMostRemembered = 32;
constexpr std::uint32_t kCommon = 0xffff'ffff;

struct CommonPart {
  std::uint32_t code_factor = 1;
  std::int32_t data_factor = 1;
  std::uint32_t return_register = 31;
  bool interrupted = false;
  Bytes instructions;
};

std::optional<CommonPart> read_common(Bytes section, std::size_t offset) {
  Cursor length(section, offset);
  const std::uint32_t bytes = length.u32();
  if (!length.ok() || bytes > length.left()) return std::nullopt;
  Cursor at(section.first(length.at() + bytes), length.at());
  if (at.u32() != kCommon) return std::nullopt;
  const unsigned version = at.u8();
  const std::string_view augmentation = at.text();
  CommonPart part;
  if (version != 1 && version != 3 && version != 4) return std::nullopt;
  if (augmentation == "S")
    part.interrupted = true;
  else if (!augmentation.empty())
    return std::nullopt;
  if (version == 4 && (at.u8() != 4 || at.u8() != 0)) return std::nullopt;  // bytes of an address, of a segment
  part.code_factor = std::uint32_t(at.uleb());
  part.data_factor = std::int32_t(at.sleb());
  part.return_register = version == 1 ? at.u8() : std::uint32_t(at.uleb());
  if (!at.ok() || part.return_register >= kDwarfRegisters) return std::nullopt;
  part.instructions = at.bytes(at.left());
  return part;
}

/// Executes instructions until the row for `pc` is complete.
class Machine {
 public:
  Machine(const CommonPart& common, std::uint32_t from, std::uint32_t pc) : common_(common), at_(from), pc_(pc) {}

  bool run(Bytes instructions) {
    Cursor in(instructions);
    while (!in.done()) {
      if (steps_++ > kMostSteps) return false;
      const unsigned byte = in.u8();
      const unsigned low = byte & 0x3f;
      switch (byte & 0xc0) {
        case DW_CFA_advance_loc:
          if (!advance(low)) return true;
          continue;
        case DW_CFA_offset:
          saved(low, std::int64_t(in.uleb()));
          continue;
        case DW_CFA_restore:
          restore(low);
          continue;
        default:
          break;
      }
      bool arrived = false;
      if (!other(low, in, arrived) || !in.ok()) return false;
      if (arrived) return true;
    }
    return in.ok();
  }
  void initial_is_done() { initial_ = rules; }

  FrameRules rules;

 private:
  /// False: `pc` lies before the new place.
  bool advance(std::uint64_t units) {
    const std::uint64_t next = at_ + units * common_.code_factor;
    if (next > pc_) return false;
    at_ = std::uint32_t(next);
    return true;
  }
  RegisterRule* rule(std::uint64_t number) { return number < kDwarfRegisters ? &rules.registers[number] : nullptr; }
  void saved(std::uint64_t number, std::int64_t factored) { set(number, RegisterRule::Kind::Saved, factored); }
  void set(std::uint64_t number, RegisterRule::Kind kind, std::int64_t factored = 0) {
    if (RegisterRule* found = rule(number))
      *found = {kind, std::int32_t(std::uint64_t(factored) * std::uint64_t(std::int64_t(common_.data_factor))), 0, {}};
  }
  void restore(std::uint64_t number) {
    if (RegisterRule* found = rule(number)) *found = initial_.registers[number];
  }
  std::int32_t factored(std::int64_t value) const {
    return std::int32_t(std::uint64_t(value) * std::uint64_t(std::int64_t(common_.data_factor)));
  }
  void base(std::uint64_t reg, std::int32_t offset) {
    rules.base = std::uint32_t(reg);
    rules.offset = offset;
    rules.expression = {};
  }

  bool other(unsigned what, Cursor& in, bool& arrived) {
    using Kind = RegisterRule::Kind;
    switch (what) {
      case DW_CFA_nop:
        return true;
      case DW_CFA_set_loc: {
        const std::uint32_t next = in.u32();
        arrived = next > pc_;
        if (!arrived) at_ = next;
        return true;
      }
      case DW_CFA_advance_loc1:
        arrived = !advance(in.u8());
        return true;
      case DW_CFA_advance_loc2:
        arrived = !advance(in.u16());
        return true;
      case DW_CFA_advance_loc4:
        arrived = !advance(in.u32());
        return true;
      case DW_CFA_offset_extended: {
        const std::uint64_t number = in.uleb();
        saved(number, std::int64_t(in.uleb()));
        return true;
      }
      case DW_CFA_offset_extended_sf: {
        const std::uint64_t number = in.uleb();
        saved(number, in.sleb());
        return true;
      }
      case DW_CFA_val_offset:
      case DW_CFA_val_offset_sf: {
        const std::uint64_t number = in.uleb();
        set(number, Kind::Value, what == DW_CFA_val_offset ? std::int64_t(in.uleb()) : in.sleb());
        return true;
      }
      case DW_CFA_restore_extended:
        restore(in.uleb());
        return true;
      case DW_CFA_undefined:
        set(in.uleb(), Kind::Lost);
        return true;
      case DW_CFA_same_value:
        set(in.uleb(), Kind::Same);
        return true;
      case DW_CFA_register: {
        const std::uint64_t number = in.uleb(), from = in.uleb();
        if (RegisterRule* found = rule(number)) *found = {Kind::Register, 0, std::uint32_t(from), {}};
        return true;
      }
      case DW_CFA_remember_state:
        if (remembered_.size() >= kMostRemembered) return false;
        remembered_.push_back(rules);
        return true;
      case DW_CFA_restore_state:
        if (remembered_.empty()) return false;
        rules = remembered_.back();
        remembered_.pop_back();
        return true;
      case DW_CFA_def_cfa: {
        const std::uint64_t reg = in.uleb();
        base(reg, std::int32_t(in.uleb()));
        return true;
      }
      case DW_CFA_def_cfa_sf: {
        const std::uint64_t reg = in.uleb();
        base(reg, factored(in.sleb()));
        return true;
      }
      case DW_CFA_def_cfa_register:
        base(in.uleb(), rules.offset);
        return true;
      case DW_CFA_def_cfa_offset:
        base(rules.base, std::int32_t(in.uleb()));
        return true;
      case DW_CFA_def_cfa_offset_sf:
        base(rules.base, factored(in.sleb()));
        return true;
      case DW_CFA_def_cfa_expression:
        rules.expression = in.bytes(in.uleb());
        return !rules.expression.empty();
      case DW_CFA_expression:
      case DW_CFA_val_expression: {
        const std::uint64_t number = in.uleb();
        const Bytes expression = in.bytes(in.uleb());
        if (RegisterRule* found = rule(number))
          *found = {what == DW_CFA_expression ? Kind::SavedAt : Kind::Computed, 0, 0, expression};
        return true;
      }
      case DW_CFA_GNU_args_size:
        (void)in.uleb();
        return true;
      default:
        return false;
    }
  }

  const CommonPart& common_;
  std::uint32_t at_, pc_;
  FrameRules initial_;
  std::vector<FrameRules> remembered_;
  std::size_t steps_ = 0;
};

}  // namespace

CallFrames::CallFrames(Bytes section, const ElfImage& image) : section_(section) {
  Cursor at(section);
  while (!at.done() && rows_.size() < kMostRows) {
    const std::uint32_t length = at.u32();
    if (!at.ok() || length > at.left() || length < 4) break;
    const auto end = std::uint32_t(at.at() + length);
    const std::uint32_t common = at.u32();
    if (common != kCommon && length >= 12) {
      const std::uint32_t first = at.u32(), bytes = at.u32();
      // Of functions that the linker left out the address is 0.
      if (bytes != 0 && first + bytes > first && image.is_code(first) && image.is_code(first + bytes - 1))
        rows_.push_back({{first, first + bytes}, common, std::uint32_t(at.at()), end});
    }
    at = Cursor(section, end);
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& a, const Row& b) { return a.range.first < b.range.first; });
}

std::optional<FrameRules> CallFrames::at(std::uint32_t pc) const {
  const auto next = std::upper_bound(rows_.begin(), rows_.end(), pc,
                                     [](std::uint32_t address, const Row& row) { return address < row.range.first; });
  if (next == rows_.begin() || !(next - 1)->range.holds(pc)) return std::nullopt;
  const Row& row = *(next - 1);
  const std::optional<CommonPart> common = read_common(section_, row.common);
  if (!common) return std::nullopt;
  Machine machine(*common, row.range.first, pc);
  machine.rules.return_register = common->return_register;
  machine.rules.interrupted = common->interrupted;
  if (!machine.run(common->instructions)) return std::nullopt;
  machine.initial_is_done();
  if (!machine.run(section_.subspan(row.first, row.last - row.first))) return std::nullopt;
  if (machine.rules.return_register == kDwarfResume) {
    const RegisterRule& resume = machine.rules.registers[kDwarfResume];
    machine.rules.interrupted = resume.kind != RegisterRule::Kind::Register && resume.kind != RegisterRule::Kind::Lost;
  }
  return machine.rules;
}

}  // namespace exo::debugger
