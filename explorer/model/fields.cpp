// Values in words: the vocabulary that every sentence, table and panel shares.
#include "explorer/model/fields.hpp"

#include <fmt/format.h>

#include <array>

#include "explorer/model/words.hpp"

namespace exo::model {

namespace {

struct Word {
  std::uint32_t number;
  std::string_view text;
};

template <std::size_t kSize>
std::string_view look_up(const std::array<Word, kSize>& words, std::uint32_t number, std::string_view otherwise) {
  for (const Word& word : words)
    if (word.number == number) return word.text;
  return otherwise;
}

constexpr auto kStatusTexts = std::to_array<Word>({
#define STATUS(number, name, text) {number, text},
#include "kernel/abi/status.def"
#undef STATUS
});
constexpr auto kReasonTexts = std::to_array<Word>({
#define REASON(number, name, text) {number, text},
#include "kernel/abi/reasons.def"
#undef REASON
});
constexpr auto kVerdictTexts = std::to_array<Word>({
#define VERDICT(number, name, text, detail) {number, text},
#include "kernel/abi/verdicts.def"
#undef VERDICT
});
constexpr auto kVerdictDetails = std::to_array<Word>({
#define VERDICT(number, name, text, detail) {number, detail},
#include "kernel/abi/verdicts.def"
#undef VERDICT
});
constexpr auto kHelperNames = std::to_array<Word>({
#define HELPER(number, name, a, b, c, kinds, cost, text) {number, #name},
#include "kernel/abi/helpers.def"
#undef HELPER
});
constexpr auto kHelperTexts = std::to_array<Word>({
#define HELPER(number, name, a, b, c, kinds, cost, text) {number, text},
#include "kernel/abi/helpers.def"
#undef HELPER
});
constexpr auto kUpcallNames = std::to_array<Word>({
#define UPCALL(number, name, synchronous, arguments, text) {number, #name},
#include "kernel/abi/upcalls.def"
#undef UPCALL
});
constexpr auto kRights = std::to_array<Word>({{abi::kRightRead, "read"},
                                              {abi::kRightWrite, "write"},
                                              {abi::kRightControl, "control"},
                                              {abi::kRightSetUp, "set up"},
                                              {abi::kRightDestroy, "destroy"},
                                              {abi::kRightCreate, "create environments"},
                                              {abi::kRightMemory, "ask for frames back"},
                                              {abi::kRightProcessor, "give out slices"},
                                              {abi::kRightDevices, "give out devices"},
                                              {abi::kRightCall, "enter"},
                                              {abi::kRightUse, "use"},
                                              {abi::kRightNarrow, "make claims within it"}});
constexpr auto kFlags = std::to_array<Word>({{abi::kBindRead, "read"},
                                             {abi::kBindWrite, "write"},
                                             {abi::kBindGuaranteed, "guaranteed"},
                                             {abi::kBindExposed, "exposed"}});

template <std::size_t kSize>
std::string bits_text(const std::array<Word, kSize>& words, std::uint32_t bits, std::string_view none) {
  std::string text;
  const auto add = [&text](std::string_view word) {
    if (!text.empty()) text += ", ";
    text += word;
  };
  for (const Word& word : words) {
    if ((bits & word.number) == 0) continue;
    add(word.text);
    bits &= ~word.number;
  }
  if (bits != 0) add(fmt::format("unknown bits {:#x}", bits));
  return text.empty() ? std::string(none) : text;
}

std::string pair_text(std::uint32_t pair) {
  const std::uint32_t patience = pair >> 16, deadline = pair & 0xffff;
  if (deadline == 0) return fmt::format("patience {} µs, no deadline", patience);
  return patience == 0 ? fmt::format("deadline {} µs", deadline)
                       : fmt::format("patience {} µs, then deadline {} µs", patience, deadline);
}

}  // namespace

std::string_view status_text(std::uint32_t status) { return look_up(kStatusTexts, status, "an unknown status"); }
std::string_view reason_text(std::uint32_t reason) { return look_up(kReasonTexts, reason, "for an unknown reason"); }
std::string_view verdict_text(std::uint32_t verdict) {
  return look_up(kVerdictTexts, verdict, "for an unknown reason");
}
std::string_view verdict_detail(std::uint32_t verdict) { return look_up(kVerdictDetails, verdict, "-"); }
std::string_view helper_name(std::uint32_t helper) { return look_up(kHelperNames, helper, ""); }
std::string_view helper_text(std::uint32_t helper) { return look_up(kHelperTexts, helper, ""); }
std::string_view upcall_name(std::uint32_t upcall) { return look_up(kUpcallNames, upcall, "unknown upcall"); }
std::string rights_text(std::uint32_t rights) { return bits_text(kRights, rights, "nothing"); }
std::string flags_text(std::uint32_t flags) { return bits_text(kFlags, flags, "no access"); }

std::string_view outcome_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::Pending:
      return "pending";
    case Outcome::Returned:
      return "returned";
    case Outcome::Aborted:
      return "taken by force";
    case Outcome::Ended:
      return "ended";
  }
  return "unknown";
}

