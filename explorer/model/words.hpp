// Plain words for events, frames, pages and the rest, the same in the window, on the command line and in scenarios.
#pragma once
#include <string>
#include <string_view>

#include "explorer/model/event.hpp"
#include "explorer/model/state.hpp"

namespace exo::model {

[[nodiscard]] std::string_view event_name(abi::Event id);  ///< "RevokeAborted"; "unknown" for a number not in the table
[[nodiscard]] std::string_view event_category(abi::Event id);  ///< "revocation"
[[nodiscard]] bool is_known(abi::Event id);

/// Name of an environment as shown: its name, "the kernel" for 0, "environment 7" when it has none.
[[nodiscard]] std::string env_name(const State& state, std::uint32_t env);

/// The event as one plain sentence; `state` gives names (the state after the event).
[[nodiscard]] std::string sentence(const Event& event, const State& state);

/// The value of a field by name ("frame", "owner", "env", "time"), in words; empty when the event has no such field.
[[nodiscard]] std::string field_text(const Event& event, std::string_view field, const State& state);
/// The same as a raw number; returns false when there is no such field.
[[nodiscard]] bool field_value(const Event& event, std::string_view field, std::uint64_t& value);

[[nodiscard]] std::string_view status_text(std::uint32_t status);
[[nodiscard]] std::string_view reason_text(std::uint32_t reason);
[[nodiscard]] std::string_view verdict_text(std::uint32_t verdict);
[[nodiscard]] std::string_view verdict_detail(std::uint32_t verdict);  ///< what its detail is: "register"
[[nodiscard]] std::string_view helper_name(std::uint32_t helper);      ///< "copy"; empty when there is none
[[nodiscard]] std::string_view helper_text(std::uint32_t helper);      ///< "copies bytes"
[[nodiscard]] std::string_view upcall_name(std::uint32_t upcall);
[[nodiscard]] std::string rights_text(std::uint32_t rights);  ///< "read, write"
[[nodiscard]] std::string flags_text(std::uint32_t flags);

/// "frame 37", "any frame", "no copy" (kNoFrame).
[[nodiscard]] std::string frame_text(std::uint32_t frame);
/// What a revocation request asks for: "frame 37", "any frame", "slice 3", "any slice",
/// "download 4".
[[nodiscard]] std::string asked_text(std::uint32_t asked);
[[nodiscard]] std::string_view download_kind_name(abi::DownloadKind kind);  ///< "handler"
[[nodiscard]] std::string download_text(std::uint32_t download);            ///< "download 4"
/// What became of a packet: "in the ring in frame 12", "dropped: nobody claims it".
[[nodiscard]] std::string fate_text(const PacketState& packet, const State& state);
[[nodiscard]] std::string_view device_name(std::uint32_t device);  ///< "keyboard"
/// "frame 37", or "kernel page 0x820" for a physical page that isn't an exported frame.
[[nodiscard]] std::string pfn_text(std::uint32_t pfn);
/// The pages of a TLB or STLB tag: "pages 0x410 and 0x411 of stubborn"; "nothing" for an invalid one.
[[nodiscard]] std::string tag_text(std::uint32_t entry_hi, const State& state);
/// Whose pages a TLB or STLB tag speaks of: "stubborn", or "address space 9" when nobody has it.
[[nodiscard]] std::string tag_owner(std::uint32_t entry_hi, const State& state);
/// What a half maps: "frame 37, writable"; "nothing" when it isn't valid.
[[nodiscard]] std::string lo_text(std::uint32_t entry_lo);
/// "frame 5", "environment stubborn", "the first program's authority".
[[nodiscard]] std::string resource_text(std::uint32_t resource, const State& state);
/// A time or a span in microseconds: "1234.56 µs".
[[nodiscard]] std::string micros_text(Ticks ticks);
/// "returned", "taken by force", "pending", "ended".
[[nodiscard]] std::string_view outcome_text(Outcome outcome);
[[nodiscard]] std::string_view env_state_text(abi::EnvState state);  ///< "ready"

/// Why an environment runs or doesn't: "runs in a slice of ledger", "waits for service to answer", "owes 3 slices".
[[nodiscard]] std::string condition_text(const State& state, std::uint32_t env);

/// Text that came from the guest, fit to be shown: bytes that aren't printable ASCII are escaped.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace exo::model
