#include "kernel/core/fpu.hpp"

#include "kernel/core/trace.hpp"

namespace exo::kernel::fpu {

namespace {
struct FpuState {
  uint32_t registers[32];
  uint32_t control;
};
FpuState states[abi::kMaxEnvironments];
uint32_t owner_number;
}  // namespace

extern "C" void fpu_save(FpuState* to);
extern "C" void fpu_load(const FpuState* from);

void hand_over(Environment& to) {
  if (owner_number != 0) {
    fpu_save(&states[owner_number]);
    environments::get(owner_number).status &= ~kStatusFpu;
  }
  trace::emit(abi::Event::FpuGiven, owner_number, to.number);
  fpu_load(&states[to.number]);
  to.status |= kStatusFpu;
  owner_number = to.number;
}

void take_back(Environment& e) {
  states[e.number] = {};
  e.status &= ~kStatusFpu;
  if (owner_number == e.number) owner_number = 0;
}

uint32_t owner() { return owner_number; }

}  // namespace exo::kernel::fpu
