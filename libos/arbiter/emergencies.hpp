// When nobody has a frame beyond its guaranteed minimum, and frames are wanted all the same: the arbiter tells an
// environment to submit itself to the swap server, has its contents packed there, and brings it back when the pressure
// is over. It chooses; the server keeps; the kernel moves no byte.
#pragma once
#include "kernel/abi/exposed.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::libos::emergencies {

/// The environment that keeps others. 0 (none): no emergency can be declared.
void set_server(uint32_t number);
[[nodiscard]] bool is_server(uint32_t number);

[[nodiscard]] bool is_possible();

/// Tells the one with most guaranteed frames. False when there is nobody left to tell, or no server.
bool declare(const volatile abi::ExposedTables& tables);
/// Somebody was told and has not submitted itself yet.
[[nodiscard]] bool under_way();

/// One turn: has those packed who have submitted themselves, and brings them back when the pressure is over. Returns
/// the frames that became free.
uint32_t look_after(const volatile abi::ExposedTables& tables);
/// The pressure begins, is over.
void begin();
void end();
[[nodiscard]] bool is_over();

}  // namespace exo::libos::emergencies
