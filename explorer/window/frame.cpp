#include "explorer/window/frame.hpp"

namespace exo::window {

views::MachineStatus status_of(session::Connection connection) {
  using session::Connection;
  using views::MachineStatus;
  switch (connection) {
    case Connection::Starting:
      return MachineStatus::Starting;
    case Connection::Running:
      return MachineStatus::Running;
    case Connection::Paused:
      return MachineStatus::Paused;
    case Connection::Finished:
      return MachineStatus::Finished;
    case Connection::Recording:
      return MachineStatus::Recording;
    case Connection::Lost:
      return MachineStatus::Lost;
  }
  return MachineStatus::Lost;
}

SessionView::SessionView(const session::Session& from, bool playing)
    : status(from.status_text()),
      source(from.source()),
      warning(from.warning()),
      frame{.history = from.history(),
            .story = from.story(),
            .cursor = from.cursor(),
            .following = from.following(),
            .playing = playing,
            .status = status_of(from.connection()),
            .status_text = status,
            .source = source,
            .warning = warning,
            .pace = from.pace(),
            .partner = from.partner(),
            .partner_choices = from.partner_choices(),
            .saving = from.saving(),
            .debug = from.debug_view(),
            .rebuilding = from.rebuilding(),
            .opened = from.opened_source(),
            .profile = from.profile_view(),
            .incidents = from.incidents()} {}

}  // namespace exo::window
