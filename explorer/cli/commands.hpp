// The commands behind the subcommands of the command line, one file each. Each returns the exit code, or throws
// exo::Error.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "explorer/model/command.hpp"
#include "explorer/model/event.hpp"

namespace exo::cli {

struct RunOptions {
  std::string scenario;
  std::string trace = {}, json = {}, pcap = {};  ///< files; "-" is standard output (not of pcap); empty: none
  std::string answers = {};                      ///< a class's answers to be graded; empty: the lesson is told
  std::uint32_t seed = 0;                        ///< variation of the lesson
  model::EventNumber until = 0;                  ///< 0: to the end
  bool flight_recorder = false;
  bool stacks = true;  ///< what ends badly is executed again for its stack, and recorded
};
[[nodiscard]] int run(const RunOptions& options);
/// The same for a class: runs the lesson once for each variation and grades the answers.
[[nodiscard]] int grade(const RunOptions& options);

struct FuzzOptions {
  std::uint32_t seed = 1;
  std::uint64_t count = 100'000;                  ///< system calls in all
  std::uint64_t per_machine = 50'000;             ///< and on one machine
  std::string trace;                              ///< where the recording of a failure goes; empty: fuzz-SEED.exotrace
  bool keep = false;                              ///< record even when nothing is found
  std::uint64_t programs = 0, program_bytes = 0;  ///< instead of system calls: programs of eBPF
};
[[nodiscard]] int fuzz(const FuzzOptions& options);

struct BpfFuzzOptions {
  std::uint64_t seed = 1, count = 0;  ///< programs
  bool bytes = false;
};
[[nodiscard]] int bpf_fuzz(const BpfFuzzOptions& options);

struct BpfOptions {
  std::string memory;  ///< in hex
  bool assembly = false;
};
[[nodiscard]] int bpf(const BpfOptions& options);

[[nodiscard]] int list();

/// Of a recording, or of a scenario that is run so far. `words`: in plain English lines.
[[nodiscard]] int state(const std::string& what, std::optional<model::EventNumber> at, bool words);

struct WhyOptions {
  std::string what, subject;
  std::optional<model::EventNumber> at;
};
[[nodiscard]] int why(const WhyOptions& options);

[[nodiscard]] int verify(const std::string& trace);

struct GdbOptions {
  std::string what;                   ///< scenario or recording
  std::string socket;                 ///< path; empty: in a folder of its own
  std::optional<std::uint16_t> port;  ///< of 127.0.0.1, instead of a socket
  std::uint32_t seed = 0;
  bool start_gdb = false;
};
/// Serves gdb until a signal comes, or the gdb that was started ends.
[[nodiscard]] int gdb(const GdbOptions& options);

struct ProfileOptions {
  enum class By { Env, Function, Line };
  std::string what;                     ///< scenario or recording
  std::string out;                      ///< file; empty: standard output
  model::EventNumber from = 0, to = 0;  ///< after event `from`, up to event `to`; 0: the whole run
  By by = By::Function;
  std::size_t top = 25;  ///< rows; 0: all
  bool folded = false, json = false;
  std::uint32_t seed = 0;
};
/// Where the instructions went: a table, JSON, or stacks for a flame graph.
[[nodiscard]] int profile(const ProfileOptions& options);

struct QueryOptions {
  std::string trace, expression;
  std::string count_by = {};  ///< a field; empty: none, or in the expression
  bool csv = false, json = false;
};
/// The events that match, or a table of how many, on standard output.
[[nodiscard]] int query(const QueryOptions& options);

struct ExportOptions {
  std::string trace;
  std::string csv = {}, perfetto = {}, pcap = {};  ///< files; "-" is standard output (not of pcap); empty: none
};
[[nodiscard]] int export_trace(const ExportOptions& options);

/// What was done live, as a scenario file that replays; "-" is standard output.
[[nodiscard]] int scenario(const std::string& trace, const std::string& out);

/// `json` empty: none; "-": standard output.
[[nodiscard]] int bench(const std::string& json);

struct WindowOptions {
  std::string what;  ///< scenario or recording; empty: the first lesson
  std::uint32_t seed = 0;
  float scale = 0;  ///< 0: the display's own
  bool light = false;
  std::string theme = {};  ///< empty: as in the settings
  bool is_recording = false;
  std::optional<model::CompareWith> compare = {};  ///< run it through, and compare it with this
  std::optional<std::string> gdb = {};             ///< gdb may connect at this socket; "": in a new private folder
};
/// Whether there is a display, and code for a window.
[[nodiscard]] bool can_open_window();
[[nodiscard]] int window(const WindowOptions& options);

struct ShotOptions {
  std::string what, out, view, size;
  bool only = false;  ///< the view alone, without the rest of the window
  std::optional<model::EventNumber> at;
  std::uint32_t seed = 0;
  float scale = 1;
  bool light = false, projector = false;
  std::string theme = {}, layout = {};
  std::string with = {};                   ///< what it is compared with; empty: nothing, or itself with `programs`
  std::vector<std::string> programs = {};  ///< NAME=PROGRAM in that one
  std::vector<std::string> debug = {};     ///< moves of a debugger: "over", "back into", "stop PLACE", a place to go to
};
[[nodiscard]] int shot(const ShotOptions& options);

}  // namespace exo::cli
