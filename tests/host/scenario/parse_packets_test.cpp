// Packets and filters in a lesson: their bytes are worked out when the file is read, and every mistake has its line.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "explorer/common/error.hpp"
#include "explorer/packets/describe.hpp"
#include "explorer/packets/pcap_file.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "kernel/abi/downloads.hpp"

namespace exo::scenario {
namespace {

const std::vector<std::string> kPrograms = {"arbiter", "echo"};

std::string lesson(const std::string& inject, const std::string& when = "at_us = 1000") {
  return fmt::format(
      "title = \"t\"\ngoal = \"g\"\nend_us = 5000\n[[env]]\nprogram = \"echo\"\n[[step]]\n{}\ninject = {}\nsay = "
      "\"s\"\n[[expect]]\ntext = \"e\"\nholds = \"frames(echo) >= 0\"\n",
      when, inject);
}

std::string two_packets(const std::string& name) {
  if (name != "two.pcap") throw InputError(name + ": there is no such file");
  return packets::write_pcap(std::vector<packets::Captured>{{5, packets::Bytes(20, 1)}, {705, packets::Bytes(30, 2)}});
}

Scenario read(const std::string& inject, const std::string& when = "at_us = 1000") {
  return parse(lesson(inject, when), "x.toml", kPrograms, two_packets);
}

std::string refusal(const std::string& inject, const std::string& when = "at_us = 1000") {
  try {
    (void)read(inject, when);
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "not refused: " << inject;
  return "";
}

packets::Bytes stored(const Scenario& scenario, const Injection& injection) {
  const auto from = scenario.store.bytes().begin() + std::ptrdiff_t(injection.a);
  return {from, from + std::ptrdiff_t(injection.b & 0xffff)};
}

TEST(ParsePackets, ATemplateBecomesBytesInTheStore) {
  const auto scenario =
      read("{ packet = { udp = { from = \"10.0.0.9:4000\", to = \"10.0.0.2:7\", text = \"hello\" } } }");
  const auto& injections = scenario.steps[0].inject;
  ASSERT_EQ(injections.size(), 1u);
  EXPECT_EQ(injections[0].op, abi::ControlOp::Packet);
  EXPECT_EQ(injections[0].a % 4, 2u);
  EXPECT_EQ(packets::describe(stored(scenario, injections[0])), "UDP 10.0.0.9:4000 to 10.0.0.2:7, 5 bytes");
}

TEST(ParsePackets, EveryTemplateIsThere) {
  const auto words = [](const std::string& packet) {
    const auto scenario = read("{ packet = " + packet + " }");
    return packets::describe(stored(scenario, scenario.steps[0].inject[0]));
  };
  const std::string ends = "from = \"10.0.0.9\", to = \"10.0.0.2\"",
                    ports = "from = \"10.0.0.9:1\", to = \"10.0.0.2:2\"";
  EXPECT_EQ(words("{ icmp = { " + ends + ", text = \"ab\" } }"), "ICMP echo request, 10.0.0.9 to 10.0.0.2, 2 bytes");
  EXPECT_EQ(words("{ arp = { " + ends + " } }"), "ARP: who has 10.0.0.2? asks 10.0.0.9");
  EXPECT_EQ(words("{ arp = { " + ends + ", reply = true } }"), "ARP: 10.0.0.9 tells 10.0.0.2 that it is there");
  EXPECT_EQ(words("{ tcp = { " + ports + ", flags = \"SA\" } }"), "TCP 10.0.0.9:1 to 10.0.0.2:2, SA, 0 bytes");
  EXPECT_EQ(words("{ hex = \"ffffffffffff 020000000001 9999\" }"), "Ethernet of type 0x9999, 14 bytes");
}

TEST(ParsePackets, ASeriesIsOnePacketAtSeveralTimes) {
  const auto scenario = read("{ packet = { hex = \"000000000000000000000000ffff\" }, count = 3, every_us = 500 }");
  const auto commands = commands_up_front(scenario);
  ASSERT_EQ(commands.size(), 5u);  // and an audit and the end
  EXPECT_EQ(commands[0].a, commands[2].a);
  EXPECT_EQ(commands[0].due_tick, tick_of(1000));
  EXPECT_EQ(commands[1].due_tick, tick_of(1500));
  EXPECT_EQ(commands[2].due_tick, tick_of(2000));
  EXPECT_EQ(scenario.store.bytes().size(), 2u + 14u);
}

TEST(ParsePackets, AFileIsReadOnceAndCarried) {
  const auto scenario = read("{ packets = \"two.pcap\", as_captured = true }");
  ASSERT_EQ(scenario.steps[0].inject.size(), 2u);
  EXPECT_EQ(scenario.steps[0].inject[1].delay_us, 700u);
  EXPECT_EQ(stored(scenario, scenario.steps[0].inject[1]), packets::Bytes(30, 2));
  EXPECT_EQ(scenario.files.at("two.pcap"), two_packets("two.pcap"));
}

TEST(ParsePackets, AfterAnEventAllComeAtOnce) {
  const auto when = "on = { event = \"EnvStarted\" }";
  EXPECT_EQ(read("{ packets = \"two.pcap\" }", when).steps[0].inject.size(), 2u);
  EXPECT_NE(refusal("{ packets = \"two.pcap\", as_captured = true }", when).find("at once"), std::string::npos);
  EXPECT_NE(refusal("{ packet = { hex = \"000000000000000000000000ffff\" }, every_us = 9 }", when).find("at once"),
            std::string::npos);
}

TEST(ParsePackets, AFilterBecomesAProgram) {
  const auto scenario = read("{ filter = \"udp port 7\", env = \"echo\", order = 3 }");
  const auto& injection = scenario.steps[0].inject[0];
  EXPECT_EQ(injection.op, abi::ControlOp::Download);
  EXPECT_EQ(injection.env, 2u);
  EXPECT_EQ(injection.a % 4, 0u);
  EXPECT_EQ(injection.b >> 16, 3u);
  EXPECT_EQ(std::size_t(injection.b & 0xffff) * sizeof(abi::bpf::Instruction), scenario.store.bytes().size());
  EXPECT_EQ(read("{ program = \"b700000000000000 9500000000000000\", env = \"echo\" }").steps[0].inject[0].b, 2u);
}

TEST(ParsePackets, MistakesAreRefusedWithTheirLine) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"{ packet = { } }", "a packet is one of"},
      {"{ packet = { udp = { from = \"10.0.0.9\", to = \"10.0.0.2:7\" } } }", "'10.0.0.9' is no address with a port"},
      {"{ packet = { icmp = { from = \"10.0.0.9:1\", to = \"10.0.0.2\" } } }", "'10.0.0.9:1' is no address"},
      {"{ packet = { hex = \"00\" } }", "the packet has 1 bytes"},
      {"{ packet = { hex = \"0\" } }", "hexadecimal"},
      {"{ packet = { tcp = { from = \"10.0.0.9:1\", to = \"10.0.0.2:2\", flags = \"SX\" } } }", "no TCP flag 'X'"},
      {"{ packet = { udp = { from = \"10.0.0.9:1\", to = \"10.0.0.2:2\", tekst = \"a\" } } }", "tekst"},
      {"{ packet = { hex = \"000000000000000000000000ffff\" }, count = 9, every_us = 1000 }",
       "packet 5 would come after"},
      {"{ packets = \"three.pcap\" }", "three.pcap"},
      {"{ action = \"packet\" }", "the packet is missing"},
      {"{ action = \"download\", env = \"echo\" }", "the filter is missing"},
      {"{ action = \"kill\", packet = { hex = \"00\" } }", "only action 'packet'"},
      {"{ filter = \"udp port\", env = \"echo\" }", "not understood"},
      {"{ filter = \"udp\" }", "env"},
      {"{ program = \"b7\", env = \"echo\" }", "these are no instructions"},
      {"{ filter = \"udp\", env = \"echo\", order = 256 }", "order"}};
  for (const auto& [inject, what] : mistakes) {
    const std::string line = refusal(inject);
    EXPECT_NE(line.find(what), std::string::npos) << line;
  }
  EXPECT_THROW((void)parse(lesson("{ packets = \"two.pcap\" }"), "x.toml", kPrograms), InputError);
}

TEST(ParsePackets, ADownloadIsRevokedByItsNumberOrFromAnEvent) {
  const auto number = read("{ action = \"revoke\", env = \"echo\", download = 3, deadline_us = 50 }");
  EXPECT_EQ(commands_up_front(number)[0].a, abi::asked_download(3));
  const auto field =
      read("{ action = \"revoke\", env = \"echo\", download = \"{download}\" }", "on = { event = \"CodeInstalled\" }");
  model::Event event{};
  event.id = abi::Event::CodeInstalled;
  event.args[0] = 7;
  const auto state = std::make_unique<model::State>();
  EXPECT_EQ(commands_of(field, field.steps[0], event, *state)[0].a, abi::asked_download(7));
}

}  // namespace
}  // namespace exo::scenario
