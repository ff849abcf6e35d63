#include "explorer/session/rerun_memory.hpp"

#include <algorithm>

#include "kernel/abi/memory_layout.hpp"

namespace exo::session {
namespace {

constexpr std::uint32_t kUnmappedEnd = 0xc000'0000;  // MIPS32: kseg0 and kseg1 are the physical addresses, twice
constexpr std::uint32_t kUnmappedMask = 0x1fff'ffff;

std::optional<std::uint32_t> page_of(const model::State& state, std::uint32_t env, std::uint32_t page) {
  if (env == 0 || env >= state.envs.size()) return std::nullopt;
  if (const model::StlbState* entry = model::stlb_entry(state, model::tag_of(state, env, page)); entry != nullptr)
    if (const std::uint32_t lo = entry->lo[page & 1]; (lo & abi::kLoValid) != 0) return abi::entry_lo_pfn(lo);
  for (const model::GuaranteeState& guarantee : state.envs[env].guarantees)
    if (guarantee.flags != 0 && guarantee.page == page && guarantee.pfn != model::kNoPfn) return guarantee.pfn;
  if (page == abi::kEnvironmentPageAddress >> abi::kPageShift && state.envs[env].page_frame < abi::kFrameCount)
    return abi::pfn_of_frame(state.envs[env].page_frame);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> physical_of(const model::State& state, std::uint32_t env, std::uint32_t address) {
  if (address >= abi::kUserEnd) {
    const std::uint32_t physical = address & kUnmappedMask;
    if (address >= kUnmappedEnd || physical >= abi::kRamBytes) return std::nullopt;
    return physical;
  }
  const auto pfn = page_of(state, env, address >> abi::kPageShift);
  if (!pfn || *pfn >= abi::kRamBytes >> abi::kPageShift) return std::nullopt;
  return *pfn << abi::kPageShift | (address & (abi::kPageSize - 1));
}

std::size_t read_memory(const model::State& state, std::span<const std::byte> ram, std::uint32_t env,
                        std::uint32_t address, std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const std::uint32_t at = address + std::uint32_t(done);
    if (at < address) break;
    const auto physical = physical_of(state, env, at);
    if (!physical) break;
    const std::size_t count = std::min<std::size_t>(out.size() - done, abi::kPageSize - (at & (abi::kPageSize - 1)));
    done += read_physical(ram, *physical, out.subspan(done, count));
  }
  return done;
}

std::size_t read_physical(std::span<const std::byte> ram, std::uint32_t address, std::span<std::byte> out) {
  if (address >= ram.size()) return 0;
  const std::size_t count = std::min(out.size(), ram.size() - address);
  std::copy_n(ram.begin() + address, count, out.begin());
  return count;
}

}  // namespace exo::session
