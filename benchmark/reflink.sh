#!/usr/bin/env bash
# Converts 100 GiB of data on file systems that share blocks, XFS and btrfs, each in a file of its own that is mounted by loop.
# The data is one run of random bytes, shared 400 times, so that it needs no space either. Needs root.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
bothways=$here/../bothways
folder=${1:-${TMPDIR:-/tmp}}
most_seconds=2
for program in mkfs.xfs mkfs.btrfs python3 losetup; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install xfsprogs btrfs-progs python3 mount" >&2; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "mounting needs root" >&2; exit 2; }
"$bothways" --version >/dev/null # builds, if it must
work=$(mktemp -d "$folder/bothways-reflink.XXXXXX")
mounted=
cleanup() {
    [ -z "$mounted" ] || umount "$mounted"
    rm -rf "$work"
}
trap cleanup EXIT

used() { sync; df --output=used -BM "$1" | tail -n 1 | tr -dc 0-9; }

failed=0
# converts NAME SOURCE OUT OPTION...: within the time
converts() {
    local name=$1 source=$2 out=$3 before after seconds verdict=ok
    shift 3
    before=$(used "$work/mount")
    /usr/bin/time -o "$work/time" -f %e "$bothways" disk convert --progress=none "$@" "$source" "$out" >/dev/null
    seconds=$(cat "$work/time")
    after=$(used "$work/mount")
    awk -v s="$seconds" -v m=$most_seconds 'BEGIN {exit s >= m}' || { verdict="TOO SLOW"; failed=1; }
    printf '%-6s %-28s %6.2f s %6d MiB more  %s\n' "$kind" "$name" "$seconds" $((after - before)) "$verdict"
}

for kind in xfs btrfs; do
    truncate -s 20G "$work/$kind.img"
    "mkfs.$kind" -q -f "$work/$kind.img"
    mkdir -p "$work/mount"
    mount -o loop "$work/$kind.img" "$work/mount"
    mounted=$work/mount
    python3 - "$work/mount" <<'PYTHON'
import fcntl, os, struct, sys
FICLONERANGE = 0x4020940D
run = 256 << 20
with open(sys.argv[1] + "/seed", "wb") as seed:
    for _ in range(256):
        seed.write(os.urandom(1 << 20))
source = os.open(sys.argv[1] + "/seed", os.O_RDONLY)
disk = os.open(sys.argv[1] + "/disk.raw", os.O_RDWR | os.O_CREAT, 0o644)
os.ftruncate(disk, 400 * run)
for i in range(400):
    fcntl.ioctl(disk, FICLONERANGE, struct.pack("qQQQ", source, 0, run, i * run))
PYTHON
    disk=$work/mount/disk.raw
    out=$work/mount/out
    converts "raw -> raw" "$disk" "$out" -O raw
    rm -f "$out"
    while IFS="|" read -r name options; do
        # shellcheck disable=SC2086 # options are words
        converts "raw -> $name" "$disk" "$out" $options
        # shellcheck disable=SC2086
        converts "$name -> raw" "$out" "$out.raw" -O raw
        rm -f "$out"*
    done <<'KINDS'
fixed VHD|-O vhd --fixed
dynamic VHD|-O vhd
VHDX|-O vhdx
flat VMDK|-O vmdk -o subformat=monolithicFlat
sparse VMDK|-O vmdk
qcow2|-O qcow2
VDI|-O vdi
KINDS
    umount "$work/mount"
    mounted=
    rm -f "$work/$kind.img"
done
exit $failed
