// trace_events.def as a table that can be looked up by event number: names, argument kinds, sentence, and the range in
// which each argument makes sense. decode() checks against the ranges, words.cpp formats by the kinds; neither knows
// single events.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "kernel/abi/exposed.hpp"
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"
#include "kernel/abi/tables.hpp"
#include "kernel/abi/trace_ring.hpp"

namespace exo::model {

// g++ 12 takes the enumerator Ticks for a shadow of the type.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
enum class ArgumentKind : std::uint8_t {
  None,
  Env,
  Frame,
  Pfn,
  Vpn,
  Address,
  Flags,
  Rights,
  Count,
  Ticks,
  Micros,
  Pair,
  Request,
  Status,
  Reason,
  Upcall,
  EntryHi,
  EntryLo,
  Resource,
  Asked,
  Download,
  Kind,
  Verdict,
  Device,
  State,
  Op,
  Note,
  Text
};
#pragma GCC diagnostic pop

/// Categories in the order of the table; Unknown is for events that are not in it.
enum class Category : std::uint8_t {
  kernel,
  environment,
  frame,
  capability,
  binding,
  tlb,
  processor,
  upcall,
  transfer,
  revocation,
  control,
  application,
  audit,
  download,
  packet,
  Unknown
};
inline constexpr std::size_t kCategories = std::size_t(Category::Unknown);

/// An argument is good when low <= value <= high, or value is kAnyFrame with any, or kNoFrame with none, or names a
/// slice or a download (with any: or kAnySlice) with asked.
struct Range {
  std::uint32_t low = 0;
  std::uint32_t high = 0xffff'ffff;
  bool any = false;
  bool none = false;
  bool asked = false;
  [[nodiscard]] constexpr bool holds(std::uint32_t value) const {
    return value - low <= high - low || (any && value == abi::kAnyFrame) || (none && value == abi::kNoFrame) ||
           (asked && (value - abi::kAskedSlice < abi::kSlicePositions || (any && value == abi::kAnySlice) ||
                      value - abi::kAskedDownload < abi::kMaxDownloads));
  }
};

struct EventRow {
  std::string_view name{};
  std::string_view category_name{};
  Category category = Category::Unknown;
  std::array<ArgumentKind, 4> kinds{};
  std::array<std::string_view, 4> names{};
  std::array<Range, 4> ranges{};
  std::string_view text{};
  [[nodiscard]] constexpr bool known() const { return !name.empty(); }
};

namespace table_detail {

inline constexpr std::uint32_t kMostProtected = 1024;  ///< pages in one call of protect

constexpr bool is_revocation_of_any(std::string_view event) {
  return event == "RevokeRequested" || event == "RevokeAsked" || event == "RevokeDemanded" || event == "AuditRequest" ||
         event == "SaveLocationSet" || event == "AuditSave";
}

/// Environments that must be named: 0, the kernel, would make no sense there.
constexpr bool needs_environment(std::string_view event, std::string_view argument) {
  if (event == "FrameFreed" || event == "CapabilityMinted" || event == "FrameTransferred") return argument == "to";
  if (event == "DeviceBound" || event == "AuditDevice" || event == "PacketClaimed") return false;
  if (argument == "to") return event != "Switched";
  return argument == "created" || argument == "named" || argument == "started" || argument == "killed" ||
         argument == "gone" || argument == "owner" || argument == "holder" || argument == "shown" ||
         argument == "submitted" || argument == "server" || argument == "resumed" || argument == "parked" ||
         argument == "waiting" || argument == "caller" || argument == "sleeper" || argument == "woken";
}

constexpr Range range_of(std::string_view event, ArgumentKind kind, std::string_view argument) {
  switch (kind) {
    case ArgumentKind::Env:
      return {needs_environment(event, argument) ? 1u : 0u, abi::kMaxEnvironments - 1};
    case ArgumentKind::Frame: {
      const bool saved = argument == "saved" || argument == "save";
      const bool set = event == "SaveLocationSet";
      return {0, abi::kFrameCount - 1, !saved && is_revocation_of_any(event), saved || set};
    }
    case ArgumentKind::Asked:
      return {0, abi::kFrameCount - 1, is_revocation_of_any(event), false, true};
    case ArgumentKind::Download:
      return {argument == "download" ? 1u : 0u, abi::kMaxDownloads - 1};
    case ArgumentKind::Kind:
      return {0, abi::kDownloadKinds - 1};
    case ArgumentKind::Device:
      return {0, abi::kDevices - 1};
    case ArgumentKind::Pfn:  // a guaranteed mapping may be without its frame
      return {0, (abi::kRamBytes >> abi::kPageShift) - 1, event == "AuditGuarantee"};
    case ArgumentKind::Vpn:
      return {0, (abi::kUserEnd >> abi::kPageShift) - 1};
    case ArgumentKind::Request:
      return {1, 0xffff'ffff};
    case ArgumentKind::State:
      return {0, std::uint32_t(abi::EnvState::Dormant)};
    case ArgumentKind::Count:
      if (argument == "index") return {0, abi::kTlbEntries - 1};
      if (argument == "position") return {0, abi::kSlicePositions - 1};
      if (argument == "asid") return {event == "IdentifierGiven" ? 1u : 0u, abi::kIdentifiers};
      if (argument == "excess") return {0, 255};
      if (event == "Protected" && argument == "pages") return {0, kMostProtected};
      if (argument == "slot") {
        const bool save = event == "SaveLocationSet" || event == "AuditSave";
        return {0, (save ? abi::kSaveLocations : abi::kStlbEntries) - 1};
      }
      return {};
    default:
      return {};
  }
}

constexpr std::array<EventRow, abi::kEventNumbers> make() {
  std::array<EventRow, abi::kEventNumbers> rows{};
#define EVENT(number, Name, cat, k0, n0, k1, n1, k2, n2, k3, n3, sentence)                              \
  {                                                                                                     \
    EventRow& row = rows[number];                                                                       \
    row.name = #Name;                                                                                   \
    row.category_name = #cat;                                                                           \
    row.category = Category::cat;                                                                       \
    row.kinds = {ArgumentKind::k0, ArgumentKind::k1, ArgumentKind::k2, ArgumentKind::k3};               \
    row.names = {#n0, #n1, #n2, #n3};                                                                   \
    for (std::size_t i = 0; i < 4; ++i) row.ranges[i] = range_of(row.name, row.kinds[i], row.names[i]); \
    row.text = sentence;                                                                                \
  }
#include "kernel/abi/trace_events.def"
#undef EVENT
  return rows;
}

}  // namespace table_detail

inline constexpr std::array<EventRow, abi::kEventNumbers> kEventTable = table_detail::make();
inline constexpr EventRow kUnknownRow{};

/// The row of an event; a row without a name for numbers that the table doesn't have.
constexpr const EventRow& row_of(abi::Event id) {
  return std::size_t(id) < kEventTable.size() ? kEventTable[std::size_t(id)] : kUnknownRow;
}
constexpr const EventRow& row_of(std::uint16_t id) { return row_of(abi::Event(id)); }

[[nodiscard]] std::string_view category_name(Category category);  ///< "revocation"

}  // namespace exo::model
