#!/bin/sh
# One process, two, three and four, any threads: the same rule, log and checkpoint; also of a training that goes on with other ranks, of
# a test, and of an experiment.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"

sized 200 one --threads 1
sized 200 two --ranks 2 --threads 2
sized 200 three --ranks 3
sized 200 four --ranks 4 --threads 1
for name in two three four; do same one $name; done

# Two programs that mpirun starts without help.
# shellcheck disable=SC2086
env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun --quiet --oversubscribe -n 2 \
  "$bin/two_moons" $common --outer-steps 200 --out started >log 2>&1 || fail "mpirun ends with $?: $(cat log)"
same one started

# Begun with three, ended by a signal, gone on with by two.
sized 1200 whole
begin 1200 begun 3
kill -s TERM $launcher
ended 130
sized 1200 begun --resume --ranks 2
same whole begun

# More tasks than are added up one by one.
few=$common
common=$(echo "$few" | sed 's/--tasks 11/--tasks 301/')
sized 4 many.1 --threads 1
for ranks in 2 3 4; do
  sized 4 many.$ranks --ranks $ranks
  same many.1 many.$ranks
done
common=$few

for ranks in 1 3; do
  "$bin/two_moons" evaluate --quick --rule "$rule" --json tested.$ranks --ranks $ranks >log 2>&1 || fail "evaluate: $(cat log)"
done
cmp tested.1 tested.3 || fail "a test by three ranks differs"

for ranks in 1 2; do
  "$bin/experiment" transfer --quick --steps 5 --out experiment.$ranks --ranks $ranks >log 2>&1 || fail "experiment: $(cat log)"
done
diff -r experiment.1 experiment.2 >&2 || fail "an experiment by two ranks differs"
