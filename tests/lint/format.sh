#!/bin/sh
# Checks that every source is laid out as .clang-format says; `tests/lint/format.sh --fix` lays them out.
cd "$(dirname "$0")/../.." || exit 2
mode='--dry-run -Werror'
[ "${1:-}" = --fix ] && mode=-i
# shellcheck disable=SC2086  # two options
if find explorer kernel libos tests \( -name '*.cpp' -o -name '*.hpp' \) -print0 | xargs -0 -r -n 20 -P 2 clang-format $mode; then
  exit 0
fi
echo "these files are not laid out as .clang-format says; mend with: tests/lint/format.sh --fix"
exit 1
