#!/bin/sh
# Runs clang-tidy as .clang-tidy says over the sources in the folders named: tidy.sh FOLDER...
cd "$(dirname "$0")/../.." || exit 2
# shellcheck disable=SC2046  # a list of options
if find "$@" -name '*.cpp' -print0 |
  xargs -0 -r -P 2 -I '{}' clang-tidy --quiet '{}' -- -std=c++20 -I. $(pkg-config --cflags imgui sdl2) 2>/dev/null; then
  exit 0
fi
echo "clang-tidy found the above"
exit 1
