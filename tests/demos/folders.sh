#!/bin/sh
# A folder belongs to one run at a time; what is finished is not overwritten, and what killed runs left is removed.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"
export TMPDIR="$PWD/temporary files"
mkdir "$TMPDIR"

# Two starts in one folder: the second one is told who has it since when.
start held 100000000 --checkpoint-every 1 >log 2>&1 &
first=$!
while ! grep -qs '^2,' held/meta_training.csv; do sleep 0.01; done # step 1 is saved
in_use() {
  refused "'held' is in use by process $first on $(uname -n) since $(date +%Y)-" "$@" --quick --out held
}
in_use "$bin/two_moons" train
in_use "$bin/two_moons" --rule "$rule"
in_use "$bin/two_moons" figure --rule "$rule"
in_use "$bin/hypergradient"
in_use "$bin/experiment" certify

# A killed run holds nothing; what it left half written goes.
kill -s KILL $first
wait $first 2>/dev/null
touch held/.engram-$first-0.tmp
mkdir "$TMPDIR/engram-figure-killed"
touch "$TMPDIR/engram-figure-killed/figure.gp"
refused "'held' holds a run that was stopped after step" train held 6
train held 6 --anew >log 2>&1 || fail "--anew: $(cat log)"
train whole 6 >log 2>&1 || fail "a training ends with $?"
same whole held

# Two at once, six times: one of them, and each row once.
for name in one two three four five six; do
  start $name 60 >log 2>&1 &
  one=$!
  start $name 60 >log 2>&1 &
  other=$!
  wait $one
  codes=$?
  wait $other
  codes="$codes $?"
  [ "$codes" = "0 2" ] || [ "$codes" = "2 0" ] || fail "two at once end with $codes"
  [ "$(cut -d , -f 1 $name/meta_training.csv | tail -n +2 | uniq | wc -l)" -eq 60 ] || fail "the log is: $(cat $name/meta_training.csv)"
done

# What is finished stays, unless it is to be made anew; then the same comes of it.
finished() {
  "$@" --out finished >log 2>&1 || fail "$*: $(cat log)"
  cp -r finished before
  refused --anew "$@" --out finished
  "$@" --out finished --anew >log 2>&1 || fail "$* --anew: $(cat log)"
  same before finished
  rm -r before finished
}
finished "$bin/two_moons" train --quick --outer-steps 3
finished "$bin/two_moons" figure --quick --trials 2 --steps 3 --rule "$rule"
finished "$bin/hypergradient" --quick --steps 1
"$bin/experiment" certify --quick --out certified >log 2>&1 || fail "certify: $(cat log)"
refused "another --out, or --anew" "$bin/experiment" certify --quick --steps 7 --out certified
"$bin/experiment" certify --quick --steps 7 --out certified --anew >log 2>&1 || fail "certify --anew: $(cat log)"
empty "$TMPDIR"
