// The window's loop: input, the session, a picture; and rest when nothing changes.
#include "explorer/window/window.hpp"

#include <backends/imgui_impl_sdl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "explorer/window/frame.hpp"
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

std::optional<views::Key> key_of(const SDL_Keysym& key) {
  using views::Key;
  const bool control = (key.mod & KMOD_CTRL) != 0, shift = (key.mod & KMOD_SHIFT) != 0;
  if (control) {
    if (key.sym == SDLK_s) return Key::Save;
    if (key.sym == SDLK_p) return Key::SavePackets;
    return key.sym == SDLK_f ? std::optional(Key::Search) : std::nullopt;
  }
  if ((key.mod & (KMOD_ALT | KMOD_GUI)) != 0) return std::nullopt;
  switch (key.sym) {
    case SDLK_SPACE:
      return Key::Space;
    case SDLK_RIGHT:
      return Key::Right;
    case SDLK_LEFT:
      return Key::Left;
    case SDLK_PAGEDOWN:
      return Key::PageDown;
    case SDLK_PAGEUP:
      return Key::PageUp;
    case SDLK_HOME:
      return Key::Home;
    case SDLK_END:
      return Key::End;
    case SDLK_PLUS:
    case SDLK_KP_PLUS:
    case SDLK_EQUALS:
      return Key::Plus;
    case SDLK_MINUS:
    case SDLK_KP_MINUS:
      return Key::Minus;
    case SDLK_TAB:
      return shift ? Key::BackTab : Key::Tab;
    case SDLK_ESCAPE:
      return Key::Escape;
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
      return Key::Enter;
    case SDLK_s:
      return Key::Split;
    case SDLK_t:
      return Key::Theme;
    case SDLK_n:
      return Key::Next;
    case SDLK_F1:
    case SDLK_QUESTION:
      return Key::Help;
    case SDLK_SLASH:
      return shift ? std::optional(Key::Help) : std::nullopt;
    case SDLK_1:
      return Key::Digit1;
    case SDLK_2:
      return Key::Digit2;
    case SDLK_3:
      return Key::Digit3;
    case SDLK_4:
      return Key::Digit4;
    case SDLK_5:
      return Key::Digit5;
    case SDLK_6:
      return Key::Digit6;
    default:
      return std::nullopt;
  }
}

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
    if (event.type != SDL_KEYDOWN) return;
    const auto key = key_of(event.key.keysym);
    const bool typing = ImGui::GetIO().WantTextInput;
    if (key && (!typing || *key == views::Key::Search)) shell_.press(*key);
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
      session_.apply(command);
      frames_ = std::max(frames_, 1);
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
