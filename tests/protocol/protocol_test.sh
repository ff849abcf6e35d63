#!/bin/sh
# Searches the model of the revocation protocol: nothing may be found in it as it stands, and every planted fault must be
# found, by the claim that is meant for it.
#   protocol_test.sh SAFETY CLAIMS   (the two programs that spin makes of revocation.pml)
set -u

safety=$1
claims=$2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/exoscope protocol XXXXXX") || exit 2
cd "$scratch" || exit 2
failures=0
# FEATURES, as in state.pml.
handlers=1 slices=2 kills=4 reuse=8 demands=16 any=32 leaving=64 transfers=128 slice_too=256

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

search() { # search PROGRAM OPTIONS...: a whole search, its report in `report`
  report=$("$@" -m1000000 -n -w20 2>&1)
}

states() { printf '%s\n' "$report" | sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p'; }

clean() { # clean TITLE PROGRAM OPTIONS...
  title=$1
  shift
  search "$@"
  case $report in
    *"errors: 0"*)
      case $report in
        *"not completed"* | *"too small"*) fail "$title: the search was cut short" ;;
        *) echo "nothing found in $(states) states: $title" ;;
      esac ;;
    *)
      fail "$title: something is wrong with the protocol, or with its model"
      printf '%s\n' "$report" | grep -a '^pan:'
      [ -e revocation.pml.trail ] && "$1" -r 2>/dev/null | grep -a 'trap!' | tail -n 40 ;;
  esac
}

found() { # found NUMBER TITLE CLAIM PROGRAM OPTIONS...
  FAULT=$1
  title=$2
  claim=$3
  shift 3
  export FAULT
  search "$@"
  case $report in
    *"$claim"*"errors: 1"*) echo "found, as planted: $title" ;;
    *) fail "planted fault $FAULT ($title) was not found by: $claim" ;;
  esac
  unset FAULT
}

export FEATURES WATCH
WATCH=0
FEATURES=$((handlers + reuse + demands))
clean "handlers, reuse, demands" "$safety"
FEATURES=$((kills + reuse + demands))
clean "kills, reuse, demands" "$safety"
FEATURES=$((handlers + any))
clean "handlers, any frame" "$safety"
FEATURES=$((kills + any))
clean "kills, any frame" "$safety"
FEATURES=$((slices + transfers))
clean "slices, transfers" "$safety"
FEATURES=$((kills + leaving))
clean "kills, slice ends" "$safety"
FEATURES=$slice_too
clean "slices are asked for" "$safety"
FEATURES=$slices
clean "every request ends: slices" "$claims" -a -f -N every_request_ends
FEATURES=$transfers
clean "every request ends: transfers" "$claims" -a -f -N every_request_ends
WATCH=1
FEATURES=$demands
clean "every request ends: demands" "$claims" -a -f -N every_request_ends
clean "news arrives: demands" "$claims" -a -f -N news_arrives

FEATURES=0
early='.warned&&'
news='owed_now[1]==owed[1]'
found 1 "a clock that starts before the owner is told" "$early" "$safety"
found 2 "a frame freed without notification" "$news" "$safety"
found 3 "a request finished without waiting for its owner to unmask" "$news" "$safety"
found 4 "giving a frame back answers an abort of long ago" "$news" "$safety"
found 5 "the end of one request clears the mark of another" '.under)' "$safety"
found 6 "a frame under way is asked for again" '.under)' "$safety"
found 9 "bindings outlive the abort" '.bound&' "$safety"
found 10 "capabilities outlive the abort" '.live==0' "$safety"
found 11 "an abort completed twice" '.saving' "$safety"
found 13 "the alarm of one deadline stops with another" 'earliest<=' "$safety"
found 14 "a mask keeps the clock from starting" 'acceptance cycle' "$claims" -a -f -N every_request_ends
found 16 "a deadline that fires before its time" "$early" "$safety"
FEATURES=$reuse
found 7 "a frame under way is given away" '.owner==request' "$safety"
FEATURES=$any
found 8 "the kernel chooses a guaranteed frame" '.guaranteed' "$safety"
FEATURES=$kills
found 12 "requests outlive their owner" '.ready' "$safety"
FEATURES=$slices
found 15 "the clock of an owner without slices never starts" 'acceptance cycle' "$claims" -a -f -N every_request_ends
FEATURES=$transfers
found 17 "the clock of an owner that waits to be entered never starts" 'acceptance cycle' "$claims" -a -f -N every_request_ends
FEATURES=0 WATCH=1
found 18 "news is told in the order of the table" 'acceptance cycle' "$claims" -a -f -N news_arrives

[ "$failures" = 0 ] && cd / && rm -rf "$scratch" && exit 0
echo "$failures failed; trails are in $scratch"
exit 1
