// One key from a line changed in a library OS to the same moment with it: real edits, real builds, real machines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "explorer/session/session.hpp"
#include "tests/rebuild/workshop.hpp"

namespace exo::test {
namespace {

namespace fs = std::filesystem;
using model::Rebuilding;
using session::Connection;
using session::Session;
using testing::HasSubstr;
using Kind = model::DebugMove::Kind;
using Stage = Rebuilding::Stage;

constexpr const char* kStand = "if (page == kNoPage)";
constexpr const char* kChoice = "const uint32_t page = heap.choose(frame);";

class Rebuild : public testing::Test {
 protected:
  static void SetUpTestSuite() { workshop_ = std::make_unique<Workshop>(); }
  static void TearDownTestSuite() { workshop_.reset(); }

  void SetUp() override {
    // What the test before left is mended, and built.
    workshop_->restore();
    begin();
    rebuild();
    ASSERT_EQ(stage(), Stage::Back) << words();
  }

  void begin() {
    session::LiveOptions live;
    live.scenario_path = workshop_->scenario();
    live.start_paused = true;
    session_ = Session::live(live);
    pump([&] { return session_->history().size() >= 1; });
  }

  template <typename Until>
  void pump(const Until& until) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!until()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << session_->status_text();
      session_->pump(std::chrono::milliseconds(10));
    }
  }
  void run_to_end() {
    session_->apply(model::Run{});
    pump([&] { return session_->connection() == Connection::Finished; });
  }
  void debug(const model::Command& command) {
    session_->apply(command);
    pump([&] { return !view().moving; });
  }
  void rebuild() {
    session_->apply(model::Rebuild{});
    pump([&] { return !session_->rebuilding()->busy(); });
  }
  [[nodiscard]] Stage stage() const { return session_->rebuilding()->stage; }
  [[nodiscard]] const std::string& words() const { return session_->rebuilding()->words; }
  [[nodiscard]] const debugger::View& view() const {
    static const debugger::View nothing;
    return session_->debug_view() == nullptr ? nothing : *session_->debug_view();
  }
  [[nodiscard]] std::uint32_t line() const { return view().frames.empty() ? 0 : view().frames.front().line; }
  /// The debugger stands where the library OS chooses a page.
  void stand_in_on_revoke() {
    run_to_end();
    session_->apply(model::Seek{1});
    debug(model::DebugLook{});
    debug(model::DebugMove{Kind::To, false, "template/main.cpp:" + std::to_string(workshop_->line_of(kStand))});
    ASSERT_EQ(line(), workshop_->line_of(kStand)) << view().status;
  }

  static std::unique_ptr<Workshop> workshop_;
  std::unique_ptr<Session> session_;
};
std::unique_ptr<Workshop> Rebuild::workshop_;

TEST_F(Rebuild, NothingChangedIsTheSameInstant) {
  stand_in_on_revoke();
  const debugger::View before = view();
  const auto events = session_->history().size(), cursor = session_->cursor();
  rebuild();
  ASSERT_EQ(stage(), Stage::Back) << words();
  EXPECT_THAT(words(), HasSubstr("the 1st time that mine is at main.cpp:"));
  EXPECT_THAT(words(), HasSubstr("the events are the same"));
  EXPECT_EQ(view().instant, before.instant);
  EXPECT_EQ(session_->cursor(), cursor);
  EXPECT_EQ(session_->history().size(), events);
  EXPECT_EQ(session_->connection(), Connection::Finished);  // there is a machine, and it can go on
}

