#!/bin/sh
# What ranks are refused for, in one line.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

two_moons="$bin/two_moons"
too_many="5 ranks: the 4 tasks of an outer step cannot be shared out among so many"
refused "$too_many" "$two_moons" train --quick --ranks 5 --out none
refused "$too_many" mpirun --quiet --oversubscribe -n 5 "$two_moons" train --quick --out none
refused "--ranks is '0'" "$two_moons" train --quick --ranks 0 --out none
refused "give --ranks as well" "$two_moons" train --quick --hosts here --out none
mkdir empty
refused "cannot run mpirun" env PATH="$PWD/empty" "$two_moons" train --quick --ranks 2 --out none
refused "--hidden is '0'" "$two_moons" train --quick --hidden 0 --ranks 2 --out none
refused "absent.json" "$two_moons" evaluate --quick --rule absent.json --ranks 2
[ ! -e none ] || fail "a refused run makes its folder"
expect 1 "$two_moons" train --quick --ranks 2 --hosts nowhere.invalid --out none
grep -q "could not start all ranks" err || fail "an unknown host: $(cat err)"

# Ranks that do not compute the same: other settings, other rule files, other folders, other programs.
differ() {
  expected=$1
  shift
  refused "$expected" mpirun --quiet --oversubscribe "$@"
}
differ "tasks = 4 at rank 0 and tasks = 5 at rank 1" \
  -n 1 "$two_moons" train --quick --out none : -n 1 "$two_moons" train --quick --tasks 5 --out none
differ "out = none at rank 0 and out = other at rank 1" \
  -n 1 "$two_moons" train --quick --out none : -n 1 "$two_moons" train --quick --out other
sed 's/"manifest"/ "manifest"/' "$rule" >other.json
differ "rule file" -n 1 "$two_moons" evaluate --quick --rule "$rule" : -n 1 "$two_moons" evaluate --quick --rule other.json
cp "$two_moons" other_program
printf ' ' >>other_program
differ "program" -n 1 "$two_moons" train --quick --out none : -n 1 ./other_program train --quick --out none
# What is wrong at one of them only.
differ "--tasks is 'many'" -n 2 "$two_moons" train --quick --out none : -n 1 "$two_moons" train --quick --tasks many --out none
differ "and the launcher has started 2" -n 2 "$two_moons" train --quick --ranks 3 --out none

# A folder that is in use, and a finished one.
begin 100000000 held 2
refused "'held' is in use by process" "$two_moons" train --quick --ranks 2 --out held
kill -s TERM $launcher
ended 130
refused "--resume goes on with it" "$two_moons" train --quick --ranks 2 --out held
