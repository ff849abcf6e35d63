// The audit: the kernel shows its tables (events AuditBegan to AuditEnded), and they must equal the folded state, value
// by value. What the kernel doesn't show must be absent from the state too.
//
// Invariant: the auditor only reads the state. Every audited value is compared once; a value shown twice is a
// difference.
#pragma once
#include <bitset>
#include <string>
#include <vector>

#include "explorer/model/event.hpp"
#include "explorer/model/history.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

class Auditor {
 public:
  /// Takes an audit event and the state after it. `was_certain`: the state was certain before the event.
  void take(const Event& event, const State& state, bool was_certain);
  /// Events are missing: what was shown so far proves nothing.
  void interrupt() { under_way_ = false; }

  [[nodiscard]] const std::vector<AuditResult>& results() const { return results_; }

 private:
  template <class... Parts>
  void differ(const char* format, const Parts&... parts);
  template <class Value>
  void compare(std::uint64_t shown, Value folded, const std::string& what);
  template <std::size_t kSize>
  bool once(std::bitset<kSize>& shown, std::size_t index, const char* what);

  void begin(const Event& event, const State& state, bool was_certain);
  void environment(const Event& event, const State& state);
  void frame(const Event& event, const State& state);
  void binding(const Event& event, const State& state);
  void guarantee(const Event& event, const State& state);
  void tlb(const Event& event, const State& state);
  void slice(const Event& event, const State& state);
  void entry(const Event& event, const State& state);
  void processor(const Event& event, const State& state);
  void device(const Event& event, const State& state);
  void download(const Event& event, const State& state);
  void sleep(const Event& event, const State& state);
  void request(const Event& event, const State& state);
  void save(const Event& event, const State& state);
  void absences(const State& state);
  void end(const Event& event, const State& state);

  bool under_way_ = false;
  std::uint64_t records_ = 0;
  AuditResult result_;
  std::uint64_t kept_ = 0;  ///< differences in words, over all audits
  std::bitset<abi::kMaxEnvironments> envs_;
  std::bitset<abi::kFrameCount> frames_;
  std::bitset<abi::kStlbEntries> slots_;
  std::bitset<abi::kTlbEntries> tlb_;
  std::bitset<abi::kSlicePositions> slices_;
  std::bitset<abi::kMaxRequests> requests_;
  std::bitset<abi::kMaxEnvironments> entries_, processors_, sleeps_;
  std::bitset<abi::kMaxDownloads> downloads_;
  std::bitset<abi::kDevices> devices_;
  std::bitset<abi::kMaxEnvironments * abi::kGuaranteedMappings> guarantees_;
  std::bitset<abi::kMaxEnvironments * abi::kSaveLocations> saves_;
  std::vector<AuditResult> results_;
};

}  // namespace exo::model