std::string_view env_state_text(abi::EnvState state) {
  switch (state) {
    case abi::EnvState::Free:
      return "free";
    case abi::EnvState::Building:
      return "being built";
    case abi::EnvState::Ready:
      return "ready";
    case abi::EnvState::Running:
      return "running";
    case abi::EnvState::Dormant:
      return "dormant";
  }
  return "unknown";
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (const char character : text) {
    if (character == '\n')
      shown += "\\n";
    else if (character >= 0x20 && character < 0x7f)
      shown += character;
    else
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(character));
  }
  return shown;
}

std::string four_characters(std::uint32_t word) {
  std::string text;
  for (int i = 0; i < 4; ++i)
    if (const char character = char((word >> (8 * i)) & 0xff); character != '\0') text += character;
  return printable(text);
}

std::string env_name(const State& state, std::uint32_t env) {
  if (env == 0) return "the kernel";
  if (env < state.envs.size() && state.envs[env].name[0] != '\0') {
    // Never longer than the field, whatever the guest put there.
    const std::string_view name(state.envs[env].name, abi::kNameBytes);
    return printable(name.substr(0, name.find('\0')));
  }
  return fmt::format("environment {}", env);
}

std::string frame_text(std::uint32_t frame) {
  if (frame == abi::kAnyFrame) return "any frame";
  if (frame == abi::kNoFrame) return "no copy";
  return fmt::format("frame {}", frame);
}

std::string_view download_kind_name(abi::DownloadKind kind) {
  switch (kind) {
    case abi::DownloadKind::None:
      break;
    case abi::DownloadKind::Claim:
      return "claim";
    case abi::DownloadKind::Filter:
      return "filter";
    case abi::DownloadKind::Handler:
      return "handler";
    case abi::DownloadKind::Predicate:
      return "predicate";
    case abi::DownloadKind::Computation:
      return "computation";
  }
  return "download";
}

std::string download_text(std::uint32_t download) {
  return download == 0 ? "no download" : fmt::format("download {}", download);
}

std::string fate_text(const PacketState& packet, const State& state) {
  const std::string owner = packet.owner != 0 ? env_name(state, packet.owner) : std::string("nobody");
  switch (packet.fate) {
    case Fate::Arrived:
      return "has just arrived";
    case Fate::Claimed:
      return "belongs to " + owner;
    case Fate::Delivered:
      return fmt::format("belongs to {}, in the ring in {}", owner, frame_text(packet.ring));
    case Fate::Handled:
      return fmt::format("belongs to {}, whose handler has dealt with it", owner);
    case Fate::Dropped:
      break;
  }
  return packet.owner == 0 ? fmt::format("dropped: {}", reason_text(packet.reason))
                           : fmt::format("belongs to {}, dropped: {}", owner, reason_text(packet.reason));
}

std::string asked_text(std::uint32_t asked) {
  if (abi::asks_for_download(asked)) return download_text(asked & 0xffff);
  if (!abi::asks_for_slice(asked)) return frame_text(asked);
  return asked == abi::kAnySlice ? "any slice" : fmt::format("slice {}", asked & 0xffff);
}

std::string_view device_name(std::uint32_t device) {
  switch (abi::Device(device)) {
    case abi::Device::Console:
      return "console";
    case abi::Device::Keyboard:
      return "keyboard";
    case abi::Device::Wire:
      return "wire";
  }
  return "unknown device";
}

std::string pfn_text(std::uint32_t pfn) {
  if (pfn == kNoPfn) return "no frame";
  return abi::is_exported(pfn) ? fmt::format("frame {}", abi::frame_of_pfn(pfn))
                               : fmt::format("kernel page {:#x}", pfn);
}

