// What the environments printed, as lines. A library OS prints in pieces of any size, and those of several mix in the
// trace: here each environment's are put together, up to its next end of a line. Words about what ended badly stand
// between them.
//
// A line has its place where its first piece was printed. Memory is bounded: the oldest lines go.
#pragma once
#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "explorer/model/history.hpp"

namespace exo::model {

struct ConsoleLine {
  EventNumber event = 0;  ///< of its first piece
  EventNumber last = 0;   ///< of its last one so far
  Ticks at = 0;           ///< of the first
  std::uint64_t text = 0;
  std::uint32_t bytes = 0;
  std::uint8_t env = 0;
  bool open = false;  ///< its end has not been printed
  bool mark = false;  ///< not printed: something ended badly at `event`
};

class ConsoleLines {
 public:
  /// Reads at most `budget` events that have come. Another history is read from its first event.
  void update(const History& history, std::size_t budget);
  [[nodiscard]] EventNumber scanned() const { return scanned_; }

  /// Lines there are now; the first of them is number gone().
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  [[nodiscard]] std::uint64_t gone() const { return gone_; }
  [[nodiscard]] const ConsoleLine& operator[](std::size_t index) const { return lines_[index]; }
  /// As it was printed: bytes of any kind, without the end of the line.
  [[nodiscard]] std::string_view bytes(std::size_t index) const;
  /// What of it was printed up to an event: the line may go on behind it.
  [[nodiscard]] std::string bytes_at(const History& history, std::size_t index, EventNumber at) const;
  /// Environments that have printed, or ended badly, as bits.
  [[nodiscard]] std::uint64_t who() const { return who_; }
  /// The last line that begins at or before an event; size() when there is none.
  [[nodiscard]] std::size_t line_at(EventNumber event) const;
  [[nodiscard]] std::size_t memory_bytes() const;

  static constexpr std::size_t kMostLines = 400'000;
  static constexpr std::size_t kMostBytes = std::size_t(24) * 1024 * 1024;
  static constexpr std::size_t kLongest = 2'000;  ///< a longer line goes on in the next one

 private:
  struct Open {
    std::uint64_t line = 0;  ///< number of it, from the first there ever was; + 1; 0: none
    std::string text;
  };
  const History* source_ = nullptr;
  EventNumber scanned_ = 0;
  std::deque<ConsoleLine> lines_;
  std::uint64_t gone_ = 0;
  std::string text_;             ///< of the lines that are not open
  std::uint64_t text_gone_ = 0;  ///< bytes that were before it
  std::array<Open, abi::kMaxEnvironments> open_;
  std::uint64_t who_ = 0;

  void print(const abi::TraceRecord& record, EventNumber number, const History& history);
  void add(ConsoleLine line);
  void end(std::uint32_t env);
  void forget(std::size_t count);
};

/// Bytes as one line that can be shown: what is no printable ASCII is escaped.
[[nodiscard]] std::string console_text(std::string_view bytes);

}  // namespace exo::model
