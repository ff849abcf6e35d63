// The condition "there is a packet in my ring", over the ring's frame.
#include "libos/base/bpf.hpp"

extern "C" uint64_t ring_waiting(const exo::bpf::DownloadContext* context) {
  const auto* ring = exo::bpf::pointer<const exo::abi::PacketRing>(context->page[0]);
  return ring->head != ring->tail ? 1 : 0;
}
