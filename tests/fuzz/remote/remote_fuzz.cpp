// Whatever a client sends: the server of gdb's protocol answers or refuses, in bounded time and room, writes nothing,
// and serves the next one as if nothing had been.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "explorer/connection/rsp_packet.hpp"
#include "explorer/remote/conversation.hpp"
#include "tests/host/remote/small_machine.hpp"

namespace {

using exo::connection::PacketParser;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::size_t kMostTurns = 1'000;  // some seconds: a step over all addresses goes to the end

/// What the server sent must be protocol; returns the last packet.
std::string check(const std::string& bytes, PacketParser& parser) {
  parser.feed(bytes);
  std::string last;
  while (const auto item = parser.next()) {
    require(item->kind != PacketParser::Kind::Damaged);
    require(item->payload.size() <= PacketParser::kLargestPayload);
    if (item->kind == PacketParser::Kind::Packet) last = item->payload;
  }
  return last;
}

void work(exo::remote::Conversation& conversation) {
  std::size_t turns = 0;
  while (conversation.busy() && !conversation.over()) {
    conversation.work(std::chrono::milliseconds(5));
    require(++turns < kMostTurns);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static exo::test::SmallMachine machine(EXO_TEST_PROGRAMS);
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  {
    exo::remote::Conversation conversation(machine);
    PacketParser parser;
    while (!bytes.empty() && !conversation.over()) {
      const std::size_t portion = std::min<std::size_t>(bytes.size(), 1 + std::size_t(std::uint8_t(bytes[0])) % 64);
      conversation.feed(bytes.substr(0, portion));
      bytes.remove_prefix(portion);
      work(conversation);
      static_cast<void>(check(conversation.take_output(), parser));
    }
  }
  // The next client is served, and the run is where it was left and unchanged.
  require(machine.places().empty());
  exo::remote::Conversation next(machine);
  PacketParser parser;
  next.feed(exo::connection::frame_packet("Hgp1.1") + exo::connection::frame_packet("m400000,4"));
  work(next);
  static const std::string text = [] {
    exo::test::SmallMachine fresh(EXO_TEST_PROGRAMS);
    exo::remote::Conversation other(fresh);
    other.feed(exo::connection::frame_packet("Hgp1.1") + exo::connection::frame_packet("m400000,4"));
    PacketParser answers;
    return check(other.take_output(), answers);
  }();
  require(text.size() == 8);
  require(check(next.take_output(), parser) == text);
  return 0;
}