TEST_F(Rebuild, TheLineIsFollowedAndStopsAndWatchesSurvive) {
  stand_in_on_revoke();
  const std::uint32_t line_before = line();
  const std::string returns = "template/main.cpp:" + std::to_string(workshop_->line_of("heap.give_back(page"));
  debug(model::DebugBreak{returns});
  debug(model::DebugBreak{"write heap.clock_"});
  debug(model::DebugBreak{"event event = RevokeReturned"});
  debug(model::DebugWatch{"frame"});
  ASSERT_EQ(view().breaks.size(), 3u) << session_->status_text();
  const std::uint64_t stops = view().stops;

  workshop_->edit("// 2. Somebody", "// A new line,\n// and another one.\n\n// 2. Somebody");
  workshop_->edit("volatile uint32_t work = 0; work < 50", "volatile uint32_t work = 0; work < 40");
  rebuild();
  ASSERT_EQ(stage(), Stage::Back) << words();
  EXPECT_EQ(line(), line_before + 3) << words();
  EXPECT_THAT(words(), HasSubstr("(it was line " + std::to_string(line_before) + ")"));
  EXPECT_GT(view().stops, stops);
  EXPECT_TRUE(view().source.warning.empty()) << view().source.warning;
  EXPECT_EQ(session_->cursor(), view().event);
  ASSERT_EQ(view().breaks.size(), 3u);
  EXPECT_EQ(view().breaks[0].line, workshop_->line_of("heap.give_back(page"));
  EXPECT_TRUE(view().breaks[0].problem.empty()) << view().breaks[0].problem;
  EXPECT_TRUE(view().breaks[1].problem.empty()) << view().breaks[1].problem;
  ASSERT_EQ(view().watches.size(), 1u);
  EXPECT_FALSE(view().watches[0].missing) << view().watches[0].text;
  // The stop is one of the new program's.
  debug(model::DebugMove{Kind::Continue});
  EXPECT_EQ(line(), workshop_->line_of("heap.give_back(page")) << view().status;
}

TEST_F(Rebuild, AnotherWayIsSaid) {
  // Nobody debugs: the cursor stands at the return of the frame, which then does not come.
  run_to_end();
  const auto& history = session_->history();
  model::EventNumber returned = 0;
  for (model::EventNumber i = 1; i <= history.size() && returned == 0; ++i)
    if (history.event(i).id == abi::Event::RevokeReturned) returned = i;
  ASSERT_NE(returned, 0u);
  session_->apply(model::Seek{returned});
  const model::Ticks then = history.ticks(returned);
  workshop_->edit("mark_answered(request);\n  (void)heap.give_back(page, PageState::Absent);",
                  "mark_answered(request);");
  rebuild();
  ASSERT_EQ(stage(), Stage::Back) << words();
  EXPECT_THAT(words(), HasSubstr("the run took another way at"));
  EXPECT_THAT(words(), HasSubstr("this is the same machine time"));
  EXPECT_EQ(session_->history().total(abi::Event::RevokeReturned), 0u);
  EXPECT_LE(session_->history().ticks(session_->cursor()), then);
  EXPECT_GT(session_->history().ticks(session_->cursor() + 1), then);
  EXPECT_EQ(session_->debug_view(), nullptr);
}

TEST_F(Rebuild, ALineThatIsGone) {
  stand_in_on_revoke();
  workshop_->edit("if (page == kNoPage) return note(Note::Ignored, frame, microseconds);\n",
                  "(void)frame;\n  (void)microseconds;\n");
  workshop_->edit(kChoice, "if (request != 77) return;\n  const uint32_t page = 0;");
  rebuild();
  ASSERT_EQ(stage(), Stage::Back) << words();
  EXPECT_EQ(view().event, session_->cursor());
  EXPECT_NE(session_->debug_view(), nullptr);
}

