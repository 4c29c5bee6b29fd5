#!/bin/sh
# symbols.sh NM LIBRARY NAMESPACE: all that a shared library shows is in a versioned inline namespace of engram, or an instance of a
# template of the standard library, which every compiler shows, or the address sanitizer's. Nothing of fmt, Eigen, Highway or JSON may
# meet another copy of it. What is not weak is in engram::NAMESPACE.
set -eu
symbols=$("$1" -D --defined-only --format=posix "$2" | cut -d' ' -f1,2)
std='N?K?S[tabsiod]'
engram='N?K?6engram(8autodiff|10plasticity)2v[0-9]'
own="N?K?6engram${#3}$3""2v[0-9]"
strangers=$(printf '%s\n' "$symbols" |
  grep -Ev "^__odr_asan|^_Z(T[ISV]|GV|Z)*(($std|$engram).* [WVu]|$own.* [A-Za-z])\$" || true)
if [ -n "$strangers" ]; then
  printf '%s shows:\n%s\n' "$2" "$strangers" | c++filt >&2
  exit 1
fi
printf '%s\n' "$symbols" | grep -Eq "^_Z$own.* T\$" # it does show its functions
