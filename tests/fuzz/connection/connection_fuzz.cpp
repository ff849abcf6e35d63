// Whatever comes from outside - a recording, a debug connection, a ring written by a hostile guest, an ELF file - is
// refused or read, never believed. The first byte of the input chooses which.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/common/error.hpp"
#include "explorer/connection/control_writer.hpp"
#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/guest_memory.hpp"
#include "explorer/connection/recording.hpp"
#include "explorer/connection/rsp_packet.hpp"
#include "explorer/connection/trace_reader.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::connection {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void fuzz_recording(std::string_view bytes) {
  try {
    const Recording recording = parse_recording(bytes, "input");
    require(recording.ended || !recording.warning.empty());
    require(recording.warning.find('\n') == std::string::npos);
  } catch (const InputError&) {  // a refusal is an answer
  }
}

void fuzz_packets(std::string_view bytes) {
  PacketParser parser;
  while (!bytes.empty()) {
    const std::size_t portion = std::min<std::size_t>(bytes.size(), 1 + std::size_t(std::uint8_t(bytes[0])) % 16);
    parser.feed(bytes.substr(0, portion));
    bytes.remove_prefix(portion);
  }
  while (const auto item = parser.next()) require(item->payload.size() <= 2 * PacketParser::kLargestPayload);
}

// The input is a list of words to write into the shared memory, with reads in between.
void fuzz_ring(std::string_view bytes) {
  static GuestMemory memory;
  abi::TraceShared& shared = memory.shared();
  shared = {};
  shared.magic = abi::kTraceMagic;
  shared.version = abi::kTraceVersion;
  shared.capacity = abi::kTraceCapacity;
  shared.record_bytes = sizeof(abi::TraceRecord);
  shared.ring_physical = abi::kTraceRingPhysical;
  TraceReader reader(shared, memory.ring());
  ControlWriter controls(shared);
  controls.prepare(std::vector<abi::ControlCommand>(3, {7, 1, 1, 0, 0}));
  std::vector<abi::TraceRecord> out;
  for (; bytes.size() >= 6; bytes.remove_prefix(6)) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + 2, sizeof value);
    switch (std::uint8_t(bytes[0]) % 5) {
      case 0:
        shared.head = value;
        break;
      case 1:
        shared.head += value % 3000;
        break;
      case 2:
        shared.controls_taken = value;
        break;
      case 3:
        (&shared.magic)[std::uint8_t(bytes[1]) % 12] = value;
        break;
      default:
        memory.ring()[value % abi::kTraceCapacity].sequence = std::uint8_t(bytes[1]);
        break;
    }
    const std::uint64_t before = reader.position();
    out.clear();
    require(reader.read(out, 5'000) <= 5'000);
    require(reader.position() >= before && out.size() <= 5'000);
    static_cast<void>(reader.newest_event());
    static_cast<void>(controls.refresh());
    if (controls.may_insert(false)) controls.insert({0, 1, 1, value, 0});
    require(controls.pending() < abi::kControlSlots);
  }
  require(reader.take_complaints().size() <= 200);
}

void fuzz_image(std::string_view bytes) {
  try {
    static_cast<void>(hash_loadable(1, std::string(bytes), "input"));
    static_cast<void>(find_gates(std::string(bytes), "input"));
  } catch (const InputError&) {
  }
}

}  // namespace
}  // namespace exo::connection

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exo::connection;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      fuzz_recording(bytes);
      break;
    case 1:
      fuzz_packets(bytes);
      break;
    case 2:
      fuzz_ring(bytes);
      break;
    default:
      fuzz_image(bytes);
      break;
  }
  return 0;
}
