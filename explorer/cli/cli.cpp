#include "explorer/cli/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "explorer/cli/commands.hpp"
#include "explorer/cli/compare_command.hpp"
#include "explorer/cli/output.hpp"
#include "explorer/cli/signals.hpp"
#include "explorer/common/error.hpp"
#include "explorer/scenario/variation.hpp"

namespace exo::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  exoscope                              the window, on the first lesson
  exoscope list                         all lessons
  exoscope run abort-deadline           a lesson told in the terminal
  exoscope run abort-deadline --json -  the same as data
  exoscope run abort-deadline --trace a.exotrace
  exoscope open a.exotrace              the window on that recording
  exoscope state a.exotrace --at 500    the kernel's state after 500 events
  exoscope query a.exotrace 'event = Revoke* count by env'
  exoscope export a.exotrace --perfetto a.json    for ui.perfetto.dev
  exoscope why a.exotrace "frame 5"     what made it as it is
  exoscope verify a.exotrace            run it again and compare bit for bit
  exoscope bench                        what the kernel's primitives cost
  exoscope gdb abort-deadline           gdb goes through that lesson, forwards and backwards
  exoscope abort-deadline --gdb         the same beside the window: one run, one cursor
  exoscope profile abort-deadline       where its instructions went, every one of them

Exit codes: 0 good, 1 expectations failed, 2 bad usage or input, 3 the machine failed.)";

constexpr const char* kRunFooter = R"(Examples:
  exoscope run visible-revocation
  exoscope run abort-deadline --json - | jq .revocations
  exoscope run abort-deadline --seed 7          the variation of student 7
  exoscope run abort-deadline --answers class.json --json grades.json

Answers: one entry a student, as a JSON list or one object a line:
  {"student": "Ada", "seed": 7, "answers": {"4": "All its pages but frame 5"}}
A key is the step that asks ("4"), or the question's number ("q1"). A text is a choice or its letter, a word, a number,
or an object ("frame 5"). Without "seed" it is --seed. A score that the window saved is such an entry. The lesson is run
once for each variation; with --json every answer is written beside what was true.

Exit code 0 only if every expectation holds; answers that are wrong change nothing in it.)";

/// Everything the command line said.
struct Arguments {
  RunOptions run;
  FuzzOptions fuzz;
  BpfOptions bpf;
  WindowOptions window, open;
  ShotOptions shot;
  QueryOptions query;
  ExportOptions data;
  CompareOptions compare;
  GdbOptions gdb;
  ProfileOptions profile;
  std::string trace, out, bench_json;
  std::optional<model::EventNumber> at;
  bool words = false;
  WhyOptions why;
};

void add_look(CLI::App& app, float& scale, bool& light, std::string& theme) {
  app.add_option("--scale", scale, "size of everything, 1 to 4; for a projector try 2")
      ->check(CLI::Range(0.5, 4.0))
      ->type_name("FACTOR");
  app.add_flag("--light", light, "dark words on a light ground");
  app.add_option("--theme", theme, "dark, light, contrast, contrast-light, safe or safe-light (for the colour-blind)")
      ->type_name("NAME");
}

void add_gdb_option(CLI::App& app, std::optional<std::string>& gdb) {
  app.add_option_function<std::vector<std::string>>(
         "--gdb", [&gdb](const std::vector<std::string>& said) { gdb = said.empty() ? "" : said.front(); },
         "gdb may connect to the run in the window; default: a socket in a new private folder")
      ->expected(0, 1)
      ->type_name("SOCKET");
}

void add_seed(CLI::App& app, std::uint32_t& seed) {
  app.add_option("--seed", seed, "which variation of the lesson; 0 is the lesson as written")
      ->check(CLI::Range(std::uint32_t{0}, scenario::kLargestSeed))
      ->type_name("N");
}