std::string tag_owner(std::uint32_t entry_hi, const State& state) {
  const std::uint32_t env = holder_of(state, entry_hi);
  return env != 0 ? env_name(state, env) : fmt::format("address space {}", abi::entry_hi_asid(entry_hi));
}

std::string tag_text(std::uint32_t entry_hi, const State& state) {
  if (entry_hi >= abi::kUserEnd) return "nothing";
  const std::uint32_t page = abi::entry_hi_vpn(entry_hi);
  return fmt::format("pages {:#x} and {:#x} of {}", page, page + 1, tag_owner(entry_hi, state));
}

std::string lo_text(std::uint32_t entry_lo) {
  if ((entry_lo & abi::kLoValid) == 0) return "nothing";
  return pfn_text(abi::entry_lo_pfn(entry_lo)) + ((entry_lo & abi::kLoDirty) != 0 ? ", writable" : ", read only");
}

std::string resource_text(std::uint32_t resource, const State& state) {
  const std::uint32_t number = abi::number_of(resource);
  switch (abi::kind_of(resource)) {
    case abi::ResourceKind::None:
      return "nothing";
    case abi::ResourceKind::Frame:
      return frame_text(number);
    case abi::ResourceKind::Environment:
      return number == 0 ? "environment 0" : "the environment " + env_name(state, number);
    case abi::ResourceKind::Authority:
      return "the authority";
    case abi::ResourceKind::Slice:
      return fmt::format("slice {}", number);
    case abi::ResourceKind::Entry:
      return "the entry points of " + (number == 0 ? "environment 0" : env_name(state, number));
    case abi::ResourceKind::Device:
      return fmt::format("the {}", device_name(number));
    case abi::ResourceKind::Download:
      return download_text(number);
  }
  return fmt::format("an unknown resource {:#x}", resource);
}

std::string micros_text(Ticks ticks) { return fmt::format("{:.2f} µs", micros(ticks)); }

std::string argument_text(ArgumentKind kind, std::string_view name, std::uint32_t value, const State& state,
                          bool bare) {
  switch (kind) {
    case ArgumentKind::None:
      return "";
    case ArgumentKind::Env:
      return env_name(state, value);
    case ArgumentKind::Frame:
      return bare && value != abi::kAnyFrame && value != abi::kNoFrame ? fmt::format("{}", value) : frame_text(value);
    case ArgumentKind::Asked:
      return bare && value < abi::kFrameCount ? fmt::format("{}", value) : asked_text(value);
    case ArgumentKind::Download:
      return download_text(value);
    case ArgumentKind::Kind:
      return std::string(download_kind_name(abi::DownloadKind(value)));
    case ArgumentKind::Verdict:
      return std::string(verdict_text(value));
    case ArgumentKind::Device:
      return std::string(device_name(value));
    case ArgumentKind::Pfn:
      return pfn_text(value);
    case ArgumentKind::Vpn:
      return fmt::format("{:#x}", value);
    case ArgumentKind::Address:
      return fmt::format("{:#010x}", value);
    case ArgumentKind::Flags:
      return flags_text(value);
    case ArgumentKind::Rights:
      return rights_text(value);
    case ArgumentKind::Count:
      return name.starts_with("ticks_") ? micros_text(value) : fmt::format("{}", value);
    case ArgumentKind::Ticks:
      return micros_text(value);
    case ArgumentKind::Micros:
      return fmt::format("{} µs", value);
    case ArgumentKind::Pair:
      return pair_text(value);
    case ArgumentKind::Request:
      return fmt::format("{}", value);
    case ArgumentKind::Status:
      return std::string(status_text(value));
    case ArgumentKind::Reason:
      return std::string(reason_text(value));
    case ArgumentKind::Upcall:
      return std::string(upcall_name(value));
    case ArgumentKind::EntryHi:
      return tag_text(value, state);
    case ArgumentKind::EntryLo:
      return lo_text(value);
    case ArgumentKind::Resource:
      return resource_text(value, state);
    case ArgumentKind::State:
      return std::string(env_state_text(abi::EnvState(value)));
    case ArgumentKind::Op:
      return fmt::format("{}", value & 0xffff);
    case ArgumentKind::Note:
      return fmt::format("{}", value);
    case ArgumentKind::Text:
      return four_characters(value);
  }
  return "";
}

}  // namespace exo::model
