#include "tests/ui/scenes.hpp"

namespace exo::test {
namespace {

std::uint32_t own(MiniKernel& kernel, std::uint32_t env) {
  const std::uint32_t frame = kernel.allocate(env);
  kernel.emit(abi::Event::CapabilityMinted, abi::resource_of(abi::ResourceKind::Frame, frame), abi::kFrameRights, 1,
              env);
  return frame;
}

constexpr std::uint32_t micros(std::uint32_t us) { return abi::ticks_of_micros(us); }

}  // namespace

Lesson::Lesson() {
  kernel.boot();
  std::uint32_t envs[5];
  const char* names[] = {"arbiter", "polite", "saver", "slow", "stubborn"};
  for (int i = 0; i < 5; ++i) envs[i] = kernel.create(names[i], i == 0 ? 1 : 3);
  polite = envs[1];
  stubborn = envs[4];
  for (int i = 1; i < 5; ++i) {
    kernel.switch_to(envs[i]);
    for (std::uint32_t page = 0; page < 10 + std::uint32_t(i); ++page) {
      const std::uint32_t frame = own(kernel, envs[i]);
      if (envs[i] == polite) returned = frame;
      if (envs[i] == stubborn) demanded = frame;
      kernel.bind(envs[i], 0x10010 + page, frame, page % 3 != 0);
      if (page % 2 == 0) kernel.touch(envs[i], 0x10010 + page);
      kernel.wait(micros(4));
    }
  }
  kernel.touch(stubborn, 0x10010 + 13);
  kernel.switch_to(polite);
  first = kernel.revoke(polite, returned, 60, 50);
  kernel.wait(micros(8));
  kernel.ask(first);
  kernel.wait(micros(6));
  kernel.give_back(first);
  kernel.wait(micros(10));
  kernel.switch_to(stubborn);
  second = kernel.revoke(stubborn, demanded, 60, 50);
  kernel.ask(second);
  kernel.wait(micros(60));
  kernel.demand(second);
  kernel.wait(micros(19));
  kernel.note(stubborn, abi::Note::Ignored, demanded);
}

Crowd::Crowd() {
  kernel.boot();
  std::vector<std::uint32_t> envs;
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i)
    envs.push_back(kernel.create("library " + std::to_string(i), 1));
  std::vector<std::uint32_t> last(abi::kMaxEnvironments);
  for (std::uint32_t i = 0; i < abi::kFrameCount - abi::kMaxEnvironments + 1; ++i) {
    const std::uint32_t env = envs[i % envs.size()], page = 0x10010 + std::uint32_t(i / envs.size());
    if (i % 37 == 0) kernel.switch_to(env);
    last[env] = own(kernel, env);
    if (i % 2 == 0) kernel.bind(env, page, last[env], true);
    if (i % 16 == 0) kernel.touch(env, page);
  }
  // Some are over: returned, or taken by force. Others have those frames now, so that none is free.
  for (std::uint32_t i = 0; i < kOver; ++i) {
    const std::uint32_t env = envs[kUnderWay + i];
    kernel.switch_to(env);
    const std::uint32_t id = kernel.revoke(env, last[env], 40, 50);
    kernel.wait(micros(5));
    kernel.ask(id);
    kernel.wait(micros(12));
    i % 2 == 0 ? kernel.give_back(id) : kernel.abort(id);
    own(kernel, envs[envs.size() - 1 - i]);
  }
  // Under way: demanded, with the deadline running; asked, with patience left; and not heard yet.
  std::vector<std::uint32_t> ids;
  for (std::uint32_t i = 0; i < kUnderWay; ++i) {
    const std::uint32_t env = envs[i];
    kernel.switch_to(env);
    ids.push_back(kernel.revoke(env, last[env], i < kDemanded ? 60 : 400, 120 + i * 12));
    kernel.wait(micros(4));
    if (i >= kAsked) continue;
    kernel.ask(ids.back());
    kernel.wait(micros(3));
    if (i >= 10 && i - 10 < kDemanded) kernel.demand(ids[i - 10]);
  }
}

void feed(const MiniKernel& kernel, model::History& history) {
  history.append(std::span(kernel.trace).subspan(std::size_t(history.size())));
}

}  // namespace exo::test
