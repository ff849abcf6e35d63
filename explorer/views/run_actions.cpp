// What moves the run and its cursor: events, steps of the story, the ends, files made of it.
#include "explorer/views/actions.hpp"
#include "explorer/views/shell.hpp"

namespace exo::views {
namespace {

bool has_machine(const ViewContext& ctx) { return ctx.status != MachineStatus::Recording; }

std::vector<Action> make() {
  return {
      {.id = "story.next",
       .title = "Next step of the story",
       .group = Group::Story,
       .keys = {'n', Key::PageDown},
       .run = story_on},
      {.id = "story.back",
       .title = "Previous step of the story",
       .group = Group::Story,
       .keys = {shift('n'), Key::PageUp},
       .run = [](const ViewContext& ctx) { ctx.emit(model::StepStoryBack{}); }},
      {.id = "story.reveal",
       .title = "Reveal the answer",
       .group = Group::Story,
       .keys = {Key::Enter},
       .run = reveal_answer},
      {.id = "run.toggle",
       .title = "Run or pause",
       .detail = "A pause stops the machine's clock too.",
       .group = Group::Run,
       .keys = {Key::Space},
       .run =
           [](const ViewContext& ctx) {
             ctx.emit(ctx.playing ? model::Command(model::Pause{}) : model::Command(model::Run{}));
           }},
      {.id = "run.step",
       .title = "One event on",
       .group = Group::Run,
       .keys = {Key::Right},
       .run = [](const ViewContext& ctx) { ctx.emit(model::StepEvent{1}); }},
      {.id = "run.back",
       .title = "One event back",
       .detail = "The machine is not touched: only the moment shown.",
       .group = Group::Run,
       .keys = {Key::Left},
       .run = [](const ViewContext& ctx) { ctx.emit(model::StepBack{1}); },
       .enabled = [](const ViewContext& ctx) { return ctx.cursor > 0; }},
      {.id = "run.first",
       .title = "To the first event",
       .group = Group::Run,
       .keys = {Key::Home},
       .run = [](const ViewContext& ctx) { ctx.seek(0); }},
      {.id = "run.live",
       .title = "To the newest event",
       .group = Group::Run,
       .keys = {Key::End},
       .run = [](const ViewContext& ctx) { ctx.emit(model::GoLive{}); }},
      {.id = "run.restart",
       .title = "Back to the beginning",
       .detail = "A scenario is booted again.",
       .group = Group::Run,
       .keys = {ctrl('r')},
       .run = [](const ViewContext& ctx) { ctx.emit(model::Restart{}); }},
      {.id = "file.save",
       .title = "Save a recording of this run",
       .group = Group::Files,
       .keys = {ctrl('s')},
       .run = [](const ViewContext& ctx) { ctx.emit(model::SaveRecording{recording_name(ctx.source)}); },
       .enabled = has_machine},
      {.id = "file.packets",
       .title = "Save its packets, for tcpdump and others",
       .group = Group::Files,
       .keys = {ctrl('p')},
       .run = [](const ViewContext& ctx) { ctx.emit(model::SavePackets{packets_name(ctx.source)}); }},
      {.id = "file.quit",
       .title = "Quit",
       .group = Group::Files,
       .keys = {ctrl('q')},
       .run = [](const ViewContext& ctx) { ctx.emit(model::Quit{}); }},
  };
}

}  // namespace

std::span<const Action> run_actions() {
  static const std::vector<Action> rows = make();
  return rows;
}

}  // namespace exo::views
