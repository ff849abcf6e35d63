#include "explorer/export/perfetto.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <map>
#include <optional>

#include "explorer/export/event_walk.hpp"
#include "explorer/export/exporter.hpp"
#include "explorer/export/rows.hpp"
#include "explorer/model/decode.hpp"
#include "explorer/model/event_table.hpp"
#include "explorer/model/words.hpp"

namespace exo::exporting {

namespace {

using abi::Event;

/// Numbers of processes: an environment's own, and so much more each time that its number is given anew.
constexpr std::uint32_t kGeneration = 100;
constexpr std::uint32_t kKernel = kGeneration;  ///< no environment's: Perfetto takes 0 for the idle process
constexpr model::EventNumber kLookAhead = 16;

/// Events that are shown as marks, in whose process they are.
bool is_mark(Event id) {
  switch (id) {
    case Event::TlbMissed:
    case Event::ExceptionRaised:
    case Event::EnvKilled:
    case Event::Noted:
    case Event::Panic:
    case Event::SyscallRefused:
    case Event::ControlTaken:
    case Event::PacketArrived:
    case Event::PacketSent:
      return true;
    default:
      return false;
  }
}

class Writer final : public Exporter {
 public:
  Writer(const model::History& history, Output& out) : walk_(history), out_(out) {
    out_.put("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    begin_process(0);
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
      if (walk_.state().envs[env].state != abi::EnvState::Free) begin_process(env);
    follow_processor();
  }

  bool step() override {
    if (!out_.gone() && walk_.next()) {
      take();
      return true;
    }
    if (!ended_) end();
    return false;
  }
  model::EventNumber first() const override { return walk_.first(); }
  model::EventNumber last() const override { return walk_.last(); }
  model::EventNumber number() const override { return walk_.number(); }
  std::uint64_t count() const override { return count_; }

 private:
  void end() {
    ended_ = true;
    for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env) leave(env);
    while (!requests_.empty()) end_request(requests_.begin()->first, "the trace ends");
    out_.put("\n]}\n");
  }

  struct Track {
    std::uint32_t pid = 0;
    bool shown = false, in_slice = false;
    std::string upcall;  ///< the open span's name; empty: none
    std::uint32_t frames = ~0u;
  };
  struct Request {
    std::uint32_t env = 0;
    std::string name, stage;  ///< stage: the open nested span; empty: none
  };

  EventWalk walk_;
  Output& out_;
  std::array<Track, abi::kMaxEnvironments> tracks_{};
  std::map<std::uint32_t, Request> requests_;
  struct Flow {
    std::uint64_t id = 0;
    std::string name;
  };
  std::map<std::uint32_t, Flow> flows_;  ///< to this environment: the flow that is under way
  std::uint32_t running_ = 0, position_ = 0, free_frames_ = ~0u;
  std::uint64_t count_ = 0, next_flow_ = 1;
  bool ended_ = false;

  /// {"ph":"B","pid":2,"tid":2,"ts":12.345 ... the caller adds the rest with rest().
  std::string open(std::string_view phase, std::uint32_t env) {
    show(env);
    std::string text = fmt::format("{}{{\"ph\":\"{}\",\"pid\":{},\"tid\":{},\"ts\":", count_++ == 0 ? "" : ",\n", phase,
                                   tracks_[env].pid, tracks_[env].pid);
    append_micros(text, walk_.event().ticks);
    return text;
  }
  static void name(std::string& text, std::string_view category, std::string_view words) {
    fmt::format_to(std::back_inserter(text), ",\"cat\":\"{}\",\"name\":", category);
    append_json_text(text, words);
  }
  /// The event behind it, so that it is found again in Exoscope.
  void put_with_event(std::string& text) {
    fmt::format_to(std::back_inserter(text), ",\"args\":{{\"event\":{},\"sentence\":", walk_.event().number);
    append_json_text(text, model::sentence(walk_.event(), walk_.state()));
    text += "}}";
    out_.put(text);
  }
  void put(std::string& text) {
    text += '}';
    out_.put(text);
  }

