// Framing of gdb's remote serial protocol: $payload#checksum, with acknowledgements. Pure: bytes in, packets out.
// Source: GDB manual, appendix E ("Overview", "Notification packets" are skipped). The peer is not trusted: a packet
// has a largest size, and a wrong checksum is reported rather than guessed at.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace exo::connection {

/// "$payload#xx", with $ # } * escaped.
[[nodiscard]] std::string frame_packet(std::string_view payload);
/// The same with run lengths, which only answers to gdb may have.
[[nodiscard]] std::string frame_answer(std::string_view payload);

class PacketParser {
 public:
  enum class Kind { Acknowledged, Refused, Packet, Damaged, Interrupt };
  struct Item {
    Kind kind;
    std::string payload;  ///< of a Packet, escapes and run lengths undone
  };
  static constexpr std::size_t kLargestPayload = 64 * 1024;

  /// Takes any bytes in any portions.
  void feed(std::string_view bytes);
  /// The next complete item, in order.
  [[nodiscard]] std::optional<Item> next();

 private:
  enum class Place { Outside, Payload, FirstDigit, SecondDigit };
  void feed_byte(char byte);
  void finish();

  std::deque<Item> items_;
  std::string raw_;
  Place place_ = Place::Outside;
  bool notification_ = false;
  int checksum_ = 0;
};

}  // namespace exo::connection