void add_fuzz(CLI::App& app, FuzzOptions& said) {
  auto* fuzz = app.add_subcommand("fuzz", "Hostile library OSes make random system calls: does the kernel hold?");
  fuzz->add_option("--seed", said.seed, "what everything follows from; default 1")->type_name("S");
  fuzz->add_option("--count", said.count, "system calls in all; default 100000")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  fuzz->add_option("--per-machine", said.per_machine, "calls on one machine, before the next boots; default 50000")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
      ->type_name("N");
  fuzz->add_option("--trace", said.trace, "where the recording of a failure goes; default fuzz-SEED.exotrace")
      ->type_name("FILE");
  fuzz->add_flag("--keep", said.keep, "record every machine, not only one that failed");
  fuzz->add_option("--bpf", said.programs, "instead: so many random programs of eBPF, compared with the interpreter")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  fuzz->add_option("--bpf-bytes", said.program_bytes, "instead: so many programs of random bytes, or spoiled ones")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  fuzz->footer(
      "Three library OSes pass random, mutated, stale and stolen arguments to every system call, fault in every way "
      "and\n"
      "make environments that do the same. Every 10,000 calls the kernel shows its tables, and they are compared with\n"
      "the trace; at the end everything is killed, and all frames, slices and identifiers must have come back.\n"
      "The same seed and counts make the same run. With more calls than one machine makes, further machines follow,\n"
      "each with a seed of its own, derived from S.\n"
      "A failure prints the machine's seed and the event, and leaves a recording.\n"
      "Examples:\n  exoscope fuzz --seed 7 --count 2000000\n  exoscope state fuzz-7.exotrace --at 12345\n"
      "Exit code 0: nothing was found; 1: something was.");
}

void add_bench(CLI::App& app, std::string& json) {
  auto* bench =
      app.add_subcommand("bench", "What every primitive of the kernel costs, beside Aegis, the goal and Linux");
  bench->add_option("--json", json, "write the figures as one JSON object; - is standard output")->type_name("FILE");
  bench->footer(
      "Boots the machine twice, with tracing off and on, and counts guest instructions inside it: the figures are the\n"
      "same on every machine and every run. How each was measured is printed below the table.\n"
      "Example: what is not reached?\n"
      "  exoscope bench --json - | jq '.primitives[] | select(.met == false)'\n"
      "Exit code 0 when everything was measured, whether the goals are met or not.");
}

void add_data(CLI::App& app, Arguments& said) {
  auto* query = app.add_subcommand("query", "Search a recording: the events that match, or how many by a field");
  query->add_option("trace", said.query.trace, "a recording")->required();
  query->add_option("expression", said.query.expression, "what to look for; without it, every event");
  query->add_option("--count-by", said.query.count_by, "a table of how often each value of this field occurs")
      ->type_name("FIELD");
  auto* csv = query->add_flag("--csv", said.query.csv, "as comma-separated values");
  query->add_flag("--json", said.query.json, "as one JSON array")->excludes(csv);
  query->footer(
      "An expression compares fields, joins tests with and, or, not and ( ), or searches for plain words:\n"
      "  exoscope query a.exotrace 'event = RevokeAborted and env = stubborn'\n"
      "  exoscope query a.exotrace 'frame in 5..12 or page >= 0x10010'\n"
      "  exoscope query a.exotrace 'time in 1200us..1300us not category = tlb'\n"
      "  exoscope query a.exotrace 'event = Revoke* count by env'\n"
      "  exoscope query a.exotrace 'asked for frame'\n"
      "Fields are event (Revoke* for several), env (acts or is named), actor, time, number, category, frame, page,\n"
      "slice, request, download, packet, pc, and the arguments of kernel/abi/trace_events.def by their names.\n"
      "A test on a field that an event doesn't have is not true. An event that names two environments counts for "
      "both.");

  auto* data = app.add_subcommand("export", "A recording as a file for other tools");
  data->add_option("trace", said.data.trace, "a recording")->required();
  data->add_option("--csv", said.data.csv,
                   "every event, one line each, with its fields and its sentence; - is standard output")
      ->type_name("FILE");
  data->add_option("--perfetto", said.data.perfetto,
                   "a trace for ui.perfetto.dev: environments as processes; - is standard output")
      ->type_name("FILE");
  data->add_option("--pcap", said.data.pcap, "the packets, in and out, with guest times (.pcap)")->type_name("FILE");
  data->footer(
      "In Perfetto an environment is a process, a slice a span on its thread \"processor\", an upcall a span within "
      "it\n"
      "(until the next one or until the processor leaves), a revocation a span of its own with its stages, a "
      "protected\n"
      "control transfer an arrow, and the frames owned are counters. Times are guest microseconds.\n"
      "Examples:\n  exoscope export a.exotrace --perfetto a.json\n  exoscope export a.exotrace --csv - | head\n"
      "  exoscope export a.exotrace --pcap a.pcap && tcpdump -nr a.pcap");

  auto* copy = app.add_subcommand("scenario", "What was done live in a recording, as a scenario that replays");
  copy->add_option("trace", said.trace, "a recording, saved in the window")->required();
  copy->add_option("--out", said.out, "the scenario to write (.toml); - is standard output")
      ->required()
      ->type_name("FILE");
  copy->footer(
      "The recorded scenario's own text, and an [[inject]] for everything that was injected by hand, at the guest "
      "time\n"
      "at which the kernel took it. Answers to questions are not copied.\n"
      "Example:\n  exoscope scenario a.exotrace --out again.toml && exoscope run again.toml");
}

