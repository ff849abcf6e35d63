// A machine of three environments and a kernel, small enough to be executed here: a debugger::Target for tests of what
// stands on one. It runs real programs (ELF files for MIPS), each at the same addresses in a memory of its own, a few
// instructions each in turn; a branch and its delay slot are one instruction, as QEMU's debugger has them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "explorer/debugger/target.hpp"

namespace exo::test {

class SmallMachine : public debugger::Target {
 public:
  static constexpr debugger::Environment kFirst = 1, kSecond = 2, kLate = 3;
  static constexpr debugger::Instant kLateBegins = 2'000, kEnd = 50'000;
  static constexpr unsigned kSlice = 50, kKernelSlice = 5;  ///< instructions

  /// `folder`: with first.elf, second.elf and kernel.elf.
  explicit SmallMachine(const std::string& folder);

  [[nodiscard]] debugger::Instant instant() const override { return now_.instant; }
  [[nodiscard]] debugger::Environment running() const override { return now_.running; }
  [[nodiscard]] std::vector<debugger::Thread> threads() const override;
  [[nodiscard]] std::vector<debugger::Thread> everyone() const override;
  [[nodiscard]] debugger::Program program(debugger::Environment env) const override;
  [[nodiscard]] std::optional<debugger::Registers> registers(debugger::Environment env) override;
  [[nodiscard]] std::size_t read(debugger::Environment env, std::uint32_t address, std::span<std::byte> out) override;
  [[nodiscard]] std::size_t read_physical(std::uint32_t, std::span<std::byte>) override { return 0; }
  void set_places(std::vector<debugger::Place> places) override { places_ = std::move(places); }
  void move(const debugger::Motion& motion) override;
  [[nodiscard]] bool moving() const override { return motion_.has_value(); }
  [[nodiscard]] std::optional<debugger::Stop> poll(std::chrono::microseconds budget) override;
  void interrupt() override { interrupted_ = true; }
  [[nodiscard]] std::string command(std::string_view line) override;

  [[nodiscard]] const std::vector<debugger::Place>& places() const { return places_; }
  /// Somebody else (the window) goes there.
  void jump(debugger::Instant instant) { now_ = at(instant); }
  bool never_ends = false;  ///< motions forward end only when they are interrupted

 private:
  struct Space {
    std::map<std::uint32_t, std::vector<std::byte>> pages;  ///< by address / kPage
    debugger::Registers registers;
  };
  struct World {
    debugger::Instant instant = 0;
    debugger::Environment running = debugger::kKernel;
    unsigned left = kKernelSlice;
    debugger::Environment next = kFirst;
    std::map<debugger::Environment, Space> spaces;
  };
  struct Access {
    bool happened = false, write = false;
    std::uint32_t address = 0, bytes = 0;
  };
  void load(debugger::Environment env, const std::string& path);
  static Access step(World& world);
  static Access execute(Space& space);
  [[nodiscard]] World at(debugger::Instant instant);
  [[nodiscard]] const debugger::Place* touched(debugger::Environment env, const Access& access) const;
  [[nodiscard]] const debugger::Place* standing(const World& world) const;
  [[nodiscard]] debugger::Stop go();
  [[nodiscard]] bool has_left() const;
  [[nodiscard]] debugger::Stop go_forward();
  [[nodiscard]] debugger::Stop go_back();
  [[nodiscard]] debugger::Stop stop(debugger::Stop::Why why, const debugger::Place* place = nullptr,
                                    std::uint32_t data = 0) const;

  std::map<debugger::Environment, std::string> paths_;
  World now_;
  std::map<debugger::Instant, World> kept_;
  std::vector<debugger::Place> places_;
  std::optional<debugger::Motion> motion_;
  bool interrupted_ = false;
};

}  // namespace exo::test
