// Speaks to a Conversation as gdb does, packet by packet, and says where an answer is missing.
#pragma once
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "explorer/connection/rsp_packet.hpp"
#include "explorer/remote/conversation.hpp"

namespace exo::test {

class GdbClient {
 public:
  explicit GdbClient(debugger::Target& target) : conversation(target) {
    send("qSupported:multiprocess+;swbreak+;hwbreak+;xmlRegisters=i386");
    send("QStartNoAckMode");
  }

  /// The answer to a packet; console output before it is kept in `console`.
  std::string send(std::string_view packet) {
    conversation.feed(connection::frame_packet(packet));
    return receive();
  }
  std::string receive() {
    for (int i = 0; i < 1'000 && conversation.busy(); ++i) conversation.work(std::chrono::milliseconds(1));
    parser.feed(conversation.take_output());
    std::string answer = "nothing";
    while (const auto item = parser.next()) {
      if (item->kind != connection::PacketParser::Kind::Packet) continue;
      if (answer != "nothing") console += answer;
      answer = item->payload;
    }
    return answer;
  }

  remote::Conversation conversation;
  connection::PacketParser parser;
  std::string console;  ///< packets that came before the answer
};

}  // namespace exo::test
