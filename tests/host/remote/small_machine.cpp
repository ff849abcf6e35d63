#include "tests/host/remote/small_machine.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/host/remote/small_processor.hpp"

namespace exo::test {

namespace {

using debugger::Direction;
using debugger::Environment;
using debugger::Instant;
using debugger::kKernel;
using debugger::Motion;
using debugger::Place;
using debugger::Stop;

constexpr std::uint32_t kPage = 4096;
constexpr std::uint32_t kStackTop = 0x7fff'0000, kKernelStackTop = 0x8020'0000, kStackPages = 4;
constexpr Instant kKeepEvery = 500;

}  // namespace

SmallMachine::SmallMachine(const std::string& folder) {
  load(kKernel, folder + "/kernel.elf");
  load(kFirst, folder + "/first.elf");
  load(kSecond, folder + "/second.elf");
  load(kLate, folder + "/second.elf");
}

void SmallMachine::load(Environment env, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < sizeof(Elf32_Ehdr)) throw std::runtime_error("no program " + path);
  Elf32_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  Space& space = now_.spaces[env];
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf32_Phdr part;
    std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof part, sizeof part);
    if (part.p_type != PT_LOAD) continue;
    for (std::uint32_t at = 0; at < part.p_memsz; ++at) {
      auto& page = space.pages[(part.p_vaddr + at) / kPage];
      page.resize(kPage);
      if (at < part.p_filesz) page[(part.p_vaddr + at) % kPage] = std::byte(bytes[part.p_offset + at]);
    }
  }
  const std::uint32_t stack = env == kKernel ? kKernelStackTop : kStackTop;
  for (std::uint32_t page = stack / kPage - kStackPages; page < stack / kPage; ++page) space.pages[page].resize(kPage);
  space.registers.pc = header.e_entry;
  space.registers.general[debugger::kStackPointer] = stack - 64;
  space.registers.entry_hi = env;
  paths_[env] = path;
}

std::vector<debugger::Thread> SmallMachine::everyone() const {
  std::vector<debugger::Thread> all = {{kKernel, "kernel", "waiting"},
                                       {kFirst, "first", "ready"},
                                       {kSecond, "second", "ready"},
                                       {kLate, "late", "not there yet"}};
  return all;
}

std::vector<debugger::Thread> SmallMachine::threads() const {
  auto all = everyone();
  if (now_.instant < kLateBegins)
    all.pop_back();
  else
    all.back().doing = "ready";
  for (auto& thread : all)
    if (thread.env == now_.running) thread.doing = "running";
  return all;
}

debugger::Program SmallMachine::program(Environment env) const {
  const auto found = paths_.find(env);
  if (found == paths_.end()) return {};
  return {std::string(everyone()[env].name), found->second};
}

std::optional<debugger::Registers> SmallMachine::registers(Environment env) {
  const auto found = now_.spaces.find(env);
  if (found == now_.spaces.end() || (env == kLate && now_.instant < kLateBegins)) return std::nullopt;
  return found->second.registers;
}

std::size_t SmallMachine::read(Environment env, std::uint32_t address, std::span<std::byte> out) {
  const auto found = now_.spaces.find(env);
  if (found == now_.spaces.end() || (env == kLate && now_.instant < kLateBegins)) return 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint32_t at = address + std::uint32_t(i);
    const auto page = found->second.pages.find(at / kPage);
    if (page == found->second.pages.end()) return i;
    out[i] = page->second[at % kPage];
  }
  return out.size();
}

SmallMachine::Access SmallMachine::step(World& world) {
  Space& space = world.spaces.at(world.running);
  Access access;
  SmallProcessor processor(space.registers, [&](std::uint32_t address, std::uint32_t bytes, bool write) {
    if (bytes != 0) access = {true, write, address, bytes};
    return space.pages.at(address / kPage).data() + address % kPage;
  });
  processor.step();
  ++world.instant;
  if (--world.left == 0) {
    if (world.running == kKernel) {
      world.running = world.next;
      world.left = kSlice;
      const Environment last = world.instant < kLateBegins ? kSecond : kLate;
      world.next = world.next >= last ? kFirst : world.next + 1;
    } else {
      world.running = kKernel;
      world.left = kKernelSlice;
    }
  }
  return access;
}

SmallMachine::World SmallMachine::at(Instant instant) {
  if (kept_.empty()) kept_.emplace(now_.instant, now_);
  auto from = kept_.upper_bound(instant);
  World world = from == kept_.begin() ? now_ : std::prev(from)->second;
  if (now_.instant <= instant && now_.instant > world.instant) world = now_;
  while (world.instant < instant) {
    step(world);
    if (world.instant % kKeepEvery == 0) kept_.emplace(world.instant, world);
  }
  return world;
}

