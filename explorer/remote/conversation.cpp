#include "explorer/remote/conversation.hpp"

#include <cctype>
#include <utility>

#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

constexpr std::size_t kMostWaiting = 256;             ///< packets; gdb sends one and waits
constexpr std::size_t kMostOutput = 4 * 1024 * 1024;  ///< bytes that a client may leave unread

/// Names of queries end where no letter follows: qC is not the beginning of qCRC.
bool matches(std::string_view packet, std::string_view begin) {
  if (!packet.starts_with(begin)) return false;
  const bool named = begin.size() > 1 && begin != "Hg" && begin != "Hc";
  return !named || packet.size() == begin.size() || std::isalpha(std::uint8_t(begin.back())) == 0 ||
         std::isalpha(std::uint8_t(packet[begin.size()])) == 0;
}

}  // namespace

Conversation::Conversation(debugger::Target& target) : target_(target), instant_(target.instant()) {
  if (!target_.registers(target_.running())) settle();
}

Conversation::~Conversation() {
  if (running_) target_.interrupt();
  target_.set_places({});
}

const std::vector<Conversation::Row>& Conversation::table() {
  using C = Conversation;
  static const std::vector<Row> rows = {
      {"?", &C::why_stopped},
      {"!", &C::good},
      {"g", &C::read_registers},
      {"G", &C::refuse_write},
      {"p", &C::read_register},
      {"P", &C::refuse_write},
      {"m", &C::read_memory},
      {"M", &C::refuse_write},
      {"X", &C::refuse_write},
      {"H", &C::select},
      {"T", &C::alive},
      {"Z", &C::set_place},
      {"z", &C::clear_place},
      {"vCont?", &C::actions},
      {"vCont;", &C::resume},
      {"c", &C::go_on},
      {"C", &C::go_on_signal},
      {"s", &C::step},
      {"S", &C::step_signal},
      {"bs", &C::step_back},
      {"bc", &C::go_back},
      {"D", &C::detach},
      {"k", &C::kill},
      {"vKill;", &C::kill_one},
      {"vAttach;", &C::attach},
      {"qSupported", &C::supported},
      {"QStartNoAckMode", &C::no_acknowledgements},
      {"qXfer:", &C::transfer},
      {"qRcmd,", &C::monitor},
      {"qC", &C::current},
      {"qfThreadInfo", &C::first_threads},
      {"qsThreadInfo", &C::more_threads},
      {"qThreadExtraInfo,", &C::extra_info},
      {"qAttached", &C::attached},
      {"qSymbol", &C::good},
  };
  return rows;
}

void Conversation::feed(std::string_view bytes) {
  parser_.feed(bytes);
  while (!over_) {
    auto item = parser_.next();
    if (!item) break;
    receive(std::move(*item));
    answer_waiting();
  }
}

void Conversation::receive(connection::PacketParser::Item item) {
  using Kind = connection::PacketParser::Kind;
  switch (item.kind) {
    case Kind::Packet:
      if (acknowledges_) output_ += '+';
      waiting_.push_back(std::move(item.payload));
      break;
    case Kind::Damaged:
      if (acknowledges_) output_ += '-';
      break;
    case Kind::Refused:
      if (acknowledges_) output_ += last_sent_;
      break;
    case Kind::Interrupt:
      if (running_) {
        interrupted_ = true;
        target_.interrupt();
      }
      break;
    case Kind::Acknowledged:
      break;
  }
  if (waiting_.size() > kMostWaiting || output_.size() > kMostOutput) over_ = true;
}

void Conversation::answer_waiting() {
  while (!waiting_.empty() && !running_ && !over_ && !target_.moving()) {
    const std::string packet = std::move(waiting_.front());
    waiting_.pop_front();
    const std::string reply = answer(packet);
    if (!running_ && !over_) send(reply);
  }
}

std::string Conversation::answer(std::string_view packet) {
  for (const Row& row : table())
    if (matches(packet, row.begin)) return (this->*row.answer)(packet.substr(row.begin.size()));
  return "";  // which says that it is not known here
}

void Conversation::send(std::string_view payload) {
  last_sent_ = connection::frame_answer(payload);
  output_ += last_sent_;
}

void Conversation::send_words(std::string_view text) { send("O" + to_hex(text)); }

void Conversation::work(std::chrono::microseconds budget) {
  const auto until = std::chrono::steady_clock::now() + budget;
  while (running_) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - std::chrono::steady_clock::now());
    auto stop = target_.poll(std::max(left, std::chrono::microseconds{0}));
    if (stop) {
      if (!goes_far(*stop)) stopped(*stop);
    } else if (running_->near_until && std::chrono::steady_clock::now() > *running_->near_until) {
      target_.interrupt();
    }
    if (left.count() <= 0) break;
  }
  answer_waiting();
}

bool Conversation::busy() const { return running_ || !waiting_.empty(); }

std::string Conversation::take_output() { return std::exchange(output_, {}); }

}  // namespace exo::remote
