#!/bin/sh
# Runs the launcher in a pretended repository whose apt-get, cmake, ninja, id and sudo are scripts that write down how they
# were called. Invariant: nothing outside the scratch folder is touched.
#   launcher_test.sh PATH-OF-EXOSCOPE
set -u

launcher=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/exoscope launcher XXXXXX") || exit 2
scratch=$(readlink -f "$scratch")
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
tools=$scratch/tools
calls=$scratch/calls
failures=0

tool() { # tool NAME: makes a command of this name from standard input
  { echo '#!/bin/sh'; echo "echo \"$1 \$*\" >>'$calls'"; cat; } >"$tools/$1"
  chmod +x "$tools/$1"
}

# A fresh pretended repository: one package is missing until apt-get has been asked for it, nothing is built.
set_up() {
  rm -rf "$tree" "$tools" "$calls" "$scratch/installed" "$scratch/built"
  mkdir -p "$tree/cmake" "$tools"
  : >"$calls"
  cp "$launcher" "$tree/exoscope"
  printf '# comment\nthing | file %s | is what this needs\n' "$tree/thing-*" >"$tree/cmake/packages.txt"
  for name in sh dirname readlink cat grep date flock mkdir env tail nproc rm touch sleep chmod printf; do
    ln -s "$(command -v $name)" "$tools/$name"
  done
  tool apt-get <<END
[ "\${2#-}" != "\$2" ] || exit 0
case "\$*" in *install*) : >'$tree/thing-1' ;; esac
END
  tool cmake <<END
mkdir -p '$tree/build'
: >'$tree/build/build.ninja'
echo 'CMAKE_HOME_DIRECTORY:INTERNAL=$tree' >'$tree/build/CMakeCache.txt'
END
  tool ninja <<END
case "\$*" in
  *-n*) [ -e '$scratch/built' ] && echo 'ninja: no work to do.'; exit 0 ;;
esac
sleep 1
mkdir -p '$tree/build/bin'
printf '#!/bin/sh\nfor a; do echo "<\$a>"; done\n' >'$tree/build/bin/exoscope-explorer'
chmod +x '$tree/build/bin/exoscope-explorer'
: >'$scratch/built'
END
  tool id <<'END'
echo 0
END
}

start() { # start [NAME=VALUE...] -- ARGUMENTS: runs the launcher without a terminal; its output is in $out and $said
  set_vars=
  while [ "$1" != -- ]; do set_vars="$set_vars $1"; shift; done
  shift
  # shellcheck disable=SC2086  # a list of settings
  (cd "$scratch" && env -i PATH="$tools" $set_vars "$tree/exoscope" "$@" </dev/null >"$scratch/out" 2>"$scratch/said")
  code=$?
  out=$(cat "$scratch/out")
  said=$(cat "$scratch/said")
}

expect() { # expect WHAT CONDITION...
  what=$1
  shift
  "$@" && return
  failures=$((failures + 1))
  printf 'FAILED: %s\n  exit %s\n  out: %s\n  said: %s\n  calls: %s\n' "$what" "$code" "$out" "$said" "$(cat "$calls")"
}

holds() { case $1 in *"$2"*) return 0 ;; *) return 1 ;; esac; }
lacks() { ! holds "$@"; }
called() { grep -q "$1" "$calls"; }
never() { ! grep -q "$1" "$calls"; }

set_up
start -- --help
expect "help needs neither packages nor a build" [ "$code" = 0 ]
expect "help teaches" holds "$out" "exoscope run SCENARIO"
expect "help installs nothing" never .

set_up
start -- run "a lesson.toml" --json -
expect "root without a terminal is not asked" [ "$code" = 0 ]
expect "says what is missing and why" holds "$said" "thing: is what this needs"
expect "installs it" called "apt-get .*install -y .*thing"
expect "hands on arguments as they are, and only them" [ "$out" = "<run>
<a lesson.toml>
<--json>
<->" ]
: >"$calls"
start -- --yes list
expect "a second start works" [ "$out" = "<list>" ]
expect "a second start configures nothing" never cmake
expect "a second start builds nothing" never "ninja -C $tree/build --quiet"
expect "a second start installs nothing" never apt-get
expect "a second start says nothing" [ -z "$said" ]

set_up
rm "$tools/apt-get"
start -- list
expect "no apt-get: exit 2" [ "$code" = 2 ]
expect "no apt-get: said" holds "$said" "no apt-get"

set_up
tool apt-get <<'END'
exit 0
END
start -- list
expect "installed and yet not there: exit 2" [ "$code" = 2 ]
expect "installed and yet not there: said" holds "$said" "reinstall"

set_up
tool apt-get <<'END'
echo 'E: no network'
exit 100
END
start CI=true -- list
expect "apt-get fails: exit 2" [ "$code" = 2 ]
expect "apt-get fails: its message is shown" holds "$said" "E: no network"

set_up
tool id <<'END'
echo 1000
END
start -- list
expect "no root, no sudo: exit 2" [ "$code" = 2 ]
expect "no root, no sudo: says the command" holds "$said" "apt-get install"
tool sudo <<'END'
[ "$1" = -n ] && shift
exec "$@"
END
start -- list
expect "no root, no terminal, no --yes: exit 2" [ "$code" = 2 ]
expect "no root, no terminal, no --yes: names it" holds "$said" "--yes"
expect "nothing was installed" never apt-get
start -- list --yes
expect "--yes uses sudo" called "sudo .*apt-get"
expect "--yes is not handed on" [ "$out" = "<list>" ]

set_up
tool ninja <<'END'
case "$*" in *-n*) exit 0 ;; esac
echo 'main.cpp:1: error: expected a kernel'
exit 1
END
start -- list
expect "a failed build: exit 3" [ "$code" = 3 ]
expect "a failed build shows the compiler's error" holds "$said" "expected a kernel"
expect "a failed build keeps standard output clean" [ -z "$out" ]

set_up
(cd "$scratch" && env -i PATH="$tools" "$tree/exoscope" list </dev/null >"$scratch/first" 2>&1) &
first=$!
start -- list
wait "$first"
expect "two at once: both run" [ "$code" = 0 ]
expect "two at once: one build" [ "$(grep -c 'ninja .*--quiet' "$calls")" = 1 ]

set_up
start -- list
mv "$tree" "$scratch/moved"
sed "s|$tree|$scratch/moved|g" "$tools/cmake" >"$tools/cmake-moved"
chmod +x "$tools/cmake-moved" && mv "$tools/cmake-moved" "$tools/cmake"
printf 'sh | program sh | runs\n' >"$scratch/moved/cmake/packages.txt"
tree=$scratch/moved
: >"$calls"
start -- list
expect "a tree that was moved is configured afresh" called "cmake .*--fresh"
tree=$scratch/tree

set_up
start -- test --wrong
expect "test: an unknown option: exit 2" [ "$code" = 2 ]
expect "test: an unknown option is named" holds "$said" "--wrong"

[ "$failures" = 0 ] || { echo "$failures expectations of the launcher failed"; exit 1; }
echo "the launcher does what it says"
