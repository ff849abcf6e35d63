// Devices whose control is a capability: who may write to the console, who gets the keys. Nobody's at first; then the
// one's that bound it last.
#pragma once
#include "kernel/abi/machine.hpp"
#include "kernel/core/result.hpp"

namespace exo::kernel::devices {

void initialise();
inline bool is_device(uint32_t number) { return number < abi::kDevices; }
/// Makes an environment the one that controls it.
void bind(uint32_t device, uint32_t holder);
/// Who controls it, or 0.
uint32_t holder_of(abi::Device device);
/// Kills every capability for it; nobody controls it any more.
void revoke_all(uint32_t device);
/// An environment is gone.
void take_back(uint32_t holder);

}  // namespace exo::kernel::devices
