// Breakpoints and watchpoints, each in the process that gdb has chosen for it.
#include "explorer/remote/conversation.hpp"
#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

using debugger::Place;

constexpr std::size_t kMostPlaces = 10'000;
constexpr std::uint32_t kMostBytes = 64 * 1024;  ///< of one watchpoint
constexpr const char* kBadRequest = "E16";       // EINVAL, 22

/// Of the number in Z and z.
std::optional<Place::Kind> kind_of(char type) {
  switch (type) {
    case '0':
    case '1':
      return Place::Kind::Execute;
    case '2':
      return Place::Kind::Write;
    case '3':
      return Place::Kind::Read;
    case '4':
      return Place::Kind::Access;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Place> Conversation::places() const {
  std::vector<Place> out;
  for (const auto& [place, types] : places_) out.push_back(place);
  return out;
}

std::string Conversation::set_place(std::string_view rest) { return change_place(rest, true); }
std::string Conversation::clear_place(std::string_view rest) { return change_place(rest, false); }

// Ztype,address,kind: of data the kind is the number of bytes. gdb has chosen the process with Hg.
std::string Conversation::change_place(std::string_view rest, bool set) {
  if (rest.empty()) return kBadRequest;
  const char type = rest.front();
  const auto kind = kind_of(type);
  if (!kind) return "";
  rest.remove_prefix(1);
  if (!take(rest, ",")) return kBadRequest;
  const auto address = take_word(rest);
  if (!address || !take(rest, ",")) return kBadRequest;
  const auto bytes = take_word(rest);
  if (!bytes || (!rest.empty() && rest.front() != ';')) return kBadRequest;
  // The kernel's code and data are one place, whoever it works for.
  Place place{*kind, *address >= debugger::kKernelAddresses ? debugger::kAnyone : chosen(general_), *address, 4};
  if (*kind == Place::Kind::Execute) {
    if (*address % 4 != 0) return kBadRequest;
  } else {
    if (*bytes == 0 || *bytes > kMostBytes || *address + *bytes < *address) return kBadRequest;
    place.bytes = *bytes;
  }
  // gdb may say the same twice, for instance when an answer was lost: a place is set or it is not.
  auto& types = places_[place];
  const std::uint8_t bit = std::uint8_t(1 << (type - '0'));
  types = std::uint8_t(set ? types | bit : types & ~bit);
  if (types == 0) places_.erase(place);
  if (places_.size() > kMostPlaces) {
    places_.erase(place);
    return kBadRequest;
  }
  return "OK";
}

}  // namespace exo::remote
