// The window's loop: input, the session, a picture; and rest when nothing changes.
#include "explorer/window/window.hpp"

#include <backends/imgui_impl_sdl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "explorer/common/error.hpp"
#include "explorer/views/actions.hpp"
#include "explorer/window/frame.hpp"
#include "explorer/window/input.hpp"
#include "explorer/window/picture.hpp"
#include "explorer/window/settings.hpp"
#include "explorer/window/surface.hpp"

namespace exo::window {
namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t caught = 0;
void remember(int signal) { caught = signal; }

/// SIGINT and SIGTERM end the loop while the window is open; afterwards they mean what they meant before.
class SignalGuard {
 public:
  SignalGuard() {
    caught = 0;
    struct sigaction action {};
    action.sa_handler = remember;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &interrupt_);
    sigaction(SIGTERM, &action, &terminate_);
  }
  ~SignalGuard() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGTERM, &terminate_, nullptr);
  }
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  struct sigaction interrupt_ {
  }, terminate_{};
};

/// Frames for what has changed: where a list scrolls to, and how large a thing is, ImGui knows after the first one.
constexpr int kSettled = 2;

/// What the picture depends on beside the user's input.
struct Seen {
  model::EventNumber events = 0, cursor = 0;
  session::Connection connection{};
  std::size_t reached = 0, complaints = 0;
  std::string status;
  bool debugs = false, moving = false;  ///< a debugger is there, and is at work
  bool talking = false;                 ///< to gdb
  int gdb = 0;                          ///< what is known of it
  std::size_t breaks = 0;
  std::uint64_t stops = 0;
  std::string stands{};
  bool builds = false;  ///< programs are built anew
  std::string built{};
  std::string opened{};
  int counted = -1;  ///< of a profile, in parts of a hundred; -1: none is being made
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen look_at(const session::Session& session) {
  std::size_t reached = 0;
  for (const auto& step : session.story().steps)
    reached =
        reached * 3 + (step.reached != 0) + (step.ask && step.ask->given) + (step.ask && !step.ask->truth.empty());
  for (const auto& verdict : session.story().expectations) reached = reached * 3 + (verdict.ok ? 1 + *verdict.ok : 0);
  Seen out{
      session.history().size(), session.cursor(), session.connection(), reached, session.history().complaints().size(),
      session.status_text()};
  if (const debugger::View* view = session.debug_view()) {
    out.debugs = true;
    out.moving = view->moving;
    out.talking = view->gdb.talking;
    out.gdb = view->gdb.open + 2 * view->gdb.connected + 4 * view->gdb.moves + 8 * view->gdb.behind;
    out.breaks = view->breaks.size();
    out.stops = view->stops;
    out.stands = view->status;
  }
  if (const model::Rebuilding* build = session.rebuilding()) {
    out.builds = build->busy();
    out.built = fmt::format("{} {} {:.3f} {}", build->number, build->words, build->share, build->output.size());
  }
  if (const model::OpenedSource* source = session.opened_source())
    out.opened = fmt::format("{}:{}", source->file, source->line);
  if (const debugger::ProfileView* view = session.profile_view(); view != nullptr && view->counting)
    out.counted = int(view->share * 100);
  return out;
}

class Loop {
 public:
  Loop(std::unique_ptr<session::Session> session, const WindowOptions& options)
      : session_(std::move(session)),
        options_(options),
        settings_(options.settings ? settings_path() : std::string()),
        notice_(load_settings(settings_, shell_.ui, preferences_)),
        surface_(Surface::Where::Screen, options.width > 0 ? options.width : preferences_.width,
                 options.height > 0 ? options.height : preferences_.height, title_of(*session_)),
        sources_(options.sources) {
    if (!notice_.empty()) (void)std::fprintf(stderr, "exoscope: %s\n", notice_.c_str());
    if (options.palette) shell_.ui.shell.palette = *options.palette;
    display_ = surface_.display_scale();
    shell_.ui.shell.scale = options.scale > 0 ? options.scale : preferences_.scale > 0 ? preferences_.scale : display_;
    if (options_.lessons) lessons_ = options_.lessons();
    shell_.ui.shell.lessons_open = options.choose_lesson && !lessons_.empty();
    choose_last_lesson();
    begin_session();
  }

