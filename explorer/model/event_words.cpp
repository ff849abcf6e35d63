#include "explorer/model/event_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/abi/capability.hpp"
#include "kernel/abi/downloads.hpp"
#include "kernel/abi/machine.hpp"
#include "kernel/abi/memory_layout.hpp"

namespace exo::model {
namespace {

using Words = std::span<const std::pair<std::string_view, std::uint32_t>>;
using Word = std::pair<std::string_view, std::uint32_t>;

constexpr Word kStatusWords[] = {
#define STATUS(number, name, text) {#name, number},
#include "kernel/abi/status.def"
#undef STATUS
};
constexpr Word kReasonWords[] = {
#define REASON(number, name, text) {#name, number},
#include "kernel/abi/reasons.def"
#undef REASON
};
constexpr Word kVerdictWords[] = {
#define VERDICT(number, name, text, detail) {#name, number},
#include "kernel/abi/verdicts.def"
#undef VERDICT
};
constexpr Word kKindWords[] = {{"claim", std::uint32_t(abi::DownloadKind::Claim)},
                               {"filter", std::uint32_t(abi::DownloadKind::Filter)},
                               {"handler", std::uint32_t(abi::DownloadKind::Handler)},
                               {"predicate", std::uint32_t(abi::DownloadKind::Predicate)},
                               {"computation", std::uint32_t(abi::DownloadKind::Computation)}};
constexpr Word kUpcallWords[] = {
#define UPCALL(number, name, synchronous, arguments, text) {#name, number},
#include "kernel/abi/upcalls.def"
#undef UPCALL
};
constexpr Word kNoteWords[] = {
#define NOTE(number, name, text) {#name, number},
#include "kernel/abi/notes.def"
#undef NOTE
};
constexpr Word kOpWords[] = {
#define CONTROL(number, name, action, a, b, text) {action, number},
#include "kernel/abi/control_ops.def"
#undef CONTROL
};
constexpr Word kStateWords[] = {{"free", 0}, {"building", 1}, {"ready", 2}, {"running", 3}, {"dormant", 4}};
constexpr Word kAskedWords[] = {{"any", abi::kAnyFrame}, {"any slice", abi::kAnySlice}};
constexpr Word kDeviceWords[] = {{"console", std::uint32_t(abi::Device::Console)},
                                 {"keyboard", std::uint32_t(abi::Device::Keyboard)},
                                 {"wire", std::uint32_t(abi::Device::Wire)}};
constexpr Word kFrameWords[] = {{"any", abi::kAnyFrame}, {"none", abi::kNoFrame}};
constexpr Word kRightsWords[] = {{"read", abi::kRightRead},       {"write", abi::kRightWrite},
                                 {"control", abi::kRightControl}, {"set-up", abi::kRightSetUp},
                                 {"destroy", abi::kRightDestroy}, {"create", abi::kRightCreate},
                                 {"memory", abi::kRightMemory},   {"processor", abi::kRightProcessor},
                                 {"devices", abi::kRightDevices}, {"call", abi::kRightCall},
                                 {"use", abi::kRightUse},         {"narrow", abi::kRightNarrow}};
constexpr Word kFlagsWords[] = {{"read", abi::kBindRead},
                                {"write", abi::kBindWrite},
                                {"guaranteed", abi::kBindGuaranteed},
                                {"exposed", abi::kBindExposed}};

Words words_for(FieldKind kind) {
  switch (kind) {
    case FieldKind::Status:
      return kStatusWords;
    case FieldKind::Reason:
      return kReasonWords;
    case FieldKind::Verdict:
      return kVerdictWords;
    case FieldKind::Kind:
      return kKindWords;
    case FieldKind::Upcall:
      return kUpcallWords;
    case FieldKind::Note:
      return kNoteWords;
    case FieldKind::Op:
      return kOpWords;
    case FieldKind::State:
      return kStateWords;
    case FieldKind::Frame:
      return kFrameWords;
    case FieldKind::Asked:
      return kAskedWords;
    case FieldKind::Device:
      return kDeviceWords;
    case FieldKind::Rights:
      return kRightsWords;
    case FieldKind::Flags:
      return kFlagsWords;
    default:
      return {};
  }
}

std::optional<std::uint32_t> one_of(Words words, std::string_view word) {
  for (const auto& [name, value] : words)
    if (name == word) return value;
  return {};
}

/// "read, write": the words of a set, joined.
std::optional<std::uint32_t> set_of(Words words, std::string_view text) {
  std::uint32_t all = 0;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    const auto value = one_of(words, word);
    if (!value) return {};
    all |= *value;
  }
  return all;
}

/// A decimal number, all of the text; empty otherwise.
std::optional<std::uint32_t> decimal(std::string_view text) {
  if (text.empty() || text.size() > 7) return {};
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + std::uint32_t(c - '0');
  }
  return value;
}

/// "slice 3".
std::optional<std::uint32_t> slice_position(std::string_view word) {
  if (!word.starts_with("slice ")) return {};
  const auto position = decimal(word.substr(6));
  return position && *position < abi::kSlicePositions ? position : std::nullopt;
}

/// "download 3".
std::optional<std::uint32_t> download_number(std::string_view word) {
  if (!word.starts_with("download ")) return {};
  const auto number = decimal(word.substr(9));
  return number && *number < abi::kMaxDownloads ? number : std::nullopt;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<abi::Event> find_event(std::string_view name) {
  for (std::size_t i = 0; i < kEventTable.size(); ++i)
    if (kEventTable[i].known() && kEventTable[i].name == name) return abi::Event(i);
  return {};
}

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const auto& row : kEventTable)
    if (row.known()) names.emplace_back(row.name);
  return names;
}

