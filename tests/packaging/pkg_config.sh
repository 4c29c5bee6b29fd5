#!/bin/sh
# pkg_config.sh COMPILER LIBRARY_FOLDER SOURCE PROGRAM [FLAG...]: compiles, links and runs the source with what pkg-config says, and
# the flags.
set -eu
compiler=$1 libraries=$2 source=$3 program=$4
shift 4
flags=$(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags --libs engram-autodiff)
eval "set -- \"\$@\" $flags" # pkg-config quotes for the shell
"$compiler" -std=c++20 "$source" -o "$program" "$@"
LD_LIBRARY_PATH=$libraries "$program"
