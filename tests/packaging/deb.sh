#!/bin/sh
# deb.sh CPACK BUILD SOURCE FOLDER: packs the build folder BUILD into Debian packages, checks what they say and hold, and unpacks
# both into FOLDER/root. Nothing is installed; deb_chroot.sh does that.
set -eu
cpack=$1 build=$2 source=$3 folder=$4
failures=0

# expect WHAT VALUE EXPECTED
expect() {
  [ "$2" = "$3" ] && return
  printf '%s is\n%s\nnot\n%s\n' "$1" "$2" "$3" >&2
  failures=$((failures + 1))
}

rm -rf "$folder"
"$cpack" --config "$build/CPackConfig.cmake" -B "$folder" >/dev/null
version=$(sed -n 's/^#define ENGRAM_VERSION_STRING "\([^"]*\)".*/\1/p' "$source/autodiff/include/engram/autodiff/version.hpp")

# files PACKAGE: all but folders, with the architecture's and the configuration's name left out.
files() {
  dpkg-deb --fsys-tarfile "$1" | tar -t | grep -v '/$' |
    sed "s|^\./usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo none)/|./usr/lib/|
         s|-targets-[a-z]*\.cmake|-targets-CONFIGURATION.cmake|" | LC_ALL=C sort
}

# check LIBRARY DEPENDS FILE...: the package of a library has these dependencies (the versions of others' packages aside), its
# headers, and these files.
check() {
  name=libengram-$1-dev depends=$2
  package=$folder/${name}_${version}_$(dpkg --print-architecture).deb
  expected=$(cd "$source/$1" && find include -name '*.hpp' | sed 's|^|./usr/|')
  headers=$1
  shift 2
  expect "Package" "$(dpkg-deb -f "$package" Package)" "$name"
  expect "Version of $name" "$(dpkg-deb -f "$package" Version)" "$version"
  expect "Depends of $name" "$(dpkg-deb -f "$package" Depends | sed 's/([<>][^)]*)/(...)/g')" "$depends"
  expect "list of files in $name" "$(files "$package")" \
    "$(printf '%s\n' "$expected" "$@" "./usr/lib/libengram_$headers.a" "./usr/share/doc/$name/copyright" \
      "./usr/share/doc/$name/changelog.gz" | LC_ALL=C sort)"
  expect "owner of files in $name" "$(dpkg-deb -c "$package" | awk '{ print $2 }' | sort -u)" root/root
  dpkg-deb -x "$package" "$folder/root"
}

cmake=./usr/lib/cmake/engram
check autodiff \
  "libeigen3-dev (...), libeigen3-dev (...), libfmt-dev (...), libfmt-dev (...), libhwy-dev (...), libhwy-dev (...)" \
  $cmake/engram-config.cmake $cmake/engram-config-version.cmake $cmake/engram-autodiff-targets.cmake \
  $cmake/engram-autodiff-targets-CONFIGURATION.cmake ./usr/lib/pkgconfig/engram-autodiff.pc
check plasticity "libengram-autodiff-dev (= $version), libtbb-dev (...)" \
  $cmake/engram-plasticity-targets.cmake $cmake/engram-plasticity-targets-CONFIGURATION.cmake
exit $failures
