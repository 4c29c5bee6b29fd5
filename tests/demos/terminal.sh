#!/bin/sh
# A terminal of 40 or 80 columns, dumb or in the locale C: what is said fits, and Ctrl-C is answered.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"
export LC_ALL=C.UTF-8 TERM=xterm SHELL=/bin/sh PATH="$bin:$PATH"

# on COLUMNS COMMAND: what a terminal of so many columns shows, without carriage returns, in `out`; it is given standard input.
# Ctrl-C reaches its shell too, which is to outlive the command.
on() {
  script -qec "stty cols $1; trap : INT; $2" /dev/null >raw
  tr '\r' '\n' <raw >out
}
# fits COLUMNS WHAT: no line of `out` is longer, unless it is one word.
fits() {
  width=$(grep -E '[^ ] +[^ ]' out | wc -L)
  [ "$width" -le "$1" ] || fail "$2 is $width columns wide at $1: $(cat out)"
}
training="two_moons train --quick --tasks 1 --steps 3 --hidden 4 --rule-width 4 --anew --out t --outer-steps"

for columns in 40 80; do
  for program in two_moons 'two_moons train' experiment hypergradient; do
    on $columns "$program --help" </dev/null
    fits $columns "the help of $program"
  done
  on $columns "$training 40" </dev/null
  fits $columns "a training"
done
grep -q '|█' out || fail "at 80 columns there is no bar: $(cat out)"
escape=$(printf '\033')
for variable in TERM=dumb NO_COLOR=1 LC_ALL=C; do
  on 80 "env $variable $training 40" </dev/null
  grep -q 100.% out || fail "with $variable no progress is shown: $(cat out)"
  if grep -q -e "$escape" -e '[█▏▎▍▌▋▊▉]' out; then fail "with $variable there are escapes or blocks: $(cat out)"; fi
done

# Ctrl-C, while the log grows: the answer, then the end after the step.
rm -r t
{
  while ! grep -qs '^1,' t/meta_training.csv; do sleep 0.05; done
  printf '\003'
  while [ -e t/.lock ]; do sleep 0.05; done
} | on 80 "$training 100000000; echo ended with \$?"
grep -q '^stopping after this step' out || fail "Ctrl-C is not answered: $(cat out)"
grep -q '^ended with 130' out || fail "Ctrl-C does not end the training: $(cat out)"
