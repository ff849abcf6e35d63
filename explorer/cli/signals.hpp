// SIGINT and SIGTERM end a command in order: the machine is ended and the recording closed, then the process exits with
// 128 + the signal's number.
#pragma once

namespace exo::cli {

/// From now on the signals are only remembered. Also ignores SIGPIPE and SIGXFSZ: failed writes are reported as errors.
void catch_signals();
/// The signal that came, or 0.
[[nodiscard]] int signal_caught();
/// "interrupted" or "terminated", for the line that is printed.
[[nodiscard]] const char* signal_text(int signal);

}  // namespace exo::cli
