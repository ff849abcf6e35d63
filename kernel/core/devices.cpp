#include "kernel/core/devices.hpp"

#include "kernel/abi/capability.hpp"
#include "kernel/core/exposed.hpp"
#include "kernel/core/trace.hpp"
#include "kernel/core/wire.hpp"

namespace exo::kernel::devices {

namespace {
uint8_t holders[abi::kDevices];
}

void initialise() {
  for (uint32_t& generation : exposed().device_generations) generation = 1;
}

void bind(uint32_t device, uint32_t holder) {
  holders[device] = uint8_t(holder);
  trace::emit(abi::Event::DeviceBound, device, holder);
}

uint32_t holder_of(abi::Device device) { return holders[uint32_t(device)]; }

void revoke_all(uint32_t device) {
  if (holders[device] != 0) bind(device, 0);
  uint32_t& generation = exposed().device_generations[device];
  ++generation;
  trace::emit(abi::Event::ResourceRevoked, abi::resource_of(abi::ResourceKind::Device, device), generation);
  if (device == uint32_t(abi::Device::Wire)) wire::revoke_all();
}

void take_back(uint32_t holder) {
  for (uint32_t device = 0; device < abi::kDevices; ++device)
    if (holders[device] == holder) bind(device, 0);
}

}  // namespace exo::kernel::devices
