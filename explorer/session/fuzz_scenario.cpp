// The scenario of a fuzz run: the warden with its fuzzers, and a step with an audit for every kCallsPerAudit calls. The
// fuzzers count their calls themselves, in notes.
#include <fmt/format.h>

#include <iterator>

#include "explorer/session/fuzz.hpp"

namespace exo::session {
namespace {

constexpr int kFuzzers = 3;
constexpr std::uint32_t kCallsPerNote = 500;  ///< libos/fuzzer/board.hpp
constexpr std::uint32_t kLongestUs = 10'000'000;

// What comes over the wire meanwhile: what the fuzzers' claims are about, what is nearly that, and what is nothing.
constexpr const char* kPackets[] = {
    R"({ udp = { from = "10.0.0.9:4000", to = "10.0.0.2:7", text = "hello" } })",
    R"({ udp = { from = "10.0.0.9:4000", to = "10.0.0.2:16", text = "nearly" } })",
    R"({ udp = { from = "10.0.0.9:7", to = "10.0.0.3:3", text = "another host" } })",
    R"({ tcp = { from = "10.0.0.9:4000", to = "10.0.0.2:7", flags = "S" } })",
    R"({ icmp = { from = "10.0.0.9", to = "10.0.0.2" } })",
    R"({ arp = { from = "10.0.0.9", to = "10.0.0.2" } })",
    R"({ hex = "0200000000010200000000020800" })",
    R"({ hex = "ffffffffffff0000000000000003ffffffffffffffffffffff" })",
};
constexpr std::uint32_t kPacketsOfAKind = 120, kBetweenUs = 2'000;

std::string packets() {
  std::string text;
  std::uint32_t at_us = 1'000;
  for (const char* packet : kPackets) {
    text += fmt::format(
        "\n[[step]]\nat_us = {}\ninject = {{ packet = {}, count = {}, every_us = {} }}\nsay = \"Packets come.\"\n",
        at_us, packet, kPacketsOfAKind, kBetweenUs * std::size(kPackets));
    at_us += kBetweenUs;
  }
  return text;
}

}  // namespace

std::string fuzz_scenario(const FuzzPlan& plan) {
  std::string text = fmt::format(
      "title = \"Fuzzing from seed {}\"\n"
      "goal = \"Random system calls, faults and transfers: the kernel holds, and its tables stay consistent.\"\n"
      "end_us = {}\nfirst = \"warden\"\n",
      plan.seed, kLongestUs);
  // Every other machine has so few address-space identifiers that they are taken away all the time.
  if (plan.seed % 2 == 0) text += fmt::format("\n[machine]\nidentifiers = {}\n", 1 + plan.seed / 2 % 5);
  for (int i = 0; i < kFuzzers; ++i)
    text += fmt::format("\n[[env]]\nprogram = \"fuzzer\"\nname = \"fuzzer{}\"\nslices = 2\nparameters = [{}]\n", i,
                        plan.seed);
  for (std::uint64_t calls = kCallsPerAudit; calls < plan.calls + kCallsPerAudit; calls += kCallsPerAudit)
    text += fmt::format(
        "\n[[step]]\non = {{ event = \"Noted\", note = \"Fuzzed\", nth = {} }}\ninject = {{ action = \"audit\" }}\n"
        "say = \"{} calls were made.\"\n",
        kCallsPerAudit / kCallsPerNote, calls);
  text += packets();
  text +=
      "\n[[expect]]\ntext = \"The kernel does not panic, and what is the warden's own stays as it is\"\n"
      "holds = \"count(event Panic) == 0 and count(event Noted env = arbiter, note = CheckFailed) == 0\"\n";
  return text;
}

}  // namespace exo::session
