// The guest's RAM as the explorer sees it: an anonymous file that QEMU maps too, so a physical address is an offset in
// it.
//
// Invariant: the file's size is sealed, so no access inside ram() can fault, whatever the guest or QEMU does.
// Everything read from here is hostile: copy once, then check the copy.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "explorer/connection/file_descriptor.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::connection {

class GuestMemory {
 public:
  /// Zeroed RAM of abi::kRamBytes. Throws MachineError.
  GuestMemory();
  ~GuestMemory();
  GuestMemory(const GuestMemory&) = delete;
  GuestMemory& operator=(const GuestMemory&) = delete;

  /// Makes this, untouched so far, the same as another one, whose machine is held. What was never touched there costs
  /// nothing.
  void copy(const GuestMemory& other);

  [[nodiscard]] int file() const { return file_.get(); }
  [[nodiscard]] std::span<std::byte> ram() const;
  [[nodiscard]] abi::TraceShared& shared() const;
  /// abi::kTraceCapacity records; index with (number % capacity).
  [[nodiscard]] abi::TraceRecord* ring() const;

 private:
  FileDescriptor file_;
  std::byte* bytes_ = nullptr;
};

/// One word of memory that the guest reads or writes at the same time.
inline std::uint32_t load_shared(const std::uint32_t& word) {
  return std::atomic_ref<std::uint32_t>(const_cast<std::uint32_t&>(word)).load(std::memory_order_acquire);
}
inline void store_shared(std::uint32_t& word, std::uint32_t value) {
  std::atomic_ref<std::uint32_t>(word).store(value, std::memory_order_release);
}

}  // namespace exo::connection
