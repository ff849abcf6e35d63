// What is supported here, documents that gdb reads in parts, and the monitor command.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "explorer/remote/conversation.hpp"
#include "explorer/remote/description.hpp"
#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

constexpr std::size_t kPacketBytes = 0x4000;
constexpr std::size_t kMostConsoleBytes = 1024;  ///< of one packet; its text is twice as long
constexpr const char* kBadRequest = "E16";       // EINVAL, 22

bool has_feature(std::string_view features, std::string_view wanted) {
  while (!features.empty()) {
    const std::size_t end = std::min(features.find(';'), features.size());
    if (features.substr(0, end) == wanted) return true;
    features.remove_prefix(std::min(end + 1, features.size()));
  }
  return false;
}

}  // namespace

std::string Conversation::supported(std::string_view rest) {
  static_cast<void>(take(rest, ":"));
  processes_ = has_feature(rest, "multiprocess+");
  tells_breakpoints_ = has_feature(rest, "swbreak+") && has_feature(rest, "hwbreak+");
  std::string out = fmt::format(
      "PacketSize={:x};QStartNoAckMode+;qXfer:features:read+;qXfer:threads:read+;qXfer:exec-file:read+;vContSupported+;"
      "ReverseStep+;ReverseContinue+",
      kPacketBytes);
  if (processes_) out += ";multiprocess+";
  if (tells_breakpoints_) out += ";swbreak+;hwbreak+";
  return out;
}

std::string Conversation::no_acknowledgements(std::string_view) {
  acknowledges_ = false;
  return "OK";
}

std::string Conversation::good(std::string_view) { return "OK"; }

// qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH
std::string Conversation::transfer(std::string_view rest) {
  const bool features = take(rest, "features:read:"), list = take(rest, "threads:read:");
  const bool file = take(rest, "exec-file:read:");
  if (!features && !list && !file) return "";
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return kBadRequest;
  std::string_view annex = rest.substr(0, colon), part = rest.substr(colon + 1);
  const auto offset = take_word(part);
  if (!offset || !take(part, ",")) return kBadRequest;
  const auto length = take_word(part);
  if (!length || !part.empty()) return kBadRequest;
  // A list that is read in parts is one list: it is made with its first part.
  if (features) {
    if (annex != "target.xml") return "E00";
    documents_ = target_description();
  } else if (list) {
    if (*offset == 0) documents_ = threads_xml();
  } else {
    Environment env = chosen(general_);
    if (!annex.empty()) {
      const auto process = take_word(annex);
      if (!process || !annex.empty()) return kBadRequest;
      env = environment_of(*process);
    }
    documents_ = is_known(env) ? target_.program(env).path : std::string();
    if (documents_.empty()) return "E02";  // ENOENT
  }
  if (*offset >= documents_.size()) return "l";
  const std::size_t count = std::min({std::size_t(*length), documents_.size() - *offset, kPacketBytes / 2});
  return (*offset + count == documents_.size() ? "l" : "m") + documents_.substr(*offset, count);
}

std::string Conversation::monitor(std::string_view rest) {
  const auto line = from_hex(rest);
  if (!line) return kBadRequest;
  std::string text;
  if (*line == "programs") {
    text = programs_text();
  } else if (line->starts_with("goto ")) {
    text = go_to(std::string_view(*line).substr(5));
  } else if (*line == "moved") {
    text = moved_elsewhere() ? "yes" : "no";
  } else if (*line == "here") {
    stays_ = true;
    text = "the next motion stays here; gdb reads everything again then\n";
  } else if (*line == "look") {
    text = look();
  } else {
    text = target_.command(*line);
    if (*line == "help")
      text +=
          "programs           the environments' numbers, names and ELF files, separated by tabs\n"
          "goto INSTANT       the next motion (continue) goes there; also goto begin, goto end\n"
          "moved              whether the run was moved in the window since gdb looked: yes or no\n"
          "look               shows what is now, and says whose process runs; gdb must flush what it knows\n"
          "here               the next motion stays: after the run was moved in the window\n";
  }
  if (!text.empty() && text.back() != '\n') text += '\n';
  for (std::size_t at = 0; at < text.size(); at += kMostConsoleBytes)
    send_words(std::string_view(text).substr(at, kMostConsoleBytes));
  return "OK";
}

std::string Conversation::programs_text() const {
  std::string out;
  for (const auto& thread : threads()) {
    const auto program = target_.program(thread.env);
    out += fmt::format("{}\t{}\t{}\n", process_of(thread.env), thread.name, program.path);
  }
  return out;
}

std::string Conversation::go_to(std::string_view where) {
  if (where == "begin") {
    goal_ = 0;
  } else if (where == "end") {
    goal_ = std::numeric_limits<debugger::Instant>::max();
  } else {
    debugger::Instant instant = 0;
    bool good = !where.empty() && where.size() <= 18;
    for (const char digit : where) {
      good = good && digit >= '0' && digit <= '9';
      if (good) instant = 10 * instant + debugger::Instant(digit - '0');
    }
    if (!good) return "goto: a number of instructions since the machine was switched on, or begin, or end";
    goal_ = instant;
  }
  return "the next motion goes there: continue";
}

}  // namespace exo::remote
