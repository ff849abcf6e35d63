#!/bin/sh
# Runs the explorer on a machine whose trace is nonsense: it must name what is wrong, go on to the end, and not crash.
# usage: liar_test.sh EXPLORER GUEST_DIRECTORY SCENARIO
set -u
explorer=$1 guest=$2 scenario=$3
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cp "$guest/liar.elf" "$folder/kernel.elf"
ln -s "$guest/boot" "$folder/boot"
ln -s "$guest/programs" "$folder/programs"
EXOSCOPE_GUEST_DIR=$folder timeout 60 "$explorer" run "$scenario" > "$folder/out" 2>&1
code=$?
cat "$folder/out"
fail() { echo "liar_test: $1"; exit 1; }
[ "$code" -eq 1 ] || fail "exit code $code, wanted 1: the run reached its end, and what the machine said could not be true"
grep -q "ok .*The end was reached all the same" "$folder/out" || fail "the explorer did not go on to the end"
grep -qi "backwards" "$folder/out" || fail "times that go backwards were not reported"
grep -qiE "lost|dropped|gap|missing" "$folder/out" || fail "the events that never were are not reported as lost"
exit 0
