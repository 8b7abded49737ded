#!/usr/bin/env bash
# The root file system all test guests are made of: a real Debian 12, as a tar, made once.
# usage: rootfs.sh [standard|dracut|dom0]     prints the tar's path
#   standard  Debian's kernel, initramfs-tools, ifupdown, GRUB's files for BIOS
#   dracut    the same with dracut in place of initramfs-tools, whose initramfs holds Xen drivers alone
#   dom0      the same with Xen 4.17 and its tools, for boot/xen-pv.sh
set -euo pipefail
# shellcheck source=../setup.sh
. "$(dirname "$0")/../setup.sh"

kind=${1:-standard}
need mmdebstrap mmdebstrap

tar=$bothways_work/rootfs-$kind.tar
[ ! -e "$tar" ] || { echo "$tar"; exit 0; }

packages=linux-image-amd64,systemd-sysv,udev,kmod,login,ifupdown,isc-dhcp-client,iproute2,iputils-ping
packages+=,grub2-common,grub-pc-bin
hooks=()
case $kind in
standard) packages+=,initramfs-tools ;;
dracut)
    # What a host-only initramfs of a Xen guest holds, whatever host this runs on: named drivers, none of QEMU's.
    packages+=,dracut
    # shellcheck disable=SC2016 # $1 is the hook's own.
    hooks+=(--customize-hook='chroot "$1" sh -c "
        kernel=\$(ls /lib/modules)
        dracut --force --hostonly --no-hostonly-cmdline --no-hostonly-default-device \
            --omit \"qemu qemu-net nvdimm virtiofs\" \
            --drivers \"xen-blkfront xen-netfront ext4 crc32c_generic\" /boot/initrd.img-\$kernel \$kernel"')
    ;;
dom0)
    packages+=,initramfs-tools,xen-hypervisor-4.17-amd64,xen-utils-4.17,xen-utils-common,xenstore-utils
    packages+=,qemu-system-xen,dnsmasq-base
    ;;
*) fail "no such root file system: $kind" ;;
esac

say "making the $kind root file system (one to two minutes)"
mkdir -p "$bothways_work"
mmdebstrap --quiet --variant=minbase --include="$packages" "${hooks[@]}" \
    bookworm "$tar.$$.tar" >&2
mv "$tar.$$.tar" "$tar"
echo "$tar"
