#include "tests/ui/approved_cells.hpp"

#include "explorer/model/explain.hpp"
#include "explorer/views/command_palette.hpp"
#include "explorer/views/shell.hpp"
#include "tests/ui/debug_scene.hpp"
#include "tests/ui/profile_scene.hpp"

namespace exo::test {
namespace {

using views::Selection;

model::Question question(std::string text, std::string truth, std::string given) {
  model::Question out;
  out.text = std::move(text);
  out.choices = {truth, given};
  out.truth = std::move(truth);
  out.given = out.first = std::move(given);
  out.explanation = "The kernel asks first. Only when the deadline is over it takes the frame itself.";
  out.known = 1;
  out.revealed = true;
  return out;
}

/// Over, with one prediction right and one wrong.
model::Story story_of(const Lesson& scene, model::EventNumber end) {
  model::Story story;
  story.lesson = "page-5";
  story.title = "Page 5 in 50 microseconds";
  story.goal = "What happens when a library OS does not give back what it is asked for.";
  story.variations = 12;
  story.steps.resize(3);
  story.steps[0].say = "polite is asked for a frame, and returns it before any deadline.";
  story.steps[0].ask = question("Who chooses the frame that polite gives back?", "polite itself", "polite itself");
  story.steps[1].say = "stubborn does not answer. Now it is a demand, with a deadline.";
  story.steps[1].ask = question("What does the kernel do when the deadline is over?", "It takes the frame by force.",
                                "It kills the library OS.");
  story.steps[2].say = "The deadline runs in machine time: a pause stops it, too.";
  story.steps[2].hint = "The orange bar of the capability's frame.";
  story.steps[2].look = {model::Look::Object::Frame, "machine", scene.demanded};
  for (model::StoryStep& step : story.steps) step.reached = end;
  story.expectations = {{"no frame has two owners", true}, {"stubborn lost one frame", std::nullopt}};
  return story;
}

std::vector<views::LessonCard> lessons() {
  std::vector<views::LessonCard> out;
  for (const char* title :
       {"A secure binding, checked once", "Page 5 in 50 microseconds", "What was taken", "A pipe of two frames",
        "The end of a slice", "Another scheduler", "Hidden information", "Save only what you need",
        "A packet finds its owner", "The verifier says no", "Exceptions to the program", "Address-space identifiers",
        "The abort, step by step", "Guaranteed frames", "Against a microkernel", "Against a virtual machine"})
    out.push_back({title, title, "One idea, seen in the machine and asked about at the end.", 5});
  return out;
}

void ask_why(views::Shell& shell, const model::History& history, const Selection& about, ImVec2 at) {
  views::WhyUi& why = shell.ui.why;
  why.about = about;
  why.answer = model::explain(history, history.newest(), views::subject_of(about));
  why.asked_at = history.size();
  why.at = at;
}

}  // namespace

std::vector<Cell> panel_cells(bool layouts) {
  std::vector<Cell> out;
  for (const views::Panel& panel : views::panels())
    if (!panel.debugs) out.push_back({panel.name, {.view = panel.name}});
  if (layouts) {
    out.push_back({"everything", {.view = "machine", .layout = "Everything"}});
    out.push_back({"projector", {.view = "machine", .projector = true}});
  }
  return out;
}

std::vector<Cell> debug_cells(StillSession& session) {
  static debugger::View view, moving, bare;
  const Lesson scene;
  feed(scene.kernel, session.history_);
  session.cursor_ = session.history_.size();
  view = moving = bare = debug_scene(scene.polite, scene.stubborn);
  view.event = session.cursor_;
  view.instant = model::instructions(session.history_.ticks(view.event)) + 40;
  moving.moving = true;
  moving.status = "going back to the stop before";
  moving.source.warning = "changed since it was built: lines may be wrong";
  moving.frame = 1;
  bare.source = {};
  bare.frames.resize(1);
  bare.frames[0].file.clear();
  bare.stack_end = "nobody knows how this code was entered";
  bare.arguments.clear();
  bare.locals.clear();
  bare.breaks.clear();
  bare.memory.problem = "there is no pages_ here";
  session.debug_ = &view;
  const auto with = [&session](const debugger::View* shown, std::function<void(views::Shell&)> more = {}) {
    return [&session, shown, more](views::Shell& shell) {
      session.debug_ = shown;
      if (more) more(shell);
    };
  };
  static model::Rebuilding building, failed;
  building.number = 1;
  building.words = "building: 1 of 3";
  building.share = 0.33;
  failed.number = 2;
  failed.stage = model::Rebuilding::Stage::Failed;
  failed.words = "the build failed: 2 errors; the run is as it was";
  failed.complaints = {{"libos/mine/main.cpp", 3, 31, true, "no member named 'chose' in 'exo::libos::Heap'"},
                       {"libos/mine/main.cpp", 4, 3, true, "use of undeclared identifier 'page'"}};
  failed.output = {"[1/2] Guest libos/mine/main.cpp", "FAILED: guest/objects/mine/libos/mine/main.cpp.o",
                   "ninja: build stopped: subcommand failed."};
  static const model::OpenedSource opened{
      "libos/mine/main.cpp",
      3,
      {"// Somebody needs memory.", "void on_revoke(uint32_t request, uint32_t frame) {",
       "  const uint32_t page = heap.chose(frame);", "  if (page == kNoPage) return;", "}"},
      {}};
  const auto with_build = [&session](const model::Rebuilding* build, const model::OpenedSource* source) {
    return [&session, build, source](views::Shell&) {
      session.debug_ = &view;
      session.rebuilding_ = build;
      session.opened_ = source;
    };
  };
  static debugger::ProfileView counted;
  counted.to = session.cursor_;
  counted.profile = profile_scene(scene.polite, scene.stubborn);
  const auto with_profile = [&session](views::Shell&) { session.profile_ = &counted; };
  const auto open = [](views::Shell& shell) {
    shell.ui.debug.code = true;
    for (const char* mark : {"argument this", "argument this/pages_", "argument this/pages_/[3]"})
      shell.ui.debug.unfolded.insert(mark);
  };
  const auto panel = [&](const char* name) {
    return Cell{name, {.view = name, .layout = "Debug", .prepare = with(&view, open)}};
  };
  return {{"debug", {.view = "source", .layout = "Debug", .prepare = with(&view)}},
          panel("source"),
          panel("variables"),
          panel("registers"),
          panel("memory"),
          {"moving", {.view = "source", .layout = "Debug", .prepare = with(&moving)}},
          {"no source", {.view = "source", .layout = "Debug", .prepare = with(&bare)}},
          {"nobody debugs", {.view = "source", .layout = "Debug", .prepare = with(nullptr)}},
          {"stops beside the story", {.view = "stops", .prepare = with(&view)}},
          {"profile", {.view = "profile", .prepare = with_profile}},
          {"console", {.view = "console", .prepare = with(&view)}},
          {"building", {.view = "source", .layout = "Debug", .prepare = with_build(&building, nullptr)}},
          {"build failed", {.view = "source", .layout = "Debug", .prepare = with_build(&failed, nullptr)}},
          {"a complaint", {.view = "source", .layout = "Debug", .prepare = with_build(&failed, &opened)}}};
}

std::vector<Cell> overlay_cells(StillSession& session) {
  const Lesson scene;
  feed(scene.kernel, session.history_);
  session.cursor_ = session.history_.size();
  session.story_ = story_of(scene, session.cursor_);
  const auto typed = [](const char* letters) {
    return [letters](views::Shell& shell) {
      views::open_command_palette(shell.ui);
      shell.ui.shell.typed = letters;
    };
  };
  const auto why = [&session](Selection about, float x, float y) {
    return [&session, about, x, y](views::Shell& shell) {
      const float scale = shell.ui.shell.scale;
      ask_why(shell, session.history_, about, {x * scale, y * scale});
    };
  };
  const auto frame = Selection{Selection::Kind::Frame, scene.demanded};
  const auto env = Selection{Selection::Kind::Environment, scene.stubborn};
  return {{"palette", {.view = "machine", .prepare = typed("")}},
          {"palette, typed", {.view = "machine", .prepare = typed("revoc")}},
          {"keys", {.view = "machine", .prepare = [](views::Shell& shell) { shell.ui.help = true; }}},
          {"lessons", {.view = "machine", .lessons_open = true, .lessons = lessons()}},
          {"why a frame", {.view = "machine", .prepare = why(frame, 360, 200)}},
          {"why an environment", {.view = "machine", .layout = "Lecture", .prepare = why(env, 500, 120)}},
          {"score", {.view = "revocations", .layout = "Lecture"}},
          {"score, on a projector", {.view = "machine", .projector = true}},
          {"glossary, looked up", {.view = "glossary", .prepare = [](views::Shell& shell) {
                                     shell.ui.words.open = shell.ui.words.chosen = "abort protocol";
                                   }}}};
}

}  // namespace exo::test
