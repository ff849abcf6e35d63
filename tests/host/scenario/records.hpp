// Hand-written traces for tests: a record a line, with times and sequence numbers filled in.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::test {

class Records {
 public:
  /// The clock goes on by 10 us (1,666 ticks) an event.
  Records& add(abi::Event event, std::uint16_t env, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0,
               std::uint32_t d = 0) {
    const auto number = std::uint32_t(all_.size());
    all_.push_back({number * 1666 + 1666, number, std::uint16_t(event), env, 0, {a, b, c, d}});
    return *this;
  }
  Records& boot() { return add(abi::Event::Boot, 0, 1, abi::kFrameCount, abi::kTlbEntries, abi::kStlbEntries); }
  /// Environment `env` exists and is called so.
  Records& environment(std::uint32_t env, std::string_view name) {
    add(abi::Event::EnvCreated, 0, env, env, 1, 4000 + env);
    std::uint32_t words[3]{};
    for (std::size_t i = 0; i < name.size() && i < 12; ++i)
      words[i / 4] |= std::uint32_t(static_cast<unsigned char>(name[i])) << (i % 4 * 8);
    return add(abi::Event::EnvNamed, 0, env, words[0], words[1], words[2]);
  }
  /// An audit that shows nothing and the command that ends the scenario, both at `tick`.
  Records& end(std::uint32_t tick) {
    control(abi::ControlOp::Audit, 0, 0, 0, tick);
    return control(abi::ControlOp::Stop, 0, 0, 0, tick);
  }
  Records& control(abi::ControlOp op, std::uint32_t env, std::uint32_t a, std::uint32_t b, std::uint32_t tick) {
    return add(abi::Event::ControlTaken, 0, std::uint32_t(op) | env << 16, a, b, tick);
  }
  [[nodiscard]] const std::vector<abi::TraceRecord>& all() const { return all_; }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

 private:
  std::vector<abi::TraceRecord> all_;
};

}  // namespace exo::test