  void metadata(std::uint32_t pid, std::string_view what, std::string_view key, std::string_view words) {
    std::string text = fmt::format("{}{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"{}\",\"args\":{{\"{}\":",
                                   count_++ == 0 ? "" : ",\n", pid, pid, what, key);
    append_json_text(text, words);
    text += "}}";
    out_.put(text);
  }

  void begin_process(std::uint32_t env) {
    Track& track = tracks_[env];
    leave(env);
    for (auto request = requests_.begin(); request != requests_.end();) {
      const auto [id, one] = *request++;
      if (one.env == env) end_request(id, "its owner is gone");
    }
    const std::uint32_t pid = env == 0 ? kKernel : track.pid == 0 ? env : track.pid + kGeneration;
    track = Track();
    track.pid = pid;
    show(env);
  }
  void show(std::uint32_t env) {
    Track& track = tracks_[env];
    if (track.shown) return;
    track.shown = true;
    if (track.pid == 0) track.pid = env == 0 ? kKernel : env;
    metadata(track.pid, "process_name", "name", model::env_name(walk_.state(), env));
    metadata(track.pid, "thread_name", "name", "processor");
  }

  void leave(std::uint32_t env) {
    Track& track = tracks_[env];
    end_upcall(env);
    if (!track.in_slice) return;
    track.in_slice = false;
    std::string text = open("E", env);
    put(text);
  }
  void end_upcall(std::uint32_t env) {
    if (tracks_[env].upcall.empty()) return;
    tracks_[env].upcall.clear();
    std::string text = open("E", env);
    put(text);
  }

  void follow_processor() {
    const model::State& state = walk_.state();
    if (state.running == running_ && state.slice_position == position_) return;
    if (running_ != 0) leave(running_);
    running_ = state.running;
    position_ = state.slice_position;
    if (running_ == 0) return;
    std::string text = open("B", running_);
    name(text, "slice", fmt::format("slice {}", position_));
    put_with_event(text);
    tracks_[running_].in_slice = true;
    const auto flow = flows_.find(running_);
    if (flow == flows_.end()) return;
    text = open("f", running_);
    name(text, "transfer", flow->second.name);
    fmt::format_to(std::back_inserter(text), ",\"id\":{},\"bp\":\"e\"", flow->second.id);
    put(text);
    flows_.erase(flow);
  }

  /// Whether the processor goes to `to` next: at once, or with a Switched that follows.
  [[nodiscard]] bool arrives(std::uint32_t to) const {
    if (walk_.state().running == to) return true;
    const model::History& history = walk_.history();
    const model::EventNumber last = std::min(walk_.last(), walk_.event().number + kLookAhead);
    for (model::EventNumber number = walk_.event().number + 1; number <= last; ++number) {
      const model::Event event = history.event(number);
      if (event.id == Event::Switched) return event.args[1] == to;
    }
    return false;
  }

  void transfer(const model::Event& event) {
    const std::uint32_t to = event.args[0];
    if (to == running_ || to >= abi::kMaxEnvironments || event.env != running_ || !tracks_[running_].in_slice ||
        !arrives(to))
      return;
    const std::uint64_t id = next_flow_++;
    flows_[to] = {id, event.id == Event::Transferred        ? "transfer"
                      : event.id == Event::TransferredAsync ? "asynchronous transfer"
                                                            : "yield"};
    std::string text = open("s", running_);
    name(text, "transfer", flows_[to].name);
    fmt::format_to(std::back_inserter(text), ",\"id\":{}", id);
    put(text);
  }

  void upcall(const model::Event& event) {
    const std::uint32_t to = event.args[0];
    if (to == 0 || to >= abi::kMaxEnvironments) return;
    const std::string what = fmt::format("upcall {}", model::upcall_name(event.args[1]));
    if (to != running_) return mark(to, what);
    end_upcall(to);
    std::string text = open("B", to);
    name(text, "upcall", what);
    put_with_event(text);
    tracks_[to].upcall = what;
  }

