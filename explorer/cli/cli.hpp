// The command line: everything the window can do, without the window.
#pragma once

namespace exo::cli {

/// Does what the arguments say; returns the exit code (explorer/common/error.hpp; 130 and 143 after a signal). Never
/// throws.
[[nodiscard]] int main(int count, char** arguments);

}  // namespace exo::cli
