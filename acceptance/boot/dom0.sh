#!/usr/bin/env bash
# Makes the bench's dom0, once: its disk, kernel, initramfs and the hypervisor.
# usage: dom0.sh     prints the folder
set -euo pipefail
# shellcheck source=../setup.sh
. "$(dirname "$0")/../setup.sh"

folder=$bothways_work/dom0
[ ! -d "$folder" ] || { echo "$folder"; exit 0; }
need mkfs.ext4 e2fsprogs
tar=$("$acceptance/guests/rootfs.sh" dom0)
[ "$(id -u)" = 0 ] || exec unshare --map-root-user --map-auto --mount "$0"

say "making dom0's disk"
scratch=$(mktemp -d "$bothways_work/making.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
out=$scratch/dom0
mkdir "$tree" "$out"
tar --extract --file "$tar" --directory "$tree" --exclude './dev/*'
mkdir -p "$tree/lab/bench"
# What dom0 runs comes with each boot, so that a change of it needs no new disk.
printf '#!/bin/bash\nmount /dev/vdb /lab/bench && exec /lab/bench/init\n' >"$tree/lab/init"
chmod 755 "$tree/lab/init"
cp "$tree"/boot/vmlinuz-* "$out/vmlinuz"
cp "$tree"/boot/initrd.img-* "$out/initrd.img"
# QEMU's multiboot loader takes the hypervisor uncompressed only.
zcat "$tree/boot/xen-4.17-amd64.gz" >"$out/xen"
truncate -s 3G "$out/disk.img"
mkfs.ext4 -q -d "$tree" "$out/disk.img"
mv "$out" "$folder"
echo "$folder"
