#!/bin/sh
# What the shell scripts beside this one have in common.
set -u
bin=$1
export rule="$2/two_moons.json"

fail() {
  echo "$*" >&2
  exit 1
}

# expect CODE COMMAND...: the command ends with that code; `out` and `err` hold what it says.
expect() {
  code=$1
  shift
  "$@" >out 2>err
  ended=$?
  [ $ended -eq "$code" ] || fail "'$*' ended with $ended, not $code: $(cat out err)"
}

# refused TEXT COMMAND...: the command ends with 2 and one line that has this text.
refused() {
  text=$1
  shift
  expect 2 "$@"
  [ "$(wc -l <err)" -eq 1 ] || fail "'$*' does not print one line: $(cat err)"
  grep -qF -e "$text" err || fail "'$*' does not say '$text': $(cat err)"
}

# start FOLDER STEPS [OPTION...]: this process becomes a training of so many short steps.
start() {
  folder=$1 steps=$2
  shift 2
  exec "$bin/two_moons" train --quick --outer-steps "$steps" --tasks 1 --steps 3 --hidden 4 --rule-width 4 --out "$folder" "$@"
}
# train FOLDER STEPS [OPTION...]: such a training, to its end.
train() (
  start "$@"
)

# same A B: two folders hold the same files, and nothing that is hidden.
same() {
  diff -r "$1" "$2" >&2 || fail "$1 and $2 differ"
  empty "$2" '.*'
}

# empty FOLDER [PATTERN]: it holds nothing whose name is like the pattern.
empty() {
  left=$(find "$1" -mindepth 1 -name "${2:-*}")
  [ -z "$left" ] || fail "there is left: $left"
}
