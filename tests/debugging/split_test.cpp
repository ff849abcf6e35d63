// A machine that was split in two: both go on as the one that was never split.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string_view>

#include "explorer/connection/guest_images.hpp"
#include "explorer/connection/replica.hpp"
#include "explorer/session/boot_plan.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::test {
namespace {

using connection::ProbeShared;
using connection::Replica;

constexpr std::chrono::seconds kPatience{30};
constexpr std::uint64_t kNear = 30'000;  // the blocks are of one instruction by then

void wait(Replica& replica) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!replica.held(std::chrono::milliseconds{50}))
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "is not held at " << replica.probe().instructions;
}

// Goes to exactly that many instructions.
void go(Replica& replica, std::uint64_t instruction) {
  wait(replica);
  for (const bool fine : {false, true}) {
    replica.one_by_one(fine);
    replica.probe().logging = fine ? 1 : 0;
    const std::uint64_t to = fine ? instruction : instruction - std::min(instruction, kNear);
    if (replica.probe().instructions >= to) continue;
    replica.probe().hold_instruction = to;
    replica.release();
    wait(replica);
  }
  ASSERT_EQ(replica.probe().instructions, instruction);
}

std::size_t memory_of(const Replica& replica) {
  const auto ram = replica.memory().ram().subspan(abi::kKernelPhysical);
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(ram.data()), ram.size()});
}

void expect_same(Replica& a, Replica& b) {
  EXPECT_EQ(a.probe().instructions, b.probe().instructions);
  EXPECT_EQ(a.probe().events, b.probe().events);
  EXPECT_EQ(a.probe().running, b.probe().running);
  EXPECT_EQ(a.register_text(), b.register_text());
  EXPECT_EQ(memory_of(a), memory_of(b)) << "at " << a.probe().instructions;
}

// One that nobody has waited for yet is not.
bool is_alive(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(status, line);
  const auto after_name = line.rfind(") ");
  return after_name != std::string::npos && line[after_name + 2] != 'Z';
}

class Split : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = std::string(EXO_SCENARIOS) + "/abort-deadline.toml";
    plan_ = session::boot_plan(session::read_scenario_file(path), path, session::files_beside(path), {});
    options_ = session::machine_options(plan_);
  }
  [[nodiscard]] std::unique_ptr<Replica> boot() const {
    return std::make_unique<Replica>(*plan_.images, options_, [](ProbeShared&) {});
  }
  session::BootPlan plan_;
  connection::MachineOptions options_;
};

TEST_F(Split, BothGoOnAsTheOneThatWasNeverSplit) {
  const auto whole = boot(), first = boot();
  for (const std::uint64_t at : {200'000u, 1'000'000u, 3'000'000u}) {
    go(*first, at);
    const auto second = first->split();
    ASSERT_NE(second, nullptr) << "this QEMU can't be split";
    expect_same(*first, *second);
    go(*second, at + 700'000);
    go(*first, at + 700'000);
    go(*whole, at + 700'000);
    expect_same(*whole, *second);
    expect_same(*whole, *first);
  }
}

TEST_F(Split, ACopyIsSplitAgainAndOutlivesTheFirst) {
  const auto whole = boot();
  auto first = boot();
  go(*first, 500'000);
  auto kept = first->split();
  first.reset();
  go(*whole, 900'000);
  for (int i = 0; i < 5; ++i) {
    const auto again = kept->split();
    go(*again, 900'000);
    expect_same(*whole, *again);
  }
}

// Whoever made them may be killed: then nobody is left to end the copies but they themselves.
TEST_F(Split, NoCopyOutlivesWhoeverMadeIt) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t maker = ::fork();
  if (maker == 0) {
    std::array<pid_t, 3> made{};
    const auto first = boot();
    while (!first->held(std::chrono::milliseconds{50})) continue;
    const auto waits = first->split(), runs = waits->split();
    made = {first->pid(), waits->pid(), runs->pid()};
    runs->probe().hold_instruction = connection::kProbeNever;
    runs->probe().hold_event = connection::kProbeNever;
    runs->release();
    [[maybe_unused]] const ssize_t told = ::write(ends[1], made.data(), sizeof made);
    for (;;) ::pause();
  }
  std::array<pid_t, 3> made{};
  ASSERT_EQ(::read(ends[0], made.data(), sizeof made), ssize_t(sizeof made));
  for (const pid_t pid : made) EXPECT_EQ(::kill(pid, 0), 0);
  ASSERT_EQ(::kill(maker, SIGKILL), 0);
  ::waitpid(maker, nullptr, 0);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (const pid_t pid : made)
    while (is_alive(pid) && std::chrono::steady_clock::now() < until) ::usleep(1'000);
  for (const pid_t pid : made) EXPECT_FALSE(is_alive(pid)) << pid;
}

}  // namespace
}  // namespace exo::test
