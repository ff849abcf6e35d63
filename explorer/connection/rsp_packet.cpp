#include "explorer/connection/rsp_packet.hpp"

#include <fmt/format.h>

#include <cctype>

namespace exo::connection {

namespace {

constexpr char kEscape = '}';
constexpr char kInterruptByte = 3;
constexpr char kEscapeFlip = 0x20;
constexpr char kRunLength = '*';
constexpr int kRunBias = 29;  // a run's count is sent as a printable character, 29 above it
constexpr std::size_t kShortestRun = 3, kLongestRun = 126 - kRunBias + 1;
constexpr std::size_t kRunBeforeHash = '#' - kRunBias - 1;  // a count may not look like # or $

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::uint8_t checksum_of(std::string_view raw) {
  std::uint8_t sum = 0;
  for (const char byte : raw) sum = std::uint8_t(sum + std::uint8_t(byte));
  return sum;
}

// Undoes escapes and run lengths; nothing when they are malformed or the result is too large.
std::optional<std::string> unpack(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == kEscape) {
      if (++i == raw.size()) return std::nullopt;
      out += char(raw[i] ^ kEscapeFlip);
    } else if (raw[i] == kRunLength) {
      if (++i == raw.size() || out.empty()) return std::nullopt;
      const int count = std::uint8_t(raw[i]) - kRunBias;
      if (count < 0) return std::nullopt;
      out.append(std::size_t(count), out.back());
    } else {
      out += raw[i];
    }
    if (out.size() > PacketParser::kLargestPayload) return std::nullopt;
  }
  return out;
}

std::string escaped(std::string_view payload) {
  std::string raw;
  raw.reserve(payload.size());
  for (const char byte : payload) {
    if (byte == '$' || byte == '#' || byte == kEscape || byte == kRunLength) {
      raw += kEscape;
      raw += char(byte ^ kEscapeFlip);
    } else {
      raw += byte;
    }
  }
  return raw;
}

// Only of digits and letters: what an escape is made of is never repeated.
std::string with_run_lengths(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size();) {
    std::size_t run = 1;
    const bool plain = std::isalnum(std::uint8_t(raw[i])) != 0 && (i == 0 || raw[i - 1] != kEscape);
    while (plain && i + run < raw.size() && raw[i + run] == raw[i] && run < kLongestRun) ++run;
    std::size_t more = run - 1;
    if (more == std::size_t('#' - kRunBias) || more == std::size_t('$' - kRunBias)) more = kRunBeforeHash;
    out += raw[i];
    if (more >= kShortestRun) {
      out += kRunLength;
      out += char(more + kRunBias);
      i += more + 1;
    } else {
      ++i;
    }
  }
  return out;
}

}  // namespace

std::string frame_packet(std::string_view payload) {
  const std::string raw = escaped(payload);
  return fmt::format("${}#{:02x}", raw, checksum_of(raw));
}

std::string frame_answer(std::string_view payload) {
  const std::string raw = with_run_lengths(escaped(payload));
  return fmt::format("${}#{:02x}", raw, checksum_of(raw));
}

void PacketParser::feed(std::string_view bytes) {
  for (const char byte : bytes) feed_byte(byte);
}

std::optional<PacketParser::Item> PacketParser::next() {
  if (items_.empty()) return std::nullopt;
  Item item = std::move(items_.front());
  items_.pop_front();
  return item;
}

void PacketParser::feed_byte(char byte) {
  switch (place_) {
    case Place::Outside:
      if (byte == '+') items_.push_back({Kind::Acknowledged, {}});
      if (byte == '-') items_.push_back({Kind::Refused, {}});
      if (byte == kInterruptByte) items_.push_back({Kind::Interrupt, {}});
      if (byte == '$' || byte == '%') {
        raw_.clear();
        notification_ = byte == '%';
        place_ = Place::Payload;
      }
      break;
    case Place::Payload:
      if (byte == '#') {
        place_ = Place::FirstDigit;
      } else if (byte == '$') {
        raw_.clear();  // the sender began again
        notification_ = false;
      } else if (raw_.size() < kLargestPayload) {
        raw_ += byte;
      } else {
        items_.push_back({Kind::Damaged, {}});
        place_ = Place::Outside;
      }
      break;
    case Place::FirstDigit:
      checksum_ = digit_value(byte);
      place_ = Place::SecondDigit;
      break;
    case Place::SecondDigit:
      checksum_ = checksum_ < 0 || digit_value(byte) < 0 ? -1 : checksum_ * 16 + digit_value(byte);
      finish();
      place_ = Place::Outside;
      break;
  }
}

void PacketParser::finish() {
  if (notification_) return;
  std::optional<std::string> payload;
  if (checksum_ == checksum_of(raw_)) payload = unpack(raw_);
  if (payload)
    items_.push_back({Kind::Packet, std::move(*payload)});
  else
    items_.push_back({Kind::Damaged, {}});
}

}  // namespace exo::connection