void add_compare(CLI::App& app, CompareOptions& said) {
  auto* compare = app.add_subcommand("compare", "Two runs side by side on one clock, what differs, and their totals");
  compare->add_option("first", said.first, "a lesson, a scenario file or a recording")->required();
  compare->add_option("second", said.second, "another one; default: the first once more");
  compare->add_option("--program,--env", said.programs, "in the second, this library OS runs in that environment")
      ->type_name("NAME=PROGRAM")
      ->allow_extra_args(false);
  compare->add_option("--json", said.json, "no window: write what differs as one JSON object; - is standard output")
      ->type_name("FILE");
  compare->add_flag("--text", said.text, "no window: say what differs");
  add_seed(*compare, said.seed);
  add_look(*compare, said.window.scale, said.window.light, said.window.theme);
  compare->footer(
      "Environments are matched by name. Examples:\n"
      "  exoscope compare polite-and-stubborn --program stubborn=polite\n"
      "  exoscope compare before.exotrace after.exotrace --text\n"
      "  exoscope compare abort-deadline my-edit.toml --json - | jq .first_difference\n"
      "  exoscope compare abort-deadline --program stubborn=polite --seed 7\n"
      "With --seed both runs are that variation; a recording stays the one that it is.\n"
      "Exit codes without the window: 0 both are the same bit for bit, 1 they differ.");
}

void add_profile(CLI::App& app, ProfileOptions& said) {
  auto* profile = app.add_subcommand("profile", "Where the instructions of a lesson or a recording went, counted");
  profile->add_option("what", said.what, "a lesson, a scenario file or a recording")->required();
  profile->add_option("--from", said.from, "only what comes after this event")->type_name("EVENT#");
  profile->add_option("--to", said.to, "only what comes before this event")->type_name("EVENT#");
  profile->add_option("--by", said.by, "what a row is: env, function or line")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, ProfileOptions::By>{{"env", ProfileOptions::By::Env},
                                                                            {"function", ProfileOptions::By::Function},
                                                                            {"line", ProfileOptions::By::Line}},
                                  CLI::ignore_case))
      ->type_name("WHAT");
  profile->add_option("--top", said.top, "so many rows; 0: all")->type_name("N");
  auto* folded = profile->add_flag("--folded", said.folded, "call stacks, one a line, for a flame graph");
  profile->add_flag("--json", said.json, "every line and every stack, as JSON")->excludes(folded);
  profile->add_option("--out", said.out, "write there instead of to standard output")->type_name("FILE");
  add_seed(*profile, said.seed);
  profile->footer(
      "The run is executed again and every instruction counted: nothing is sampled, and the same run gives the same "
      "table.\n"
      "The kernel's instructions count for whoever had the processor.\n"
      "Examples:\n  exoscope profile abort-deadline --by line --top 10\n"
      "  exoscope profile a.exotrace --from 200 --to 300 --by env\n"
      "  exoscope profile a.exotrace --folded --out a.folded     # flamegraph.pl a.folded > a.svg");
}

void add_gdb(CLI::App& app, GdbOptions& said) {
  auto* gdb = app.add_subcommand("gdb", "A server for gdb-multiarch or an IDE: a lesson, forwards and backwards");
  gdb->add_option("what", said.what, "a lesson, a scenario file or a recording")->required();
  auto* socket =
      gdb->add_option("--socket", said.socket, "the Unix socket; default: in a new folder only you may enter")
          ->type_name("PATH");
  gdb->add_option("--port", said.port,
                  "instead a TCP port of this computer, which all its users can reach; 0: any free")
      ->excludes(socket)
      ->type_name("N");
  gdb->add_flag("--run", said.start_gdb, "start gdb-multiarch here, connected, and end with it");
  add_seed(*gdb, said.seed);
  gdb->footer(
      "The lesson is run to its end first; then gdb stands at its first instruction. Every environment is an inferior "
      "with\n"
      "its own symbols, also one that begins later; the kernel is the last one. It is executed again from what was "
      "recorded,\n"
      "so nothing can be written, and everything can be gone back over: reverse-continue, reverse-step, reverse-next.\n"
      "What only Exoscope has: `monitor help`. assets/gdb/README.md tells of our commands for gdb, and of VS Code.\n"
      "Beside the window, on the same run: exoscope abort-deadline --gdb.\n"
      "Examples:\n  exoscope gdb abort-deadline --run\n  exoscope gdb a.exotrace --socket /tmp/exo.sock");
}