const Place* SmallMachine::touched(Environment env, const Access& access) const {
  if (!access.happened) return nullptr;
  for (const Place& place : places_) {
    if (place.kind == Place::Kind::Execute || (place.env != debugger::kAnyone && place.env != env)) continue;
    if (place.kind == Place::Kind::Write && !access.write) continue;
    if (place.kind == Place::Kind::Read && access.write) continue;
    if (access.address < place.address + place.bytes && place.address < access.address + access.bytes) return &place;
  }
  return nullptr;
}

const Place* SmallMachine::standing(const World& world) const {
  for (const Place& place : places_)
    if (place.kind == Place::Kind::Execute && (place.env == debugger::kAnyone || place.env == world.running) &&
        world.spaces.at(world.running).registers.pc == place.address)
      return &place;
  return nullptr;
}

void SmallMachine::move(const Motion& motion) {
  if (kept_.empty()) kept_.emplace(now_.instant, now_);
  motion_ = motion;
  interrupted_ = false;
}

std::optional<Stop> SmallMachine::poll(std::chrono::microseconds) {
  if (!motion_) return std::nullopt;
  if (interrupted_) {
    motion_.reset();
    return stop(Stop::Why::Interrupted);
  }
  if (never_ends) return std::nullopt;
  const Stop result = go();
  motion_.reset();
  return result;
}

Stop SmallMachine::stop(Stop::Why why, const Place* place, std::uint32_t data) const {
  Stop result;
  result.why = why;
  result.instant = now_.instant;
  if (place != nullptr) result.place = *place;
  result.data = data;
  return result;
}

Stop SmallMachine::go() {
  if (motion_->kind == Motion::Kind::Until) {
    const Instant goal = std::min(motion_->until, kEnd);
    now_ = at(goal);
    return stop(goal == motion_->until ? Stop::Why::Arrived : Stop::Why::End);
  }
  return motion_->direction == Direction::Forward ? go_forward() : go_back();
}

bool SmallMachine::has_left() const {
  const std::uint32_t pc = now_.spaces.at(now_.running).registers.pc;
  const auto within = [pc](const auto& range) { return pc >= range.first && pc < range.end; };
  return std::ranges::none_of(motion_->leave, within) ||
         std::ranges::find(motion_->arrive, pc, &Place::address) != motion_->arrive.end();
}

Stop SmallMachine::go_forward() {
  const bool one = motion_->kind != Motion::Kind::Continue;
  bool done = false;  // one: an instruction of the environment was executed
  while (now_.instant < kEnd) {
    if (one && done && now_.running == motion_->env && has_left()) return stop(Stop::Why::Arrived);
    const Environment env = now_.running;
    const Access access = step(now_);
    if (now_.instant % kKeepEvery == 0) kept_.emplace(now_.instant, now_);
    done = done || env == motion_->env;
    if (const Place* place = touched(env, access); place != nullptr && (!one || env == motion_->env))
      return stop(Stop::Why::Place, place, access.address);
    if (one) continue;
    if (const Place* place = standing(now_); place != nullptr) return stop(Stop::Why::Place, place);
  }
  return stop(Stop::Why::End);
}

Stop SmallMachine::go_back() {
  const bool one = motion_->kind == Motion::Kind::Instruction;
  const Instant from = now_.instant;
  // Stretch by stretch, and in each forwards: what was found last is what comes first going back.
  for (Instant end = from; end > 0;) {
    const Instant begin = end > kKeepEvery ? (end - 1) / kKeepEvery * kKeepEvery : 0;
    World world = at(begin);
    std::optional<World> found;
    Stop reason;
    while (world.instant < end) {
      const Place* place = one ? nullptr : standing(world);
      if (place != nullptr || (one && world.running == motion_->env)) {
        found = world;
        reason = stop(one ? Stop::Why::Arrived : Stop::Why::Place, place);
      }
      const World before = place == nullptr && !places_.empty() ? world : World{};
      const Environment env = world.running;
      const Access access = step(world);
      const Place* data = touched(env, access);
      if (data != nullptr && (!one || env == motion_->env)) {
        found = place == nullptr ? before : *found;
        reason = stop(Stop::Why::Place, data, access.address);
      }
    }
    if (found) {
      now_ = *found;
      reason.instant = now_.instant;
      return reason;
    }
    end = begin;
  }
  now_ = at(0);
  return stop(Stop::Why::Beginning);
}

std::string SmallMachine::command(std::string_view line) {
  if (line == "envs") return "1 first\n2 second\n3 late\n";
  if (line == "help") return "envs               the environments\n";
  return fmt::format("'{}' is not a command; try help", line);
}

}  // namespace exo::test
