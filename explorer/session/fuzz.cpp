#include "explorer/session/fuzz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "explorer/common/error.hpp"
#include "explorer/model/words.hpp"
#include "explorer/scenario/parse.hpp"
#include "explorer/scenario/plan.hpp"
#include "explorer/session/leaks.hpp"
#include "explorer/session/player.hpp"

namespace exo::session {
namespace {

constexpr std::chrono::milliseconds kTurn{20};
constexpr std::chrono::seconds kPatience{30};  ///< wall time without an event
constexpr std::size_t kMostFindings = 10;
constexpr std::uint32_t kCommandsPerAudit = 6;
constexpr std::uint32_t kFewEnvironments = 24;  ///< with fewer left, the host makes room

class FuzzMachine {
 public:
  FuzzMachine(std::shared_ptr<const connection::GuestImages> images, const FuzzPlan& plan)
      : plan_(plan), random_(plan.seed), session_(make_session(std::move(images), plan)) {}

  FuzzResult run(const std::function<bool(const FuzzResult&)>& progress) {
    run_on();  // to the first event
    bool wanted = true;
    while (wanted && result_.findings.empty() && session_->connection() == Connection::Paused && !all_steps_told()) {
      session_->apply(model::StepStory{});
      run_on();
      count();
      add_commands();
      wanted = progress(result_);
    }
    // Its events are not counted: when everything is dead the machine idles on for as long as the host takes to look.
    if (wanted && result_.findings.empty()) look_for_leaks();
    count_audits();
    if (!result_.findings.empty() || plan_.keep) save();
    session_->close();
    return result_;
  }

 private:
  FuzzPlan plan_;
  std::mt19937 random_;
  std::unique_ptr<Session> session_;
  FuzzResult result_;
  model::EventNumber counted_ = 0;

  static std::unique_ptr<Session> make_session(std::shared_ptr<const connection::GuestImages> images,
                                               const FuzzPlan& plan) {
    BootPlan boot_plan;
    boot_plan.images = std::move(images);
    boot_plan.scenario = std::make_shared<const scenario::Scenario>(
        scenario::parse(fuzz_scenario(plan), fmt::format("fuzz-{}.toml", plan.seed), program_names(*boot_plan.images)));
    boot_plan.commands = scenario::commands_up_front(*boot_plan.scenario);
    LiveOptions options;
    options.start_paused = true;
    return std::make_unique<Player>(options, std::move(boot_plan), boot);
  }

  [[nodiscard]] const model::History& history() const { return session_->history(); }
  [[nodiscard]] bool all_steps_told() const {
    const auto& steps = session_->story().steps;
    return steps.empty() || steps.back().reached != 0;
  }

  void found(std::string text) { result_.findings.push_back({history().size(), std::move(text)}); }

  /// Until the machine stands still. One that stands still by itself has hung.
  void run_on() {
    auto last = std::chrono::steady_clock::now();
    model::EventNumber seen = history().size();
    while (session_->connection() == Connection::Running || session_->connection() == Connection::Starting) {
      session_->pump(kTurn);
      const auto now = std::chrono::steady_clock::now();
      if (history().size() != seen) {
        seen = history().size();
        last = now;
      } else if (now - last > kPatience) {
        return found(fmt::format("nothing has happened for {} s: the kernel hangs", kPatience.count()));
      }
    }
  }

  void look_for_leaks() {
    try {
      for (auto& leak : kill_everything(*session_)) found("after killing everything: " + leak);
    } catch (const Error& error) {
      found(error.what());
    }
  }

  void count_audits() {
    result_.audits = history().audits().size();
    result_.checked = 0;
    for (const auto& audit : history().audits()) result_.checked += audit.checked;
  }

  /// Reads what is new in the history.
  void count() {
    for (auto records = history().records_from(counted_ + 1); !records.empty();
         records = history().records_from(counted_ + 1)) {
      for (const auto& record : records) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(&record);
        for (std::size_t i = 0; i < sizeof record; i += 4)
          result_.fingerprint = (result_.fingerprint ^
                                 (bytes[i] | std::uint64_t(bytes[i + 1]) << 8 | std::uint64_t(bytes[i + 2]) << 16)) *
                                0x100'0000'01b3;
        if (record.event == std::uint16_t(abi::Event::Noted) && record.arguments[0] == std::uint32_t(abi::Note::Fuzzed))
          result_.calls += record.arguments[1];
      }
      counted_ += records.size();
    }
    result_.events = history().size();
    count_audits();
    result_.refused = history().total(abi::Event::SyscallRefused);
    result_.environments = history().total(abi::Event::EnvCreated);
    result_.aborts = history().total(abi::Event::RevokeAborted);
    result_.guest_us = model::micros(history().newest().now);
    if (result_.findings.empty()) result_.findings = judge_fuzzed(history());
    if (session_->failure() != nullptr && result_.findings.empty()) found(session_->failure()->what());
    std::ranges::stable_sort(result_.findings, {}, &Finding::event);
    if (result_.findings.size() > kMostFindings) result_.findings.resize(kMostFindings);
  }