void add_commands(CLI::App& app, Arguments& said) {
  app.add_option("scenario", said.window.what, "a lesson's name, or a scenario file: opens the window on it");
  add_look(app, said.window.scale, said.window.light, said.window.theme);
  add_seed(app, said.window.seed);
  add_gdb_option(app, said.window.gdb);

  app.add_subcommand("list", "The lessons, one line each");

  auto* run = app.add_subcommand("run", "Run a lesson without the window: its story, then its verdicts");
  run->add_option("scenario", said.run.scenario, "a lesson's name, or a scenario file")->required();
  run->add_option("--trace", said.run.trace, "record everything into this file (.exotrace)")->type_name("FILE");
  run->add_option("--json", said.run.json, "write what happened as one JSON object; - is standard output")
      ->type_name("FILE");
  run->add_option("--pcap", said.run.pcap, "write the packets, in and out, into this file (.pcap)")->type_name("FILE");
  run->add_option("--until", said.run.until, "stop after exactly so many events; expectations are not judged")
      ->check(CLI::PositiveNumber)
      ->type_name("EVENT");
  run->add_flag("--flight-recorder", said.run.flight_recorder,
                "never stop for a full trace: lose the oldest events, and count them");
  run->add_flag("!--no-stack", said.run.stacks, "don't execute a run that ends badly again for its stack");
  run->add_option("--answers", said.run.answers, "grade a class: its answers, as JSON or JSON lines")
      ->type_name("FILE")
      ->excludes("--trace")
      ->excludes("--pcap")
      ->excludes("--until");
  add_seed(*run, said.run.seed);
  run->footer(kRunFooter);

  auto* open = app.add_subcommand("open", "Open the window on a recording; no machine is needed");
  open->add_option("trace", said.open.what, "a recording made with run --trace")->required();
  add_look(*open, said.open.scale, said.open.light, said.open.theme);
  add_gdb_option(*open, said.open.gdb);

  auto* state = app.add_subcommand("state", "The whole kernel state at an event, as text that diff can compare");
  state->add_option("what", said.trace, "a recording, or a lesson, which is run so far")->required();
  state->add_option("--at", said.at, "after so many events; default: the last")->type_name("EVENT");
  state->add_flag("--words,--text", said.words, "in plain English, one fact a line");
  state->footer(
      "Example: what did event 500 change?\n  diff <(exoscope state a.exotrace --at 499) <(exoscope state a.exotrace "
      "--at 500)");

  auto* why = app.add_subcommand("why", "Why something is as it is: one sentence, and the events back to its cause");
  why->add_option("what", said.why.what, "a recording, or a lesson, which is run so far")->required();
  why->add_option("subject", said.why.subject, "\"frame 5\", \"tlb 3\", \"slice 2\", an environment's name...")
      ->required();
  why->add_option("--at", said.why.at, "after so many events; default: the last")->type_name("EVENT");
  why->footer("Examples:\n  exoscope why a.exotrace --at 500 \"frame 5\"\n  exoscope why abort-deadline stubborn");

  auto* verify = app.add_subcommand("verify", "Run a recording again and compare bit for bit");
  verify->add_option("trace", said.trace, "a recording of this build")->required();

  add_data(app, said);

  auto* bpf = app.add_subcommand("bpf", "Verify, compile and run a program of eBPF in a fresh machine");
  bpf->add_option("--memory", said.bpf.memory, "memory that r1 points to, in hex; r2 is its size")->type_name("HEX");
  bpf->add_flag("--assembly", said.bpf.assembly, "the program is text, as `exoscope fuzz --bpf` prints it");
  bpf->footer(
      "The program comes from standard input: pairs of hexadecimal digits, 8 bytes an instruction (RFC 9669).\n"
      "r0 goes to standard output, in hex.\n"
      "Examples:\n  echo 'b7 00 00 00 2a 00 00 00  95 00 00 00 00 00 00 00' | exoscope bpf\n"
      "  echo 'r0 = *(u8 *)(r1 + 1); exit' | exoscope bpf --assembly --memory '01 02'\n"
      "Exit code 1: it was refused; standard error says why and where.");

  add_fuzz(app, said.fuzz);
  add_bench(app, said.bench_json);
  add_compare(app, said.compare);
  add_gdb(app, said.gdb);
  add_profile(app, said.profile);

  auto* shot = app.add_subcommand("shot", "A picture of the window, without a display");
  shot->add_option("what", said.shot.what, "a lesson, a scenario file or a recording")->required();
  shot->add_option("--out", said.shot.out, "the picture to write (.png)")->required()->type_name("FILE");
  shot->add_option("--at", said.shot.at, "after so many events; default: the last")->type_name("EVENT");
  shot->add_option("--view", said.shot.view, "the view in the middle: machine, bindings, revocations, events, ...");
  shot->add_flag("--only", said.shot.only, "this view alone, without the rest of the window");
  said.shot.size = "1600x1000";
  shot->add_option("--size", said.shot.size, "WIDTHxHEIGHT in pixels; default 1600x1000");
  shot->add_option("--with", said.shot.with, "compared with this lesson, scenario file or recording");
  shot->add_option("--program", said.shot.programs, "compared with a run in which this library OS runs there")
      ->type_name("NAME=PROGRAM")
      ->allow_extra_args(false);
  shot->add_option("--layout", said.shot.layout, "Lecture, Step, Debug or Everything; default: Step")
      ->type_name("NAME");
  shot->add_option("--debug", said.shot.debug,
                   "debugged: a step (here, into, over, out, continue, with back before it), \"stop PLACE\", \"watch "
                   "EXPRESSION\", or a place to go on to; may be given again")
      ->type_name("MOVE");
  shot->add_flag("--projector", said.shot.projector, "as for a lecture hall: large, and only what matters");
  add_look(*shot, said.shot.scale, said.shot.light, said.shot.theme);
  add_seed(*shot, said.shot.seed);

  app.require_subcommand(0, 1);
  app.footer(kExamples);
}

