// The .def tables as enumerations. Names and sentences are expanded where they are needed (explorer, reference text).
#pragma once
#include <stdint.h>

namespace exo::abi {

enum class Status : uint32_t {
#define STATUS(number, name, text) name = number,
#include "status.def"
#undef STATUS
};

enum class Syscall : uint32_t {
#define SYSCALL(number, name, count, arguments, text) name = number,
#include "syscalls.def"
#undef SYSCALL
};

enum class Upcall : uint32_t {
#define UPCALL(number, name, synchronous, arguments, text) name = number,
#include "upcalls.def"
#undef UPCALL
};

enum class Note : uint32_t {
#define NOTE(number, name, text) name = number,
#include "notes.def"
#undef NOTE
};

enum class ControlOp : uint16_t {
#define CONTROL(number, name, action, a, b, text) name = number,
#include "control_ops.def"
#undef CONTROL
};

enum class Reason : uint32_t {
#define REASON(number, name, text) name = number,
#include "reasons.def"
#undef REASON
};

enum class Verdict : uint32_t {
#define VERDICT(number, name, text, detail) name = number,
#include "verdicts.def"
#undef VERDICT
};

enum class Event : uint16_t {
#define EVENT(number, name, category, k0, n0, k1, n1, k2, n2, k3, n3, text) name = number,
#include "trace_events.def"
#undef EVENT
};

#define SYSCALL(number, name, count, arguments, text) +1
inline constexpr uint32_t kSyscalls = 0
#include "syscalls.def"
    ;
#undef SYSCALL
#define UPCALL(number, name, synchronous, arguments, text) +1
inline constexpr uint32_t kUpcalls = 0
#include "upcalls.def"
    ;
#undef UPCALL

}  // namespace exo::abi
