#!/bin/sh
# Standard streams may be closed, full or gone, and signals come: work goes on, results are what they always are, and no file of results
# receives a message.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"

train whole 6 2>said || fail "a training ends with $?"
[ -s said ] || fail "nothing is said on standard error"

train closed 6 2>&- >out || fail "with standard error closed: $?"
same whole closed
train none 6 <&- >&- 2>&- || fail "with all streams closed: $?"
same whole none
train full 6 2>/dev/full >/dev/null || fail "with standard error full: $?"
same whole full
(train gone 6 2>&1 && touch ended) | true
while [ ! -e ended ]; do sleep 0.01; done
same whole gone

train output 6 >/dev/full 2>err
[ $? -eq 1 ] || fail "with standard output full: not 1"
grep -q '^two_moons: cannot write to standard output: No space left on device$' err || fail "standard output full: $(cat err)"
same whole output
"$bin/two_moons" --help >/dev/full 2>err
[ $? -eq 1 ] || fail "help for a full standard output: not 1"
"$bin/two_moons" bogus 2>/dev/full
[ $? -eq 2 ] || fail "bad input while standard error is full: not 2"
"$bin/hypergradient" --quick --steps 1 --out h <&- >&- 2>&- || fail "hypergradient with all streams closed: $?"
head -n 1 h/hypergradient.csv | grep -q '^series,' || fail "hypergradient.csv is $(cat h/hypergradient.csv)"

# A signal, SIGHUP too, is answered at once and ends the work after the step, with a checkpoint. One that is ignored stays so.
for signal in TERM HUP; do
  start $signal 100000000 >out 2>err &
  while ! grep -qs '^1,' $signal/meta_training.csv; do sleep 0.01; done
  kill -s $signal $!
  wait $!
  [ $? -eq 130 ] || fail "SIG$signal ends with another code than 130: $(cat err)"
  grep -q '^stopping after this step' err || fail "SIG$signal is not answered: $(cat err)"
  [ -s $signal/rule.json ] || fail "no rule was kept after SIG$signal"
done
