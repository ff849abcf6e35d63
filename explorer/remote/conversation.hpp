// One gdb, from its first byte to its last: what it asks of a run, and the answers. Pure: bytes in, bytes out; the
// socket is the server's.
//
// The run is re-executed from what was recorded of it, so nothing that gdb wants written is written: such a packet is
// refused, with a reason. Between two motions of its own gdb believes that nothing moves. Should somebody else (the
// window) move the run meanwhile, then gdb is told by the next stop or asks for it ("monitor look"). Until then it gets
// the registers of the moment that it shows, and no memory, which would be of another one.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "explorer/connection/rsp_packet.hpp"
#include "explorer/debugger/target.hpp"
#include "explorer/remote/thread_id.hpp"

namespace exo::remote {

class Conversation {
 public:
  /// `target` outlives it. It must stand still.
  explicit Conversation(debugger::Target& target);
  /// Interrupts what it moves, and leaves no places behind.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void feed(std::string_view bytes);
  /// Works on a motion, if there is one, for at most `budget`, and answers what waits.
  void work(std::chrono::microseconds budget);
  /// Whether work() has something to do.
  [[nodiscard]] bool busy() const;
  /// Whether the run moves because gdb asked for it.
  [[nodiscard]] bool moves() const { return running_.has_value(); }
  /// Where gdb wants to stop, whether the target knows it already or not.
  [[nodiscard]] std::vector<debugger::Place> places() const;
  /// Whether the run was moved by somebody else since gdb saw it.
  [[nodiscard]] bool is_behind() const { return !running_ && moved_elsewhere(); }
  /// Bytes for gdb, once.
  [[nodiscard]] std::string take_output();
  /// gdb said good-bye, or is not one: close the connection after the output.
  [[nodiscard]] bool over() const { return over_; }

 private:
  using Environment = debugger::Environment;
  struct Row {
    std::string_view begin;  ///< of the packet
    std::string (Conversation::*answer)(std::string_view rest);
  };
  static const std::vector<Row>& table();

  /// What gdb asked to run.
  struct Running {
    debugger::Motion motion;
    std::set<Environment> resumed;  ///< whose places count; empty: everybody's
    bool settles = false;           ///< nobody asked: the machine is made to stand where the run stands
    /// Goes instruction by instruction until then, in the hope that it is not far; then as asked.
    std::optional<std::chrono::steady_clock::time_point> near_until{};
    bool again = false;  ///< because it was lost
    [[nodiscard]] bool counts(Environment env) const {
      return resumed.empty() || resumed.contains(env == debugger::kAnyone ? debugger::kKernel : env);
    }
  };

  // conversation.cpp: packets
  void receive(connection::PacketParser::Item item);
  void answer_waiting();
  [[nodiscard]] std::string answer(std::string_view packet);
  void send(std::string_view payload);
  void send_words(std::string_view text);
  /// Whether somebody else moved the run since gdb saw it.
  [[nodiscard]] bool moved_elsewhere() const { return target_.instant() != instant_; }

  // threads.cpp: environments
  [[nodiscard]] std::vector<debugger::Thread> threads() const;
  [[nodiscard]] bool is_known(Environment env) const;
  [[nodiscard]] Environment chosen(const ThreadId& id) const;
  std::string select(std::string_view rest);
  std::string alive(std::string_view rest);
  std::string current(std::string_view rest);
  std::string first_threads(std::string_view rest);
  std::string more_threads(std::string_view rest);
  std::string extra_info(std::string_view rest);
  std::string attached(std::string_view rest);
  std::string attach(std::string_view rest);
  std::string detach(std::string_view rest);
  std::string kill(std::string_view rest);
  std::string kill_one(std::string_view rest);
  [[nodiscard]] std::string threads_xml() const;

  // queries.cpp: what is supported, documents, monitor
  std::string supported(std::string_view rest);
  std::string no_acknowledgements(std::string_view rest);
  std::string good(std::string_view rest);
  std::string transfer(std::string_view rest);
  std::string monitor(std::string_view rest);
  [[nodiscard]] std::string programs_text() const;
  [[nodiscard]] std::string go_to(std::string_view where);

  // values.cpp: registers and memory
  /// Of the moment that gdb shows.
  [[nodiscard]] std::optional<debugger::Registers> registers_of(Environment env) const;
  std::string read_registers(std::string_view rest);
  std::string read_register(std::string_view rest);
  std::string read_memory(std::string_view rest);
  std::string refuse_write(std::string_view rest);

  // places.cpp: breakpoints and watchpoints
  std::string set_place(std::string_view rest);
  std::string clear_place(std::string_view rest);
  std::string change_place(std::string_view rest, bool set);

  // motions.cpp: what runs, and how it stopped
  std::string why_stopped(std::string_view rest);
  std::string actions(std::string_view rest);
  std::string resume(std::string_view rest);
  std::string go_on(std::string_view rest);
  std::string go_on_signal(std::string_view rest);
  std::string step(std::string_view rest);
  std::string step_signal(std::string_view rest);
  std::string step_back(std::string_view rest);
  std::string go_back(std::string_view rest);
  std::string resume_plain(debugger::Motion::Kind kind, debugger::Direction direction);
  std::string begin(Running running);
  /// gdb is shown where the run stands now.
  void show();
  [[nodiscard]] std::string look();
  void settle();
  void set_places(const Running& running);
  void arrive_at_places(debugger::Motion& motion) const;
  [[nodiscard]] bool is_near(const Running& running) const;
  [[nodiscard]] bool goes_far(debugger::Stop& stop);
  void stopped(const debugger::Stop& stop);
  [[nodiscard]] std::string stop_text(const debugger::Stop& stop);

  debugger::Target& target_;
  connection::PacketParser parser_;
  std::deque<std::string> waiting_;  ///< packets that came while the run moved
  std::string output_;
  std::string last_sent_;  ///< to be sent again when gdb asks
  bool acknowledges_ = true;
  bool over_ = false;

  bool processes_ = false;                          ///< gdb knows processes
  bool tells_breakpoints_ = false;                  ///< gdb wants to hear which kind of breakpoint it was
  std::set<Environment> gone_;                      ///< that gdb detached from
  std::map<debugger::Place, std::uint8_t> places_;  ///< with a bit for each type of gdb's that it was set as
  std::vector<debugger::Place> known_places_;       ///< to the target
  ThreadId general_, continued_;                    ///< chosen by Hg and Hc
  std::string documents_;                           ///< the one that is being transferred
  std::string words_;                               ///< for gdb's console, as soon as it listens
  std::optional<debugger::Instant> goal_;           ///< where the next motion goes instead
  bool stays_ = false;                              ///< the next motion stays where the run stands then
  std::optional<Running> running_;
  bool interrupted_ = false;
  debugger::Instant instant_ = 0;                    ///< where gdb believes that the run stands
  std::map<Environment, debugger::Registers> seen_;  ///< everybody's, there
};

}  // namespace exo::remote