int dispatch(const CLI::App& app, Arguments& said) {
  if (app.got_subcommand("list")) return list();
  if (app.got_subcommand("run")) return run(said.run);
  if (app.got_subcommand("fuzz")) return fuzz(said.fuzz);
  if (app.got_subcommand("state")) return state(said.trace, said.at, said.words);
  if (app.got_subcommand("why")) return why(said.why);
  if (app.got_subcommand("verify")) return verify(said.trace);
  if (app.got_subcommand("bpf")) return bpf(said.bpf);
  if (app.got_subcommand("query")) return query(said.query);
  if (app.got_subcommand("export")) return export_trace(said.data);
  if (app.got_subcommand("scenario")) return scenario(said.trace, said.out);
  if (app.got_subcommand("bench")) return bench(said.bench_json);
  if (app.got_subcommand("compare")) return compare(said.compare);
  if (app.got_subcommand("gdb")) return gdb(said.gdb);
  if (app.got_subcommand("profile")) return profile(said.profile);
  if (app.got_subcommand("shot")) return shot(said.shot);
  if (app.got_subcommand("open")) {
    said.open.is_recording = true;
    return window(said.open);
  }
  return window(said.window);
}

}  // namespace

int main(int count, char** arguments) {
  catch_signals();
  CLI::App app("Exoscope: a real exokernel in QEMU, library operating systems on it, and a window that shows it live.",
               "exoscope");
  Arguments said;
  try {
    add_commands(app, said);
    app.parse(count, arguments);
    return dispatch(app, said);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    complain(fmt::format("{}; see `exoscope --help`", error.what()));
    return int(ExitCode::BadInput);
  } catch (const Error& error) {
    if (const int signal = signal_caught(); signal != 0) {
      complain(signal_text(signal));
      return 128 + signal;
    }
    complain(error.what());
    return int(error.code());
  } catch (const std::exception& error) {
    complain(fmt::format("something unexpected failed: {}; please report it", error.what()));
    return int(ExitCode::MachineFailed);
  }
}

}  // namespace exo::cli