  int run() {
    while (!quit_ && caught == 0) {
      take_events();
      session_->pump(seen_.moving || seen_.builds ? 16ms : 4ms);
      const Seen now = look_at(*session_);
      if (!(now == seen_)) frames_ = std::max(frames_, kSettled);
      if (seen_.builds && !now.builds) sources_ = debugger::Sources(options_.sources);
      seen_ = now;
      if (frames_ > 0 || shell_.busy() || options_.observe) {
        frames_ = std::max(0, frames_ - 1);
        draw();
      }
    }
    keep_settings();
    session_->close();
    return caught == 0 ? 0 : 128 + caught;
  }

 private:
  static std::string title_of(const session::Session& session) { return fmt::format("Exoscope: {}", session.source()); }

  /// The start screen stands on the lesson opened last; a new user's on the one that is open.
  void choose_last_lesson() {
    const std::string_view wanted = preferences_.lesson.empty() ? std::string_view(session_->story().lesson)
                                                                : std::string_view(preferences_.lesson);
    const auto found = std::ranges::find(lessons_, wanted, &views::LessonCard::name);
    shell_.ui.shell.lesson = found == lessons_.end() ? 0 : int(found - lessons_.begin());
    shell_.ui.shell.lesson_moved = true;
  }

  /// Run is to be watched, not to be over at once.
  void begin_session() {
    session_->apply(model::SetPace{model::SetPace::Unit::Events, 100});
    played_ = false;
    frames_ = 3;
  }

  void open(const std::string& name) {
    if (!options_.open) return;
    try {
      auto next = options_.open(name);
      session_->close();
      session_ = std::move(next);
    } catch (const std::exception& error) {
      return say(error.what());
    }
    preferences_.lesson = name;
    SDL_SetWindowTitle(surface_.window(), title_of(*session_).c_str());
    shell_.begin_again();
    begin_session();
  }

  void say(std::string words) {
    notice_ = std::move(words);
    frames_ = std::max(frames_, kSettled);
  }

  void keep_settings() {
    const views::UiState& ui = shell_.ui;
    const float scale = ui.shell.projector ? ui.shell.scale_before : ui.shell.scale;
    preferences_.scale = scale == display_ ? 0 : scale;
    // Unless it was never chosen: the choice of lessons still lay over it.
    if (const std::string& lesson = session_->story().lesson; !lesson.empty() && !ui.shell.lessons_open)
      preferences_.lesson = lesson;
    const Uint32 flags = SDL_GetWindowFlags(surface_.window());
    if ((flags & (SDL_WINDOW_MAXIMIZED | SDL_WINDOW_FULLSCREEN)) == 0)
      SDL_GetWindowSize(surface_.window(), &preferences_.width, &preferences_.height);
    const std::string wrong = save_settings(settings_, ui, preferences_);
    if (!wrong.empty()) (void)std::fprintf(stderr, "exoscope: %s\n", wrong.c_str());
  }

  /// The window may have gone to a display with another scale: what the user added to it stays.
  void follow_display() {
    const float now = surface_.display_scale();
    if (now == display_) return;
    shell_.ui.shell.scale = std::clamp(shell_.ui.shell.scale * now / display_, 0.75f, 4.0f);
    shell_.ui.shell.scale_before = std::clamp(shell_.ui.shell.scale_before * now / display_, 0.75f, 4.0f);
    display_ = now;
  }

  /// A machine says whether it runs; of a recording it is known from what was asked last.
  [[nodiscard]] bool playing() const {
    const auto connection = session_->connection();
    if (connection != session::Connection::Recording) return connection == session::Connection::Running;
    return played_ && session_->cursor() < session_->history().size();
  }

