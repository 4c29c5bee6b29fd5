#!/bin/sh
# What the scripts beside this one have in common.
# shellcheck source=../demos/functions.sh
. "${0%/*}/../demos/functions.sh"

# A small training whose outer steps take a millisecond or two. Three tasks for each of four ranks, but for one.
common="train --quick --tasks 11 --steps 8 --hidden 8 --rule-width 6 --validate-every 40 --validation-trials 7 --checkpoint-every 30"

# sized STEPS FOLDER [OPTION...]: such a training, to its end.
sized() {
  steps=$1 folder=$2
  shift 2
  # shellcheck disable=SC2086 # the words are meant to be split
  "$bin/two_moons" $common --outer-steps "$steps" --out "$folder" "$@" >log 2>&1 || fail "$folder: it ends with $?: $(cat log)"
}

# begin STEPS FOLDER RANKS [OPTION...]: starts such a training and returns when it is under way: `launcher` is its process, which hears SIGINT, `mpirun`
# what that has started, `processes` are the ranks, in their order.
begin() {
  steps=$1 folder=$2 count=$3
  shift 3
  # shellcheck disable=SC2086
  env --default-signal=INT "$bin/two_moons" $common --outer-steps "$steps" --out "$folder" --ranks "$count" "$@" >"$folder.log" 2>&1 &
  launcher=$!
  while ! [ "$(wc -l 2>/dev/null <"$folder/meta_training.csv")" -gt "${rows:-3}" ] 2>/dev/null; do
    kill -0 $launcher 2>/dev/null || fail "$folder: it ended before it was under way: $(cat "$folder.log")"
    sleep 0.01
  done
  mpirun=$(children $launcher)
  processes=$(children "$mpirun")
  [ "$(echo "$processes" | wc -w)" -eq "$count" ] || fail "$folder: there are the processes $processes"
}

# children PROCESS
children() {
  tr ' ' '\n' <"/proc/$1/task/$1/children" | grep . | sort -n
}

# ended CODE: the training that was begun ends with that code, and none of its processes is left; those that were just killed have a while.
ended() {
  wait $launcher
  code=$?
  [ $code -eq "$1" ] || fail "$folder: it ended with $code, not $1: $(cat "$folder.log")"
  for process in $mpirun $processes; do
    tries=0
    while kill -0 "$process" 2>/dev/null && [ "$(state "$process")" != Z ]; do
      tries=$((tries + 1))
      [ $tries -lt 200 ] || fail "$folder: process $process is left"
      sleep 0.05
    done
  done
}

# state PROCESS: a letter.
state() { sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null; }

# says TEXT: the training that was begun has said that.
says() { grep -qF -e "$1" "$folder.log" || fail "$folder does not say '$1': $(cat "$folder.log")"; }
