#include "explorer/connection/probe.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "explorer/common/error.hpp"

// Carried inside, as the gate's plugin is (gate.cpp).
asm(".pushsection .rodata\n"
    ".globl exo_probe_plugin_begin, exo_probe_plugin_end\n"
    "exo_probe_plugin_begin: .incbin \"" EXO_PROBE_PLUGIN
    "\"\n"
    "exo_probe_plugin_end: .byte 0\n"
    ".popsection\n");

extern "C" const char exo_probe_plugin_begin[];
extern "C" const char exo_probe_plugin_end[];

namespace exo::connection {

std::string probe_plugin_image() { return {exo_probe_plugin_begin, exo_probe_plugin_end}; }

// Most of it is never touched, so it costs no memory.
ProbeMemory::ProbeMemory() : file_(anonymous_file("exoscope-probe", {})) {
  const LiftedFileLimit lifted;
  if (::ftruncate(file_.get(), sizeof(ProbeShared)) != 0 ||
      ::fcntl(file_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0)
    throw MachineError(error_text("cannot make the memory of the debugger's machine") +
                       "; see ulimit -f and free memory");
  void* address = ::mmap(nullptr, sizeof(ProbeShared), PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (address == MAP_FAILED) throw MachineError(error_text("cannot map the memory of the debugger's machine"));
  shared_ = static_cast<ProbeShared*>(address);
  shared_->hold_event = kProbeNever;
  shared_->hits_to = kProbeNever;
}

void ProbeMemory::copy(const ProbeMemory& other) {
  constexpr std::uint64_t kNewest = 1u << 16;
  const ProbeShared& there = *other.shared_;
  std::memcpy(static_cast<void*>(shared_), &there, offsetof(ProbeShared, hit));
  shared_->log_from = there.logged - std::min(newest_steps(there), kNewest);
  for (std::uint64_t i = shared_->log_from; i < there.logged; ++i)
    shared_->log[i % kProbeLog] = there.log[i % kProbeLog];
  shared_->hits = 0;
}

ProbeMemory::~ProbeMemory() { ::munmap(shared_, sizeof(ProbeShared)); }

}  // namespace exo::connection