  /// Waits for input when there is nothing to draw: shortly while the machine runs, longer while it stands still.
  void take_events() {
    const bool idle = frames_ == 0 && !shell_.busy() && session_->saving() == nullptr;
    const bool moving = playing() || session_->connection() == session::Connection::Starting;
    SDL_Event event;
    for (const SDL_Event& late : releases_.take()) ImGui_ImplSDL2_ProcessEvent(&late);
    for (const SDL_Event& late : typeahead_.take(ImGui::GetIO().WantTextInput)) take(late);
    // A debugger at work has no time to lose: its own pump waits for the machine.
    if (idle && !seen_.moving && !seen_.talking && !seen_.builds && SDL_WaitEventTimeout(&event, moving ? 4 : 40) != 0)
      take(event);
    while (SDL_PollEvent(&event) != 0) take(event);
  }

  void take(const SDL_Event& event) {
    frames_ = 3;  // hovering, tooltips and clicks need the frames after the event as well
    if (typeahead_.holds_back(event)) return;
    if (!releases_.holds_back(event)) ImGui_ImplSDL2_ProcessEvent(&event);
    if (event.type == SDL_QUIT) quit_ = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_CLOSE) quit_ = true;
    if (event.type == SDL_WINDOWEVENT) follow_display();
    if (event.type == SDL_KEYDOWN || event.type == SDL_MOUSEBUTTONDOWN) notice_.clear();
    const auto chord = keyboard_.take(event);
    if (!chord || shell_.is_for_field(*chord)) return;
    shell_.press(*chord);
    if (const views::Action* action = views::action_of(*chord); action != nullptr && action->opens_field)
      typeahead_.begin(event);
  }

  void draw() {
    const float scale = surface_.fitting_scale(shell_.ui.shell.scale, shell_.least_size());
    const views::Fonts& fonts = surface_.fonts_at(scale);
    surface_.begin();
    SessionView view(*session_, playing());
    view.frame.sources = &sources_;
    view.frame.lessons = lessons_;
    view.frame.notice = notice_;
    const auto commands = shell_.draw(view.frame, fonts, scale);
    surface_.end(shell_.colours().ground);
    surface_.present();
    if (options_.observe) {
      int width = 0, height = 0;
      SDL_GL_GetDrawableSize(surface_.window(), &width, &height);
      if (!options_.observe(shell_, *session_, width, height)) quit_ = true;
    }
    for (const model::Command& command : commands) {
      if (std::holds_alternative<model::Quit>(command)) quit_ = true;
      if (const auto* lesson = std::get_if<model::OpenLesson>(&command)) {
        open(lesson->name);
        continue;
      }
      if (!std::holds_alternative<model::SetPace>(command) && !std::holds_alternative<model::Answer>(command))
        played_ = std::holds_alternative<model::Run>(command);
      if (const auto* picture = std::get_if<model::SavePicture>(&command))
        session_->apply(save(*picture));
      else
        session_->apply(command);
      frames_ = std::max(frames_, kSettled);
    }
  }

  /// Takes a picture; the command says how it went.
  model::Command save(const model::SavePicture& wanted) {
    SessionView view(*session_, playing());
    view.frame.sources = &sources_;
    try {
      save_picture(surface_, shell_, view.frame, wanted);
      return model::Report{fmt::format("saved {}", wanted.path)};
    } catch (const Error& error) {
      return model::Report{error.what()};
    }
  }

  std::unique_ptr<session::Session> session_;
  const WindowOptions& options_;
  views::Shell shell_;
  views::Preferences preferences_;
  std::string settings_;  ///< file; empty: none
  std::string notice_;
  Surface surface_;
  debugger::Sources sources_;
  std::vector<views::LessonCard> lessons_;
  Seen seen_;
  Keyboard keyboard_;
  Releases releases_;
  Typeahead typeahead_;
  float display_ = 1;
  int frames_ = 3;
  bool quit_ = false, played_ = false;
};

}  // namespace

int run_window(std::unique_ptr<session::Session> session, const WindowOptions& options) {
  const SignalGuard guard;
  Loop loop(std::move(session), options);
  return loop.run();
}

}  // namespace exo::window