  std::uint32_t below(std::uint32_t limit) { return std::uint32_t(random_() % limit); }

  void inject(abi::ControlOp op, std::uint32_t env, std::uint32_t a, std::uint32_t b) {
    session_->apply(model::Inject{{0, std::uint16_t(op), std::uint16_t(env), a, b}});
  }

  /// The control ring is an input of the kernel too: commands with good and bad arguments, and room for new
  /// environments when few are left. The warden (1) is spared.
  void add_commands() {
    if (!result_.findings.empty() || session_->connection() != Connection::Paused) return;
    static constexpr abi::ControlOp kOps[] = {abi::ControlOp::Revoke,  abi::ControlOp::Revoke, abi::ControlOp::Kill,
                                              abi::ControlOp::Hang,    abi::ControlOp::Wake,   abi::ControlOp::Key,
                                              abi::ControlOp::Pressure};
    for (std::uint32_t i = 0; i < kCommandsPerAudit; ++i) {
      const std::uint32_t env = below(10) == 0 ? 60 + below(8) : 2 + below(10);
      const std::uint32_t frame = below(2) == 0 ? abi::kAnyFrame : below(400);
      inject(kOps[below(std::size(kOps))], env, frame, below(300) << 16 | below(200));
    }
    std::uint32_t free = 0;
    for (const auto& env : history().newest().envs) free += env.state == abi::EnvState::Free;
    if (free > kFewEnvironments) return;
    for (std::uint32_t env = 2; env < abi::kMaxEnvironments; ++env)
      if (below(2) == 0) inject(abi::ControlOp::Kill, env, 0, 0);
  }

  void save() {
    if (plan_.trace_path.empty()) return;
    session_->apply(model::Pause{});
    session_->apply(model::SaveRecording{plan_.trace_path});
    while (session_->saving() != nullptr) session_->pump(kTurn);
  }
};

/// What the first program says of itself: a check of its own failed, or it gives up, which it never should. Nor may it
/// be ended.
template <class Add>
void judge_warden(const model::History& history, const Add& add) {
  for (model::EventNumber number = 1; number <= history.size();) {
    const auto records = history.records_from(number);
    if (records.empty()) return;
    for (const auto& record : records) {
      const auto event = number++;
      if (record.event == std::uint16_t(abi::Event::EnvKilled) && record.arguments[0] == 1)
        add(event, fmt::format("the warden is destroyed: {}", model::reason_text(record.arguments[1])));
      if (record.event != std::uint16_t(abi::Event::Noted) || record.environment != 1) continue;
      if (record.arguments[0] == std::uint32_t(abi::Note::CheckFailed))
        add(event, fmt::format("a check of the warden failed: line {}, got {:#x}, wanted {:#x}", record.arguments[1],
                               record.arguments[2], record.arguments[3]));
      if (record.arguments[0] == std::uint32_t(abi::Note::Crashed))
        add(event, fmt::format("the warden crashed: exception {}, address {:#x}, instruction {:#x}",
                               record.arguments[1], record.arguments[2], record.arguments[3]));
    }
  }
}

}  // namespace

std::vector<Finding> judge_kernel(const model::History& history) {
  std::vector<Finding> findings;
  const auto add = [&](model::EventNumber event, std::string text) {
    if (findings.size() < kMostFindings) findings.push_back({event, std::move(text)});
  };
  if (history.newest().panicked) add(history.size(), "the kernel panicked");
  for (const auto& audit : history.audits())
    for (const auto& difference : audit.differences) add(audit.number, "audit: " + difference);
  for (const auto& broken : history.broken_invariants()) add(broken.number, "broken: " + broken.text);
  for (const auto& complaint : history.complaints()) add(complaint.number, "trace: " + complaint.text);
  for (const auto& gap : history.gaps()) add(gap.after, fmt::format("trace: {} events are missing", gap.lost));
  return findings;
}

std::vector<Finding> judge_fuzzed(const model::History& history) {
  std::vector<Finding> findings = judge_kernel(history);
  judge_warden(history, [&](model::EventNumber event, std::string text) {
    if (findings.size() < kMostFindings) findings.push_back({event, std::move(text)});
  });
  std::ranges::stable_sort(findings, {}, &Finding::event);
  return findings;
}

FuzzResult run_fuzz(std::shared_ptr<const connection::GuestImages> images, const FuzzPlan& plan,
                    const std::function<bool(const FuzzResult&)>& progress) {
  return FuzzMachine(std::move(images), plan).run(progress);
}

}  // namespace exo::session
