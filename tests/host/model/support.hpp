// What the model's tests share: building records by hand, and comparing two states completely.
#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <memory>
#include <random>
#include <vector>

#include "explorer/model/decode.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/reduce.hpp"
#include "explorer/model/state_text.hpp"
#include "tests/host/model/mini_kernel.hpp"

namespace exo::test {

/// Everything in a state as bytes that can be compared, padding left out: the text plus the stamps that it doesn't
/// show.
inline std::string fingerprint(const model::State& state) {
  std::string text = model::state_text(state);
  const auto add = [&text](auto value) { text.append(reinterpret_cast<const char*>(&value), sizeof value); };
  for (const auto& frame : state.frames) add(frame.changed), add(frame.last_owner), add(frame.taken), add(frame.in_tlb);
  for (const auto& entry : state.stlb) add(entry.changed);
  for (const auto& entry : state.tlb) add(entry.changed), add(entry.written);
  for (const auto& env : state.envs) add(env.changed), add(env.last_note), add(env.since), add(env.behaviour);
  for (const auto& request : state.requests) add(request.done_event), add(request.armed_event);
  add(state.adopting);
  add(state.certain);
  return text;
}

/// The counts in a state, made anew from its tables: the fold must have kept them.
inline void expect_counts_hold(const model::State& state) {
  std::uint32_t free = 0, used = 0;
  std::vector<std::uint32_t> frames(abi::kMaxEnvironments), guaranteed(abi::kMaxEnvironments),
      slices(abi::kMaxEnvironments);
  std::vector<std::uint32_t> bindings(abi::kFrameCount), in_tlb(abi::kFrameCount);
  for (const auto& entry : state.stlb) {
    used += entry.tag != abi::kStlbFree;
    for (const std::uint32_t lo : entry.lo)
      if (lo != 0 && abi::is_exported(abi::entry_lo_pfn(lo))) ++bindings[abi::frame_of_pfn(abi::entry_lo_pfn(lo))];
  }
  for (const auto& entry : state.tlb)
    for (const std::uint32_t lo : entry.lo)
      if ((lo & abi::kLoValid) != 0 && abi::is_exported(abi::entry_lo_pfn(lo)))
        ++in_tlb[abi::frame_of_pfn(abi::entry_lo_pfn(lo))];
  for (std::uint32_t i = 0; i < abi::kFrameCount; ++i) {
    const auto& frame = state.frames[i];
    free += frame.owner == 0 && (frame.flags & abi::kFrameSaving) == 0;
    ASSERT_EQ(frame.bindings, bindings[i]) << "frame " << i;
    ASSERT_EQ(frame.in_tlb, in_tlb[i]) << "frame " << i;
    if (frame.owner != 0) ++frames[frame.owner];
    if (frame.owner != 0 && (frame.flags & abi::kFrameGuaranteed) != 0) ++guaranteed[frame.owner];
  }
  for (const std::uint8_t owner : state.slices)
    if (owner != 0) ++slices[owner];
  EXPECT_EQ(state.free_frames, free);
  EXPECT_EQ(state.stlb_used, used);
  for (std::uint32_t i = 1; i < abi::kMaxEnvironments; ++i) {
    EXPECT_EQ(state.envs[i].frames, frames[i]) << "environment " << i;
    EXPECT_EQ(state.envs[i].guaranteed, guaranteed[i]) << "environment " << i;
    EXPECT_EQ(state.envs[i].slices, slices[i]) << "environment " << i;
  }
}

/// Folded from the beginning, record by record, without History.
inline std::unique_ptr<model::State> fold_from_scratch(const model::History& history, model::EventNumber upto) {
  auto state = std::make_unique<model::State>();
  std::size_t gap = 0;
  for (model::EventNumber n = 1; n <= upto; ++n) {
    for (; gap < history.gaps().size() && history.gaps()[gap].after < n; ++gap)
      model::apply_gap(*state, history.gaps()[gap].lost);
    const model::Event event = history.event(n);
    if (model::check(history.record(n)) == model::Fault::None)
      model::reduce(*state, event);
    else
      model::skip(*state, event);
  }
  return state;
}

/// Records with random bytes, sometimes almost right: known events, arguments at the edges of their ranges.
inline std::vector<abi::TraceRecord> hostile_records(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  const std::uint32_t edges[] = {0,
                                 1,
                                 2,
                                 63,
                                 64,
                                 4095,
                                 4096,
                                 abi::kAnyFrame,
                                 abi::kNoFrame,
                                 abi::pfn_of_frame(0),
                                 abi::pfn_of_frame(4095),
                                 abi::pfn_of_frame(4096),
                                 0x7fff'ffff,
                                 0x8000'0000,
                                 15,
                                 16};
  std::vector<abi::TraceRecord> records;
  std::uint32_t time = 0, sequence = 0;
  for (std::size_t i = 0; i < count; ++i) {
    abi::TraceRecord record;
    auto word = [&] { return std::uint32_t(random()); };
    const bool wild = random() % 50 == 0;
    record.time = wild ? word() : time += word() % 1000;
    record.sequence = random() % 500 == 0 ? word() : sequence;
    sequence = record.sequence + 1;
    record.event = std::uint16_t(wild ? word() : word() % 96);
    record.environment = std::uint16_t(wild ? word() : word() % 66);
    record.pc = word();
    for (std::uint32_t& argument : record.arguments)
      argument = random() % 2 == 0 ? word() % 80 : random() % 2 == 0 ? edges[word() % std::size(edges)] : word();
    records.push_back(record);
  }
  return records;
}

}  // namespace exo::test
