#!/bin/sh
# Every number of every program is checked, every path works, and a message names the option or variable at fault.
# shellcheck source=functions.sh
. "${0%/*}/functions.sh"

# All options that take a number, as the help names them.
numbers() {
  options=$("$@" --help | sed -n 's/^  \(--[a-z0-9-]*\) \(N\|NUMBER\)=.*/\1=\2/p')
  [ -n "$options" ] || fail "$* has no options with numbers"
  for option in $options; do
    name=${option%=*}
    refused "$name is ''; it must be a" "$@" "$name" ''
    for text in ' ' nan inf -inf 1e999 0x10 3x; do refused "$name is '$text'; it must be a" "$@" "$name=$text"; done
    [ "$option" = "$name=NUMBER" ] && continue
    for text in 0.5 -99999999999999999999 99999999999999999999; do refused "$name is '$text'; it must be a" "$@" "$name=$text"; done
  done
}
numbers "$bin/two_moons"
numbers "$bin/two_moons" train
numbers "$bin/two_moons" evaluate
numbers "$bin/two_moons" figure
numbers "$bin/experiment"
numbers "$bin/hypergradient"
for option in --out --rule --config; do refused "$option" "$bin/two_moons" $option ''; done
refused --config "$bin/experiment" --config '' certify
refused --out "$bin/hypergradient" --out ''
mkfifo pipe
refused "'pipe' is no ordinary file" "$bin/two_moons" --config pipe
echo 'hiden = 5' >misspelt.toml
refused "the configuration file sets 'hiden', which is no option" "$bin/two_moons" --config misspelt.toml

# Paths of any bytes: quotes, a line's end, what is no UTF-8.
name=$(printf "a b'\"\\\\\$x\n\351\377")
export TMPDIR="$PWD/$name"
mkdir "$TMPDIR"
expect 0 "$bin/two_moons" --quick --outer-steps 2 --trials 2 --steps 3 --out "$name/story"
grep -q '"tasks"' "$name/story/summary.json" || fail "the summary is $(cat "$name/story/summary.json")"
[ -s "$name/story/figure2.png" ] || fail "no figure was drawn"
expect 0 "$bin/two_moons" evaluate --quick --trials 2 --steps 3 --rule "$name/story/rule.json" --json "$name/evaluate.json"
[ -s "$name/evaluate.json" ] || fail "no summary was written"
expect 0 "$bin/two_moons" watch "$name/story"
expect 0 "$bin/hypergradient" --quick --steps 1 --out "$name/h"
expect 0 "$bin/experiment" certify --quick --rule "$name/story/rule.json" --out "$name/certify"
[ -s "$name/certify/report.html" ] || fail "no report was written"
refused "$(printf 'absent\351.json')" "$bin/two_moons" evaluate --rule "$(printf 'absent\351.json')"
empty "$TMPDIR" 'engram-*'

# What cannot be written to is found out before the work, and the reason is said.
long=$(printf 'x%.0s' $(seq 300))
evaluate() {
  "$bin/two_moons" evaluate --quick --trials 2 --steps 3 --rule "$rule" --json "$1"
}
figure() {
  "$bin/two_moons" figure --quick --trials 2 --steps 3 --rule "$rule" --out "$1"
}
refused "--json: cannot write 'xxx" evaluate "$long"
grep -q 'File name too long' err || fail "no reason: $(cat err)"
longest=$(printf 'x%.0s' $(seq 255))
expect 0 evaluate "$longest"
refused "--out: cannot create the folder 'xxx" figure "$long"
refused "Not a directory" figure "$longest/below"
export TMPDIR=/nonexistent
expect 2 figure no_pictures
grep -q "^two_moons: TMPDIR is '/nonexistent'.*No such file or directory" err || fail "TMPDIR is not named: $(cat err)"
[ -s no_pictures/figure2.csv ] || fail "without pictures there is no CSV"