TEST_F(Rebuild, TheCompilersWordsAndTheOldRunStays) {
  stand_in_on_revoke();
  const auto events = session_->history().size();
  const debugger::View before = view();
  workshop_->edit(kChoice, "const uint32_t page = heap.chose(frame);");
  rebuild();
  EXPECT_EQ(stage(), Stage::Failed);
  EXPECT_THAT(words(), HasSubstr("1 error"));
  const auto& complaints = session_->rebuilding()->complaints;
  ASSERT_FALSE(complaints.empty());
  EXPECT_EQ(complaints[0].file, Workshop::source());
  EXPECT_EQ(complaints[0].line, workshop_->line_of("heap.chose"));
  EXPECT_THAT(complaints[0].text, HasSubstr("chose"));
  EXPECT_EQ(session_->history().size(), events);
  EXPECT_EQ(view().instant, before.instant);
  session_->apply(model::OpenSource{complaints[0].file, complaints[0].line});
  ASSERT_NE(session_->opened_source(), nullptr);
  EXPECT_THAT(session_->opened_source()->text.at(complaints[0].line - 1), HasSubstr("heap.chose"));
  // A step in the run that stayed, and the mended program.
  debug(model::DebugMove{Kind::LineOver});
  EXPECT_GT(view().instant, before.instant);
  debug(model::DebugMove{Kind::LineOver, true});
  EXPECT_EQ(line(), before.frames[0].line);
  workshop_->restore();
  rebuild();
  EXPECT_EQ(stage(), Stage::Back) << words();
  EXPECT_EQ(view().instant, before.instant) << words();
  EXPECT_EQ(session_->opened_source(), nullptr);
}

TEST_F(Rebuild, TheLinkersWords) {
  workshop_->edit(kChoice, "extern uint32_t nobody(uint32_t);\n  const uint32_t page = nobody(frame);");
  rebuild();
  EXPECT_EQ(stage(), Stage::Failed);
  ASSERT_EQ(session_->rebuilding()->complaints.size(), 1u);
  EXPECT_EQ(session_->rebuilding()->complaints[0].file, Workshop::source());
  EXPECT_EQ(session_->rebuilding()->complaints[0].line, workshop_->line_of("nobody(frame)"));
  EXPECT_THAT(session_->rebuilding()->complaints[0].text, HasSubstr("undefined symbol"));
}

TEST_F(Rebuild, WhatWasInjectedByHandIsInjectedAgain) {
  session_->apply(model::StepEvent{100});
  pump([&] { return session_->history().size() >= 100; });
  abi::ControlCommand command{};
  command.op = std::uint16_t(abi::ControlOp::Kill);
  command.environment = 2;
  session_->apply(model::Inject{command});
  run_to_end();
  const auto gone = [&] { return session_->history().total(abi::Event::EnvGone); };
  ASSERT_EQ(gone(), 1u);
  for (int i = 0; i < 2; ++i) {
    rebuild();
    ASSERT_EQ(stage(), Stage::Back) << words();
    EXPECT_EQ(gone(), 1u);
    EXPECT_THAT(words(), HasSubstr("the events are the same"));
  }
  // From the beginning it is the scenario alone.
  session_->apply(model::Restart{});
  run_to_end();
  EXPECT_EQ(gone(), 0u);
}

