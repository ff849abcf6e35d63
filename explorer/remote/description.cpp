#include "explorer/remote/description.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

using debugger::Registers;

constexpr std::size_t kGeneral = 32, kFloating = 32;

/// After the general ones, in the order of their numbers.
struct Special {
  const char* name;
  const char* feature;
  const char* type;
  std::size_t bytes;
  std::uint32_t Registers::*value;  ///< nullptr: see `is_instant`
  bool is_instant = false;
  bool is_floating = false;  ///< known only with the floating-point unit
};

constexpr const char* kCpu = "org.gnu.gdb.mips.cpu";
constexpr const char* kCp0 = "org.gnu.gdb.mips.cp0";
constexpr const char* kFpu = "org.gnu.gdb.mips.fpu";
constexpr const char* kPublished = "org.exoscope.cp0";
constexpr const char* kRun = "org.exoscope.run";

constexpr auto kBeforeFloating = std::to_array<Special>({
    {"status", kCp0, "int", 4, &Registers::status},
    {"lo", kCpu, "int", 4, &Registers::lo},
    {"hi", kCpu, "int", 4, &Registers::hi},
    {"badvaddr", kCp0, "int", 4, &Registers::bad_address},
    {"cause", kCp0, "int", 4, &Registers::cause},
    {"pc", kCpu, "code_ptr", 4, &Registers::pc},
});
static_assert(kGeneral + kBeforeFloating.size() - 1 == kRegisterPc);

constexpr auto kAfterFloating = std::to_array<Special>({
    {"fcsr", kFpu, "int", 4, &Registers::floating_control, false, true},
    {"fir", kFpu, "int", 4, &Registers::floating_implementation, false, true},
    {"epc", kPublished, "code_ptr", 4, &Registers::exception_pc},
    {"entryhi", kPublished, "int", 4, &Registers::entry_hi},
    {"instant", kRun, "uint64", 8, nullptr, true},
});

constexpr std::size_t kFirstFloating = kGeneral + kBeforeFloating.size();
constexpr std::size_t kFirstAfter = kFirstFloating + kFloating;

const Special* special_at(std::size_t number) {
  if (number >= kGeneral && number < kFirstFloating) return &kBeforeFloating[number - kGeneral];
  if (number >= kFirstAfter) return &kAfterFloating[number - kFirstAfter];
  return nullptr;
}

std::string register_row(std::size_t number, const std::string& name, const char* type, std::size_t bytes) {
  return fmt::format("<reg name=\"{}\" bitsize=\"{}\" type=\"{}\" regnum=\"{}\"/>\n", name, 8 * bytes, type, number);
}

std::string feature(const char* name) {
  std::string out = fmt::format("<feature name=\"{}\">\n", name);
  for (std::size_t number = 0; number < register_count(); ++number) {
    if (const Special* special = special_at(number); special != nullptr) {
      if (std::string_view(special->feature) == name)
        out += register_row(number, special->name, special->type, special->bytes);
    } else if (number < kGeneral) {
      if (std::string_view(kCpu) == name) out += register_row(number, fmt::format("r{}", number), "int", 4);
    } else if (std::string_view(kFpu) == name) {
      out += register_row(number, fmt::format("f{}", number - kFirstFloating), "ieee_single", 4);
    }
  }
  return out + "</feature>\n";
}

}  // namespace

const std::string& target_description() {
  static const std::string text = [] {
    std::string out =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n"
        "<architecture>mips:isa32r2</architecture>\n<osabi>none</osabi>\n";
    for (const char* name : {kCpu, kCp0, kFpu, kPublished, kRun}) out += feature(name);
    return out + "</target>\n";
  }();
  return text;
}

std::size_t register_count() { return kFirstAfter + kAfterFloating.size(); }

std::string register_text(std::size_t number, const std::optional<Registers>& registers, debugger::Instant instant) {
  const Special* special = special_at(number);
  const std::size_t bytes = special == nullptr ? 4 : special->bytes;
  if (special != nullptr && special->is_instant) return register_hex(instant, bytes);
  if (registers && number < kGeneral) return register_hex(registers->general[number], bytes);
  const bool floats = registers && registers->has_floating;
  if (floats && special == nullptr && number >= kFirstFloating)
    return register_hex(registers->floating[number - kFirstFloating], bytes);
  if (registers && special != nullptr && special->value != nullptr && (floats || !special->is_floating))
    return register_hex((*registers).*(special->value), bytes);
  return number == kRegisterPc ? register_hex(0, bytes) : std::string(2 * bytes, 'x');
}

std::string registers_text(const std::optional<Registers>& registers, debugger::Instant instant) {
  std::string out;
  for (std::size_t number = 0; number < register_count(); ++number) out += register_text(number, registers, instant);
  return out;
}

}  // namespace exo::remote
