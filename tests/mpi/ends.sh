#!/bin/sh
# How ranks end: asked by a signal, killed, stopped.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"
enough=450
sized $enough whole

# A signal to any rank, or to all by way of who has started them: all end, and the last step is saved.
saved() {
  ended 130
  rows=$(tail -n 1 "$folder/meta_training.csv" | cut -d , -f 1)
  grep -q "\"step\":$rows," "$folder/checkpoint.json" || fail "$folder: the log ends with step $rows, the checkpoint is of another"
  rows=''
}
for number in 1 2 3; do
  begin 100000000 signal_$number 3
  kill -s TERM "$(echo "$processes" | sed -n ${number}p)"
  saved
done
for signal in INT HUP; do
  begin 100000000 all_$signal 3
  kill -s $signal $launcher
  saved
done

# Each rank killed: all end, with one sentence, and the rest is gone on with.
for number in 1 2 3; do
  begin $enough killed_$number 3
  kill -s KILL "$(echo "$processes" | sed -n ${number}p)"
  ended 1
  says "a rank has died (Killed)"
  [ "$(grep -c '^two_moons: ' "$folder.log")" -eq 1 ] || fail "$folder says more than that: $(cat "$folder.log")"
  sized $enough killed_$number --resume --ranks $number
  same whole killed_$number
done

# Ranks that stand still for a while, the first and another, change nothing; while one does, a signal saves and ends all, but if it
# is the first, which saves: that does so when it goes on.
begin $enough still 3
for number in 2 1; do
  process=$(echo "$processes" | sed -n ${number}p)
  kill -s STOP "$process"
  sleep 0.5
  kill -s CONT "$process"
done
ended 0
same whole still
begin 100000000 first_stopped 3
process=$(echo "$processes" | sed -n 1p)
kill -s STOP "$process"
kill -s INT $launcher
sleep 1
kill -0 $launcher 2>/dev/null || fail "$folder: it ended without its first rank"
kill -s CONT "$process"
saved
begin 100000000 stopped 3
kill -s STOP "$(echo "$processes" | sed -n 2p)"
kill -s INT $launcher
saved
says "without waiting for ranks that do not answer"

# Who has started them is killed: nobody is left.
begin 100000000 orphans 2
kill -s KILL $launcher
for process in $processes; do
  while kill -0 "$process" 2>/dev/null && [ "$(state "$process")" != Z ]; do sleep 0.05; done
done