TEST_F(Rebuild, TheScenarioIsReadAgain) {
  const fs::path file = workshop_->scenario();
  const fs::path kept = file.string() + ".kept";
  fs::copy_file(file, kept);
  std::string text;
  {
    std::ifstream in(file);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  run_to_end();
  const auto at = text.find("pages = 6");
  ASSERT_NE(at, std::string::npos);
  std::ofstream(file) << std::string(text).replace(at, 9, "pages = 3");
  rebuild();
  EXPECT_EQ(stage(), Stage::Back) << words();
  const auto allocated = session_->history().total(abi::Event::FrameAllocated);
  std::ofstream(file) << "title = ";
  rebuild();
  EXPECT_EQ(stage(), Stage::Failed);
  EXPECT_THAT(words(), HasSubstr("TOML"));
  EXPECT_EQ(session_->history().total(abi::Event::FrameAllocated), allocated);
  fs::rename(kept, file);
  rebuild();
  EXPECT_GT(session_->history().total(abi::Event::FrameAllocated), allocated);
}

TEST_F(Rebuild, ALineInALoopForTheSameTime) {
  run_to_end();
  session_->apply(model::Seek{1});
  debug(model::DebugLook{});
  // Misses come page by page: at the fourth, three have come before.
  const std::string where = "template/main.cpp:" + std::to_string(workshop_->line_of("return heap.take(page"));
  for (int i = 0; i < 4; ++i) debug(model::DebugMove{Kind::To, false, where});
  const auto frames = [&] { return session_->history().state_at(session_->cursor()).free_frames; };
  const auto free = frames();
  workshop_->edit("  if (!Heap::contains(address)) return false;", "\n  if (!Heap::contains(address)) return false;");
  rebuild();
  ASSERT_EQ(stage(), Stage::Back) << words();
  EXPECT_THAT(words(), HasSubstr("the 4th time that mine is at main.cpp:"));
  EXPECT_EQ(line(), workshop_->line_of("return heap.take(page"));
  EXPECT_EQ(frames(), free);
}

TEST_F(Rebuild, ACopyOfTheFolderIsAProgram) {
  const fs::path own = workshop_->folder() / "libos/mine";
  fs::copy(workshop_->folder() / "libos/template", own, fs::copy_options::recursive);
  const std::string scenario = (own / "workshop.toml").string();
  const std::string line = "sed -i 's/program = \"template\"/program = \"mine\"/' '" + scenario + "' && ninja -C '" +
                           workshop_->build().string() + "' guest-mine >/dev/null 2>&1";
  ASSERT_EQ(std::system(line.c_str()), 0);
  session::LiveOptions live;
  live.scenario_path = scenario;
  session_ = Session::live(live);
  run_to_end();
  EXPECT_EQ(session_->failure(), nullptr);
  rebuild();
  EXPECT_EQ(stage(), Stage::Back) << words();
  fs::remove_all(own);
}

TEST_F(Rebuild, TheSameKeyGivesItUp) {
  stand_in_on_revoke();
  const auto instant = view().instant;
  workshop_->edit("work < 50", "work < 60");
  session_->apply(model::Rebuild{});
  session_->pump(std::chrono::milliseconds(1));
  ASSERT_TRUE(session_->rebuilding()->busy()) << words();
  session_->apply(model::Rebuild{});
  EXPECT_EQ(stage(), Stage::Cancelled);
  EXPECT_THAT(session_->status_text(), HasSubstr("given up"));
  pump([&] { return !view().moving; });
  EXPECT_EQ(view().instant, instant);
}

TEST_F(Rebuild, WithoutABuildFolder) {
  const fs::path other = workshop_->folder() / "elsewhere";
  fs::create_directories(other);
  fs::copy(workshop_->build() / "guest", other / "guest", fs::copy_options::recursive);
  const std::string before = std::getenv("EXOSCOPE_GUEST_DIR");
  setenv("EXOSCOPE_GUEST_DIR", (other / "guest").c_str(), 1);
  begin();
  session_->apply(model::Rebuild{});
  EXPECT_EQ(stage(), Stage::Failed);
  EXPECT_THAT(session_->status_text(), HasSubstr("is no folder that CMake and Ninja build in"));
  setenv("EXOSCOPE_GUEST_DIR", before.c_str(), 1);
}

TEST_F(Rebuild, ARecordingSaysWhyNot) {
  run_to_end();
  const std::string path = (workshop_->folder() / "run.exotrace").string();
  session_->apply(model::SaveRecording{path});
  pump([&] { return session_->saving() == nullptr; });
  session_ = Session::recording(path);
  session_->apply(model::Rebuild{});
  EXPECT_EQ(session_->rebuilding(), nullptr);
  EXPECT_THAT(session_->status_text(), HasSubstr("this is a recording"));
}

TEST_F(Rebuild, ClosingEndsTheBuild) {
  workshop_->edit("work < 50", "work < 70");
  session_->apply(model::Rebuild{});
  session_->pump(std::chrono::milliseconds(1));
  session_.reset();
  // The folder is free: the next one need not wait.
  begin();
  rebuild();
  EXPECT_EQ(stage(), Stage::Back) << words();
}

}  // namespace
}  // namespace exo::test
