#!/bin/sh
# deb_chroot.sh PACKAGES CHROOT: installs the Debian packages in the folder PACKAGES (cmake --workflow --preset deb leaves them in
# build/deb) in a bare Debian of its own, made in the new folder CHROOT: apt finds what they depend on, the outside consumer is
# built against them and run, and after apt has removed them nothing of them is left. To be run by root, with debootstrap and a
# Debian mirror at hand; the tests do not run it.
set -eu
packages=$(CDPATH='' cd -- "$1" && pwd) chroot=$2
consumer=$(CDPATH='' cd -- "$(dirname -- "$0")/consumer" && pwd)
[ ! -e "$chroot" ] || { echo "$chroot is there already" >&2; exit 1; }

# shellcheck source=/dev/null # VERSION_CODENAME
. /etc/os-release
debootstrap --variant=minbase "$VERSION_CODENAME" "$chroot" >"$chroot.log" || { tail "$chroot.log" >&2; exit 1; }
trap 'umount "$chroot/proc" 2>/dev/null || true' EXIT
mount -t proc proc "$chroot/proc"
mkdir "$chroot/packages" "$chroot/consumer"
cp "$packages"/libengram-*.deb "$chroot/packages"
cp "$consumer"/* "$chroot/consumer"

cat >"$chroot/check.sh" <<'INSIDE'
set -eu
say() { printf '== %s\n' "$*"; }
apt() { apt-get -y -qq --no-install-recommends "$@" >/apt.log 2>&1 </dev/null || { cat /apt.log; exit 1; }; }
installed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort; }
files() { find / -xdev \( -path /var -o -path /tmp -o -path /etc/ld.so.cache -o -path /apt.log -o -path '/before*' \) -prune -o -print | sort; }
absent() { for p in "$@"; do ! installed | grep -x "$p.*" || { echo "$p came along"; exit 1; }; done; }

# build COMPONENT: as a user does, with CMake.
build() {
  cmake -S /consumer -B "/tmp/$1" -DWAY=package -DCOMPONENT="$1" >/tmp/log && cmake --build "/tmp/$1" >>/tmp/log || { cat /tmp/log; exit 1; }
  "/tmp/$1/consumer"
}

say "The consumer's own tools: g++, cmake, make, pkg-config"
apt install g++ cmake make pkg-config
installed >/before.packages
files >/before.files

say "apt install libengram-autodiff-dev brings"
apt install /packages/libengram-autodiff-dev_*.deb
installed | comm -13 /before.packages -
absent libboost libtbb nlohmann-json libcli11 libengram-plasticity
say "The consumer, with CMake"
build autodiff
say "The consumer, with pkg-config"
g++ -std=c++20 /consumer/autodiff.cpp -o /tmp/pkg_config $(pkg-config --cflags --libs engram-autodiff)
/tmp/pkg_config | tail -1

say "apt install libengram-plasticity-dev brings"
installed >/before.plasticity
apt install /packages/libengram-plasticity-dev_*.deb
installed | comm -13 /before.plasticity -
absent libboost nlohmann-json libcli11
say "The consumer of plasticity"
build plasticity | head -1

say "apt purge, autoremove"
apt purge 'libengram-*'
apt autoremove --purge
installed | diff /before.packages -
files | diff /before.files -
say "Nothing is left: the same packages and files as before"
INSIDE
chroot "$chroot" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive sh /check.sh
