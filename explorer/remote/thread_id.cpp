#include "explorer/remote/thread_id.hpp"

#include <fmt/format.h>

#include "explorer/remote/text.hpp"
#include "kernel/abi/machine.hpp"

namespace exo::remote {

static_assert(kKernelProcess >= abi::kMaxEnvironments);

namespace {

/// A number, or -1 for all; 0 is any.
std::optional<std::int64_t> take_part(std::string_view& text) {
  if (take(text, "-1")) return -1;
  const auto number = take_word(text);
  if (!number) return std::nullopt;
  return std::int64_t(*number);
}

}  // namespace

std::uint32_t process_of(debugger::Environment env) { return env == debugger::kKernel ? kKernelProcess : env; }

debugger::Environment environment_of(std::uint32_t process) {
  return process == kKernelProcess ? debugger::kKernel : process;
}

std::optional<ThreadId> take_thread(std::string_view& text) {
  using Which = ThreadId::Which;
  const bool with_process = take(text, "p");
  const auto number = take_part(text);
  if (!number) return std::nullopt;
  if (with_process && take(text, ".") && !take_part(text)) return std::nullopt;  // a process has one thread
  if (*number < 0) return ThreadId{Which::All};
  if (*number == 0) return ThreadId{Which::Any};
  return ThreadId{Which::One, environment_of(std::uint32_t(*number))};
}

std::string thread_text(debugger::Environment env, bool processes) {
  const std::uint32_t process = process_of(env);
  return processes ? fmt::format("p{0:x}.{0:x}", process) : fmt::format("{:x}", process);
}

}  // namespace exo::remote