  void mark(std::uint32_t env, std::string_view what) {
    std::string text = open("i", env);
    name(text, model::event_category(walk_.event().id), what);
    text += ",\"s\":\"t\"";
    put_with_event(text);
  }

  void stage(std::string_view phase, std::uint32_t id, const Request& request, std::string_view what) {
    std::string text = open(phase, request.env);
    name(text, "revocation", what);
    fmt::format_to(std::back_inserter(text), ",\"id\":{}", id);
    put_with_event(text);
  }
  void change_stage(std::uint32_t id, std::string_view next) {
    Request& request = requests_.at(id);
    if (!request.stage.empty()) stage("e", id, request, request.stage);
    request.stage = next;
    if (!next.empty()) stage("b", id, request, next);
  }
  void end_request(std::uint32_t id, std::string_view outcome) {
    change_stage(id, "");
    const Request& request = requests_.at(id);
    stage("n", id, request, outcome);
    stage("e", id, request, request.name);
    requests_.erase(id);
  }

  void revocation(const model::Event& event) {
    const std::uint32_t id = event.args[0];
    if (event.id == Event::RevokeRequested && event.args[1] < abi::kMaxEnvironments) {
      if (requests_.contains(id)) end_request(id, "asked again");
      const Request request{event.args[1], fmt::format("request {}: {}", id, model::asked_text(event.args[2])), ""};
      requests_[id] = request;
      stage("b", id, request, request.name);
      return;
    }
    if (!requests_.contains(id)) return;
    switch (event.id) {
      case Event::RevokeAsked:
        return change_stage(id, "asked");
      case Event::RevokeDemanded:
        return change_stage(id, "demanded");
      case Event::RevokeAborted:
        return change_stage(id, "taken by force, not told yet");
      case Event::RevokeReturned:
        return end_request(id, "returned");
      case Event::RevokeNotified:
        return end_request(id, "told");
      case Event::RevokeEnded:
        return end_request(id, "ended");
      default:
        return;
    }
  }

  void counter(std::uint32_t env, std::string_view what, std::uint32_t value) {
    std::string text = open("C", env);
    name(text, "frame", what);
    fmt::format_to(std::back_inserter(text), ",\"args\":{{\"frames\":{}}}", value);
    put(text);
  }
  void follow_frames() {
    const model::State& state = walk_.state();
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env) {
      if (!tracks_[env].shown || tracks_[env].frames == state.envs[env].frames) continue;
      tracks_[env].frames = state.envs[env].frames;
      counter(env, "frames owned", state.envs[env].frames);
    }
    if (free_frames_ == state.free_frames) return;
    free_frames_ = state.free_frames;
    counter(0, "free frames", free_frames_);
  }

  void take() {
    const model::Event& event = walk_.event();
    if (model::check(walk_.history().record(event.number)) != model::Fault::None) return;
    if (event.id == Event::EnvCreated) begin_process(event.args[0]);
    if (event.id == Event::EnvNamed) {
      show(event.args[0]);
      metadata(tracks_[event.args[0]].pid, "process_name", "name", model::env_name(walk_.state(), event.args[0]));
    }
    if (event.id == Event::Transferred || event.id == Event::TransferredAsync || event.id == Event::YieldedTo)
      transfer(event);
    if (is_mark(event.id)) mark(event.env < abi::kMaxEnvironments ? event.env : 0, model::event_name(event.id));
    follow_processor();
    const auto category = model::row_of(event.id).category;
    if (event.id == Event::UpcallDelivered) upcall(event);
    if (category == model::Category::revocation) revocation(event);
    if (category == model::Category::frame || category == model::Category::environment ||
        category == model::Category::revocation || category == model::Category::audit)
      follow_frames();
  }
};

}  // namespace

std::unique_ptr<Exporter> perfetto_exporter(const model::History& history, Output& out) {
  return std::make_unique<Writer>(history, out);
}

std::uint64_t write_perfetto(const model::History& history, Output& out) {
  Writer writer(history, out);
  while (writer.step()) continue;
  return writer.count();
}

}  // namespace exo::exporting
