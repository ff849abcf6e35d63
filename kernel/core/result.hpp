// What every operation of the kernel returns: a status, and a value when that is Ok. Nothing has changed when it is
// not.
#pragma once
#include <stdint.h>

#include "kernel/abi/tables.hpp"

namespace exo::kernel {

using abi::Status;

struct [[nodiscard]] Result {
  Status status;
  uint32_t value;
  constexpr Result(Status s) : status(s), value(0) {}  // NOLINT: a status is a result without a value
  static constexpr Result of(uint32_t v) { return Result(v, 0); }
  [[nodiscard]] constexpr bool ok() const { return status == Status::Ok; }

 private:
  constexpr Result(uint32_t v, int) : status(Status::Ok), value(v) {}
};

}  // namespace exo::kernel

/// Returns from the calling function when the expression is not Ok.
#define TRY(expression)                                                                                   \
  if (const auto try_status = ::exo::kernel::status_of(expression); try_status != ::exo::abi::Status::Ok) \
  return try_status

namespace exo::kernel {
constexpr Status status_of(Status s) { return s; }
constexpr Status status_of(const Result& r) { return r.status; }
}  // namespace exo::kernel
