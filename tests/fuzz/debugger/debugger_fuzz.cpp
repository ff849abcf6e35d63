// A program whose ELF file, debugging information, registers and memory were made by somebody hostile: every question
// that a debugger asks of it has an answer or a clear word, in a bounded time. The first bytes of the input choose
// addresses and registers, the rest is the file.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <source_location>
#include <string>

#include "explorer/common/error.hpp"
#include "explorer/debugger/expression.hpp"
#include "explorer/debugger/source_tree.hpp"

namespace exo::debugger {
namespace {

void require(bool condition, std::source_location where = std::source_location::current()) {
  if (condition) return;
  std::fprintf(stderr, "line %u does not hold\n", unsigned(where.line()));
  std::abort();
}

constexpr std::size_t kChoices = 8;

class Questions {
 public:
  Questions(Symbols& symbols, std::uint64_t seed) : symbols_(symbols), random_(seed) {}

  void ask() {
    (void)symbols_.problem();
    const auto& code = symbols_.image().code();
    for (int i = 0; i < 24; ++i) {
      std::uint32_t pc = std::uint32_t(random_());
      if (!code.empty() && i % 8 != 7) {
        const AddressRange& range = code[random_() % code.size()];
        pc = range.first + std::uint32_t(random_() % std::max(1U, range.last - range.first)) / 4 * 4;
      }
      at(pc);
    }
    for (const char* name : {"main", "leaf", "exo::kernel::trap", "", "::", "x<y>::z"}) (void)symbols_.functions(name);
    for (std::size_t i = 0; i < symbols_.files().size() && i < 8; ++i) {
      const std::string file = symbols_.files()[random_() % symbols_.files().size()].name;
      const auto places = symbols_.places_of(file, std::uint32_t(random_() % 400));
      for (const LinePlaces& place : places) require(place.addresses.size() <= Symbols::kMostPlaces);
      (void)symbols_.lines_of(std::uint32_t(i));
      (void)SourceTree("/nowhere").read(symbols_.files()[i], 0);
    }
    for (const char* name : {"Environment", "exo::fixture::Everything", "Status"}) {
      const auto type = symbols_.types().find(name);
      if (type) (void)symbols_.types().members(*type);
    }
  }

 private:
  void at(std::uint32_t pc) {
    if (const auto function = symbols_.function_at(pc)) require(!function->ranges.empty());
    require(symbols_.calls_at(pc).size() <= Symbols::kMostCalls);
    if (const auto line = symbols_.line_at(pc)) require(line->file < symbols_.files().size() && line->line != 0);
    for (const AddressRange& range : symbols_.statement_at(pc)) require(range.first < range.last);
    FrameRegisters registers;
    for (std::uint32_t& value : registers.values.general) value = std::uint32_t(random_());
    registers.values.general[kStackPointer] = 0x0050'0000 - std::uint32_t(random_() % 4096) * 4;
    registers.values.pc = pc;
    if (random_() % 4 == 0) registers.known = std::uint32_t(random_());
    const std::uint64_t memory = random_();
    const StackSource source = {
        [memory, &code = symbols_.image().code()](Environment, std::uint32_t address, std::span<std::byte> out) {
          for (std::size_t i = 0; i < out.size(); ++i) {
            std::uint64_t word = memory ^ (std::uint64_t(address + i) / 4 * 0x9e37'79b9'7f4a'7c15);
            // Half of what lies there looks like a return address, or like the stack.
            if (word % 4 == 0 && !code.empty()) word = code.front().first + word / 16 % 4096 * 4;
            if (word % 4 == 1) word = 0x0050'0000 - word / 16 % 4096 * 4;
            out[i] = std::byte(word >> 8 * ((address + i) % 4));
          }
          return memory % 8 != 0 || address % 16 != 0;
        },
        [this](Environment) { return &symbols_; }, 3};
    const Stack stack = unwind(registers, 3, source);
    require(!stack.frames.empty() && stack.frames.size() <= kMostFrames && !stack.end.empty());
    for (std::size_t frame = 0; frame < stack.frames.size() && frame < 4; ++frame) {
      Scope scope(symbols_, stack, frame, source);
      std::size_t shown = 0;
      for (const Value& value : scope.locals())
        if (++shown < 12) show(scope, value, 0);
      for (const Value& value : scope.globals(6)) show(scope, value, 0);
      for (const char* text : {"everything.list->next->name[3]", "this", "frame->pc == 3 && $sp > 0", "value + 1",
                               "*(exo::abi::EnvironmentPage*)0x1000", "Colour::Blue", "sizeof(Everything)"})
        (void)scope.text(Expression(text).evaluate(scope).value);
    }
  }

  void show(Scope& scope, const Value& value, int depth) {
    const ValueRow row = scope.row(value);
    require(!row.text.empty() && row.text.size() < 4096);
    if (depth == 3) return;
    for (const Value& child : scope.children(value, random_() % 3, 3)) show(scope, child, depth + 1);
  }

  Symbols& symbols_;
  std::mt19937_64 random_;
};

void fuzz_expression(std::string_view text) {
  try {
    const Expression parsed(text);
    require(parsed.text() == text);
  } catch (const InputError& error) {
    require(std::strlen(error.what()) < 400);
  }
}

}  // namespace
}  // namespace exo::debugger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exo::debugger;
  if (size < kChoices) return 0;
  std::uint64_t seed = 0;
  std::memcpy(&seed, data, kChoices);
  const std::string rest(reinterpret_cast<const char*>(data + kChoices), size - kChoices);
  if (!rest.starts_with("\177ELF")) fuzz_expression(rest);
  try {
    Symbols symbols(rest, "input");
    Questions(symbols, seed).ask();
  } catch (const exo::InputError& error) {
    if (std::strstr(error.what(), "input: ") == nullptr) std::abort();
  }
  return 0;
}
