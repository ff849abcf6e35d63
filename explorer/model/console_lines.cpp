#include "explorer/model/console_lines.hpp"

#include <algorithm>

#include "explorer/model/words.hpp"
#include "kernel/abi/tables.hpp"

namespace exo::model {
namespace {

constexpr std::size_t kPieceBytes = 16;
constexpr EventNumber kMostRead = 65'536;  // events, for a line that is in the middle of being printed

// The bytes of one event: a piece that was shorter ends in zeros.
std::string_view piece_of(const abi::TraceRecord& record, std::array<char, kPieceBytes>& bytes) {
  for (std::size_t i = 0; i < kPieceBytes; ++i) bytes[i] = char(record.arguments[i / 4] >> (8 * (i % 4)));
  std::size_t count = kPieceBytes;
  while (count != 0 && bytes[count - 1] == 0) --count;
  return {bytes.data(), count};
}

bool is_end(const abi::TraceRecord& record) {
  switch (abi::Event(record.event)) {
    case abi::Event::Panic:
      return true;
    case abi::Event::EnvKilled:
      return record.arguments[1] != std::uint32_t(abi::Reason::Exited);
    case abi::Event::Noted:
      return record.arguments[0] == std::uint32_t(abi::Note::Crashed) ||
             record.arguments[0] == std::uint32_t(abi::Note::CheckFailed) ||
             record.arguments[0] == std::uint32_t(abi::Note::AssertionFailed);
    default:
      return false;
  }
}

std::uint32_t whose(const abi::TraceRecord& record) {
  const bool killed = abi::Event(record.event) == abi::Event::EnvKilled;
  return (killed ? record.arguments[0] : record.environment) % abi::kMaxEnvironments;
}

}  // namespace

std::string console_text(std::string_view bytes) {
  constexpr std::size_t kTab = 8;
  std::string plain;
  for (const char c : bytes)
    if (c == '\t')
      plain.append(kTab - plain.size() % kTab, ' ');
    else if (c != '\r')
      plain += c;
  return printable(plain);
}

void ConsoleLines::add(ConsoleLine line) {
  who_ |= std::uint64_t{1} << (line.env % abi::kMaxEnvironments);
  lines_.push_back(line);
  if (lines_.size() > kMostLines || text_.size() > kMostBytes) forget(lines_.size() / 4);
}

void ConsoleLines::forget(std::size_t count) {
  if (count == 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    const ConsoleLine& line = lines_.front();
    if (line.open) open_[line.env] = {};
    lines_.pop_front();
  }
  gone_ += count;
  // Texts lie in the order in which lines ended: whatever is still needed begins at the least of them.
  std::uint64_t needed = text_gone_ + text_.size();
  for (const ConsoleLine& line : lines_)
    if (!line.open && !line.mark) needed = std::min(needed, line.text);
  text_.erase(0, std::size_t(needed - text_gone_));
  text_.shrink_to_fit();
  text_gone_ = needed;
}

void ConsoleLines::end(std::uint32_t env) {
  Open& open = open_[env];
  if (open.line == 0) return;
  ConsoleLine& line = lines_[std::size_t(open.line - 1 - gone_)];
  line.open = false;
  line.text = text_gone_ + text_.size();
  line.bytes = std::uint32_t(open.text.size());
  text_ += open.text;
  open.line = 0;
  open.text.clear();
}

void ConsoleLines::print(const abi::TraceRecord& record, EventNumber number, const History& history) {
  const std::uint32_t env = record.environment % abi::kMaxEnvironments;
  std::array<char, kPieceBytes> bytes;
  for (const char c : piece_of(record, bytes)) {
    Open& open = open_[env];
    if (open.line == 0 && c == 0) continue;
    if (open.line == 0) {
      ConsoleLine line;
      line.event = line.last = number;
      line.at = history.ticks(number);
      line.env = std::uint8_t(env);
      line.open = true;
      add(line);
      open.line = gone_ + lines_.size();
    }
    lines_[std::size_t(open.line - 1 - gone_)].last = number;
    if (c == '\n')
      end(env);
    else if (c != 0)
      open.text += c;
    if (open.text.size() >= kLongest) end(env);
  }
}

void ConsoleLines::update(const History& history, std::size_t budget) {
  if (source_ != &history || history.size() < scanned_) {
    *this = ConsoleLines{};
    source_ = &history;
  }
  if (history.forgotten() > scanned_) scanned_ = history.forgotten();
  if (!lines_.empty() && lines_.front().event <= history.forgotten()) {
    const auto kept = std::ranges::find_if(lines_, [&](const auto& line) { return line.event > history.forgotten(); });
    forget(std::size_t(kept - lines_.begin()));
  }
  while (scanned_ < history.size() && budget > 0) {
    for (const abi::TraceRecord& record : history.records_from(scanned_ + 1)) {
      if (budget-- == 0) return;
      const EventNumber number = ++scanned_;
      const auto id = abi::Event(record.event);
      if (id == abi::Event::Console) {
        print(record, number, history);
      } else if (is_end(record)) {
        ConsoleLine line;
        line.event = line.last = number;
        line.at = history.ticks(number);
        line.env = std::uint8_t(whose(record));
        line.mark = true;
        add(line);
      }
      if (id == abi::Event::EnvGone) end(record.arguments[0] % abi::kMaxEnvironments);
    }
  }
}

std::string_view ConsoleLines::bytes(std::size_t index) const {
  const ConsoleLine& line = lines_[index];
  if (line.mark) return {};
  if (line.open) return open_[line.env].text;
  return std::string_view(text_).substr(std::size_t(line.text - text_gone_), line.bytes);
}

std::string ConsoleLines::bytes_at(const History& history, std::size_t index, EventNumber at) const {
  const ConsoleLine& line = lines_[index];
  const std::string_view whole = bytes(index);
  if (at >= line.last || at < line.event) return std::string(whole);
  // Pieces before `at` are what is there; the first may begin with the end of the line before.
  std::size_t after = 0;
  EventNumber read = 0;
  std::array<char, kPieceBytes> piece;
  for (EventNumber number = at + 1; number <= line.last && read < kMostRead; ++number, ++read) {
    const abi::TraceRecord record = history.record(number);
    if (abi::Event(record.event) != abi::Event::Console || record.environment % abi::kMaxEnvironments != line.env)
      continue;
    for (const char c : piece_of(record, piece)) {
      if (c == '\n') break;
      after += c != 0 ? 1 : 0;
    }
  }
  return std::string(whole.substr(0, whole.size() - std::min(after, whole.size())));
}

std::size_t ConsoleLines::line_at(EventNumber event) const {
  const auto after = std::ranges::upper_bound(lines_, event, {}, &ConsoleLine::event);
  return after == lines_.begin() ? lines_.size() : std::size_t(after - lines_.begin()) - 1;
}

std::size_t ConsoleLines::memory_bytes() const { return lines_.size() * sizeof(ConsoleLine) + text_.capacity(); }

}  // namespace exo::model
