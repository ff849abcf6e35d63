// A session as the shell wants to see it.
#pragma once
#include <string>

#include "explorer/session/session.hpp"
#include "explorer/views/shell.hpp"

namespace exo::window {

/// Keeps the texts alive that the frame's views point at.
struct SessionView {
  SessionView(const session::Session& from, bool playing);
  std::string status, source, warning;
  views::Frame frame;
};

[[nodiscard]] views::MachineStatus status_of(session::Connection connection);

}  // namespace exo::window
