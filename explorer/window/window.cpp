// The window's loop: input, the session, a picture; and rest when nothing changes.
#include "explorer/window/window.hpp"

#include <backends/imgui_impl_sdl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "explorer/common/error.hpp"
#include "explorer/window/frame.hpp"
#include "explorer/window/input.hpp"
#include "explorer/window/picture.hpp"
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

/// What the picture depends on beside the user's input.
struct Seen {
  model::EventNumber events = 0, cursor = 0;
  session::Connection connection{};
  std::size_t reached = 0, complaints = 0;
  std::string status;
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen look_at(const session::Session& session) {
  std::size_t reached = 0;
  for (const auto& step : session.story().steps)
    reached =
        reached * 3 + (step.reached != 0) + (step.ask && step.ask->given) + (step.ask && !step.ask->truth.empty());
  for (const auto& verdict : session.story().expectations) reached = reached * 3 + (verdict.ok ? 1 + *verdict.ok : 0);
  return {
      session.history().size(), session.cursor(), session.connection(), reached, session.history().complaints().size(),
      session.status_text()};
}

class Loop {
 public:
  Loop(session::Session& session, const WindowOptions& options)
      : session_(session),
        surface_(Surface::Where::Screen, options.width, options.height, fmt::format("Exoscope: {}", session.source())),
        sources_(options.sources) {
    shell_.ui.light = options.light;
    shell_.ui.scale = options.scale > 0 ? options.scale : surface_.display_scale();
  }

  int run() {
    while (!quit_ && caught == 0) {
      take_events();
      session_.pump(4ms);
      const Seen now = look_at(session_);
      if (!(now == seen_)) frames_ = std::max(frames_, 1);
      seen_ = now;
      if (frames_ > 0 || shell_.busy()) {
        frames_ = std::max(0, frames_ - 1);
        draw();
      }
    }
    return caught == 0 ? 0 : 128 + caught;
  }

 private:
  /// A machine says whether it runs; of a recording it is known from what was asked last.
  [[nodiscard]] bool playing() const {
    const auto connection = session_.connection();
    if (connection != session::Connection::Recording) return connection == session::Connection::Running;
    return played_ && session_.cursor() < session_.history().size();
  }

  /// Waits for input when there is nothing to draw: shortly while the machine runs, longer while it stands still.
  void take_events() {
    const bool idle = frames_ == 0 && !shell_.busy();
    const bool moving = playing() || session_.connection() == session::Connection::Starting;
    SDL_Event event;
    if (idle && SDL_WaitEventTimeout(&event, moving ? 4 : 40) != 0) take(event);
    while (SDL_PollEvent(&event) != 0) take(event);
  }

  void take(const SDL_Event& event) {
    ImGui_ImplSDL2_ProcessEvent(&event);
    frames_ = 3;  // hovering, tooltips and clicks need the frames after the event as well
    if (event.type == SDL_QUIT) quit_ = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_CLOSE) quit_ = true;
    const auto chord = chord_of(event);
    const bool typing = ImGui::GetIO().WantTextInput;
    if (chord && (!typing || views::works_while_typing(*chord))) shell_.press(*chord);
  }

  void draw() {
    const float scale = surface_.fitting_scale(shell_.ui.scale);
    const views::Fonts& fonts = surface_.fonts_at(scale);
    surface_.begin();
    SessionView view(session_, playing());
    view.frame.sources = &sources_;
    const auto commands = shell_.draw(view.frame, fonts, scale);
    surface_.end(views::theme(shell_.ui.light).ground);
    surface_.present();
    for (const model::Command& command : commands) {
      if (std::holds_alternative<model::Quit>(command)) quit_ = true;
      if (!std::holds_alternative<model::SetPace>(command) && !std::holds_alternative<model::Answer>(command))
        played_ = std::holds_alternative<model::Run>(command);
      if (const auto* picture = std::get_if<model::SavePicture>(&command))
        session_.apply(save(*picture));
      else
        session_.apply(command);
      frames_ = std::max(frames_, 1);
    }
  }

  /// Takes a picture; the command says how it went.
  model::Command save(const model::SavePicture& wanted) {
    SessionView view(session_, playing());
    view.frame.sources = &sources_;
    try {
      save_picture(surface_, shell_, view.frame, wanted);
      return model::Report{fmt::format("saved {}", wanted.path)};
    } catch (const Error& error) {
      return model::Report{error.what()};
    }
  }

  session::Session& session_;
  Surface surface_;
  views::Shell shell_;
  debugger::Sources sources_;
  Seen seen_;
  int frames_ = 3;
  bool quit_ = false, played_ = false;
};

}  // namespace

int run_window(std::unique_ptr<session::Session> session, const WindowOptions& options) {
  const SignalGuard guard;
  int code = 0;
  {
    Loop loop(*session, options);
    code = loop.run();
  }
  session->close();
  return code;
}

}  // namespace exo::window
