#include "kernel/download/helpers.hpp"

#include "kernel/core/deadlines.hpp"
#include "kernel/core/environments.hpp"
#include "kernel/core/sleep.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/wire.hpp"
#include "kernel/download/bytes.hpp"
#include "kernel/download/invoke.hpp"

// arch/mips/divide.S, look.S
extern "C" char exo_divide[], exo_divide_signed[], exo_download_look[];

namespace exo::kernel::download {

namespace {
// Addresses and sizes are what the verifier has proven: memory of the run, whole and in bounds.
using Helper = uint32_t (*)(uint32_t, uint32_t, uint32_t);

const uint8_t* from(uint32_t address) { return reinterpret_cast<const uint8_t*>(address); }
uint8_t* to(uint32_t address) { return reinterpret_cast<uint8_t*>(address); }

void tell(uint32_t address, uint32_t count, uint32_t sum) {
  trace::emit(abi::Event::HandlerCopied, invoke::present.download, address & (abi::kPageSize - 1), count, sum);
}

// Bytes cost time that the verifier can't know: a run has so many, and then no more.
bool may_touch(uint32_t count) {
  uint32_t& left = invoke::present.bytes_left;
  if (count > left) return false;
  left -= count;
  return true;
}

uint32_t send(uint32_t packet, uint32_t count, uint32_t) {
  if (!may_touch(count)) return 0;
  const Result sent = wire::send(from(packet), count, invoke::present.packet, invoke::present.download);
  return sent.ok() ? sent.value : 0;
}

uint32_t wake(uint32_t, uint32_t, uint32_t) {
  sleep::wake(environments::get(downloads::info(invoke::present.download).owner));
  return 0;
}

uint32_t copy(uint32_t target, uint32_t source, uint32_t count) {
  if (!may_touch(count)) return 0;
  bytes::copy(to(target), from(source), count);
  tell(target, count, 0);
  return 0;
}

uint32_t checksum(uint32_t source, uint32_t count, uint32_t) {
  return may_touch(count) ? bytes::checksum(from(source), count) : 0;
}

uint32_t copy_checksum(uint32_t target, uint32_t source, uint32_t count) {
  if (!may_touch(count)) return 0;
  const uint32_t sum = bytes::copy_checksum(to(target), from(source), count);
  tell(target, count, sum);
  return sum;
}

constexpr Helper kTable[kHelpers] = {
    nullptr,
#define HELPER(number, name, one, two, three, kinds, cost, text) name,
#include "kernel/abi/helpers.def"
#undef HELPER
};
}  // namespace

Source source_of(const Instruction* program, uint32_t count, const uint8_t* facts, uint32_t stack_bytes) {
  return {.program = program,
          .count = count,
          .facts = facts,
          .stack_bytes = stack_bytes,
          .helpers = reinterpret_cast<const uint32_t*>(kTable),
          .divide = reinterpret_cast<uint32_t>(exo_divide),
          .divide_signed = reinterpret_cast<uint32_t>(exo_divide_signed),
          .alarm = reinterpret_cast<uint32_t>(&deadlines::urgent),
          .look = reinterpret_cast<uint32_t>(exo_download_look)};
}

}  // namespace exo::kernel::download
