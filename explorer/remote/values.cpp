// Registers and memory: read, and refused to be written.
#include <algorithm>
#include <array>

#include "explorer/remote/conversation.hpp"
#include "explorer/remote/description.hpp"
#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

constexpr std::uint32_t kMostBytes = 0x1f00;  ///< of memory in one answer, which is twice as long
constexpr const char* kBadRequest = "E16";    // EINVAL, 22
constexpr const char* kNotMapped = "E0e";     // EFAULT, 14
constexpr const char* kNoWriting =
    "E.what is written would not be what happened: the run is executed again from its recording";

}  // namespace

// gdb 13 comes down when it has a program counter and the other registers are not available; and with an error instead
// it could not even go on.
std::optional<debugger::Registers> Conversation::registers_of(Environment env) const {
  if (!moved_elsewhere()) return target_.registers(env);
  const auto found = seen_.find(env);
  return found == seen_.end() ? std::nullopt : std::optional(found->second);
}

std::string Conversation::read_registers(std::string_view) {
  return registers_text(registers_of(chosen(general_)), instant_);
}

std::string Conversation::read_register(std::string_view rest) {
  const auto number = take_word(rest);
  if (!number || !rest.empty() || *number >= register_count()) return kBadRequest;
  return register_text(*number, registers_of(chosen(general_)), instant_);
}

std::string Conversation::read_memory(std::string_view rest) {
  const auto address = take_word(rest);
  if (!address || !take(rest, ",")) return kBadRequest;
  const auto length = take_word(rest);
  if (!length || !rest.empty()) return kBadRequest;
  if (*length == 0) return "";
  if (moved_elsewhere()) return kNotMapped;  // gdb knows no words for it
  std::vector<std::byte> bytes(std::min(*length, kMostBytes));
  const Environment env = *address >= debugger::kKernelAddresses ? debugger::kKernel : chosen(general_);
  const std::size_t count = std::min(target_.read(env, *address, bytes), bytes.size());
  if (count == 0) return kNotMapped;
  return to_hex(std::span(bytes).first(count));
}

// gdb shows the reason for registers, and for memory only that it can't be; so that one is kept for its console.
std::string Conversation::refuse_write(std::string_view) {
  words_ = std::string("Not written: ") + (kNoWriting + 2) + ".\n";
  return kNoWriting;
}

}  // namespace exo::remote