std::optional<Field> find_field(abi::Event event, std::string_view name) {
  const auto& row = row_of(event);
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] != FieldKind::None && row.names[i] == name) return Field{int(i), row.kinds[i]};
  // What a request asks for is nearly always a frame, and may be called so.
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] == FieldKind::Asked && name == "frame") return Field{int(i), row.kinds[i]};
  if (name == "env") return Field{kActing, FieldKind::Env};
  if (name == "target" && row.kinds[0] == FieldKind::Op) return Field{kTarget, FieldKind::Env};
  return {};
}

std::string field_names(abi::Event event) {
  const auto& row = row_of(event);
  std::string text = "env";
  if (row.kinds[0] == FieldKind::Op) text += ", target";
  for (std::size_t i = 0; i < 4; ++i)
    if (row.kinds[i] != FieldKind::None)
      text += fmt::format(", {}{}", row.names[i], row.kinds[i] == FieldKind::Asked ? " (or frame)" : "");
  return text;
}

std::optional<std::uint32_t> env_number(const EnvNames& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return std::uint32_t(i);
  return {};
}

std::optional<std::uint32_t> value_of_word(FieldKind kind, std::string_view word, const EnvNames& names) {
  switch (kind) {
    case FieldKind::Env:
      return env_number(names, word);
    case FieldKind::Rights:
    case FieldKind::Flags:
      return set_of(words_for(kind), word);
    case FieldKind::Pfn:
      if (word.starts_with("frame "))
        if (const auto frame = decimal(word.substr(6)); frame && *frame < abi::kFrameCount)
          return abi::pfn_of_frame(*frame);
      return {};
    case FieldKind::Asked:
      if (const auto position = slice_position(word)) return abi::asked_slice(*position);
      if (const auto number = download_number(word)) return abi::asked_download(*number);
      return one_of(kAskedWords, word);
    case FieldKind::Resource:
      if (word == "authority") return abi::resource_of(abi::ResourceKind::Authority, 0);
      if (const auto position = slice_position(word)) return abi::resource_of(abi::ResourceKind::Slice, *position);
      if (const auto number = download_number(word)) return abi::resource_of(abi::ResourceKind::Download, *number);
      if (word.starts_with("entry "))
        if (const auto env = env_number(names, word.substr(6))) return abi::resource_of(abi::ResourceKind::Entry, *env);
      if (word.starts_with("device "))
        if (const auto device = one_of(kDeviceWords, word.substr(7)))
          return abi::resource_of(abi::ResourceKind::Device, *device);
      if (word.starts_with("frame "))
        if (const auto frame = decimal(word.substr(6)); frame && *frame < abi::kFrameCount)
          return abi::resource_of(abi::ResourceKind::Frame, *frame);
      if (word.starts_with("environment "))
        if (const auto env = env_number(names, word.substr(12)))
          return abi::resource_of(abi::ResourceKind::Environment, *env);
      return {};
    default:
      return one_of(words_for(kind), word);
  }
}

std::string_view word_of(FieldKind kind, std::uint32_t value) {
  for (const auto& [name, number] : words_for(kind))
    if (number == value) return name;
  return {};
}

std::vector<std::string> plain_words_of(FieldKind kind) {
  std::vector<std::string> words;
  for (const auto& [name, number] : words_for(kind)) words.emplace_back(name);
  return words;
}

bool can_be(FieldKind kind, std::int64_t number) {
  if (number < 0 || number > 0xffff'ffff) return false;
  switch (kind) {
    case FieldKind::Env:
      return number < abi::kMaxEnvironments;
    case FieldKind::Frame:
      return number < abi::kFrameCount;
    case FieldKind::Asked:
      return number < abi::kFrameCount ||
             (number >= abi::kAskedSlice && number < abi::kAskedSlice + abi::kSlicePositions) ||
             (number >= abi::kAskedDownload && number < abi::kAskedDownload + abi::kMaxDownloads);
    case FieldKind::Download:
      return number < abi::kMaxDownloads;
    case FieldKind::Device:
      return number < abi::kDevices;
    case FieldKind::Status:
    case FieldKind::Reason:
    case FieldKind::Verdict:
    case FieldKind::Kind:
    case FieldKind::Upcall:
    case FieldKind::Note:
    case FieldKind::Op:
    case FieldKind::State:
      return std::ranges::any_of(words_for(kind), [&](const Word& word) { return word.second == number; });
    default:
      return true;
  }
}

std::string words_of(FieldKind kind, const EnvNames& names) {
  std::string text;
  const auto add = [&](std::string_view word) { text += fmt::format("{}{}", text.empty() ? "" : ", ", word); };
  if (kind == FieldKind::Env)
    for (const auto& name : names) add(name);
  else if (kind == FieldKind::Pfn)
    add("'frame N'");
  else if (kind == FieldKind::Resource)
    add("'frame N', 'environment NAME', 'slice N', 'download N', 'entry NAME', 'device NAME', authority");
  else
    for (const auto& word : words_for(kind)) add(word.first);
  return text;
}

std::string did_you_mean(std::string_view written, std::span<const std::string> known) {
  const std::string* best = nullptr;
  std::size_t least = written.size() / 3 + 2;
  for (const auto& candidate : known)
    if (const auto d = distance(written, candidate); d < least) best = &candidate, least = d;
  return best == nullptr ? "" : fmt::format(" (did you mean '{}'?)", *best);
}

}  // namespace exo::model
