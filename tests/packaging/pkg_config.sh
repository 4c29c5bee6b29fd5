# pkg_config.sh COMPILER LIBRARY_FOLDER SOURCE PROGRAM: compiles, links and runs the source with what pkg-config says.
set -eu
flags=$(PKG_CONFIG_PATH=$2/pkgconfig pkg-config --cflags --libs engram-autodiff)
"$1" -std=c++20 "$3" -o "$4" $flags
LD_LIBRARY_PATH=$2 "$4"
