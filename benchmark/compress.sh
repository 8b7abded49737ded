#!/usr/bin/env bash
# Compressed images beside `qemu-img convert -c`: written and read, in turn on the same guest, medians; and how large they are.
set -euo pipefail

usage() {
    cat <<'END'
usage: benchmark/compress.sh [--runs N] [--guest RAW]
  --runs N     counted runs of each program (3)
  --guest RAW  a raw guest (the guest xen-wholedisk of acceptance/, made if it is not there)
Exit code 1 if a limit is broken.
END
}

here=$(cd "$(dirname "$0")" && pwd -P)
bothways=$here/../bothways
runs=3
guest=
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=$2; shift 2 ;;
        --guest) guest=$2; shift 2 ;;
        --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
if [ -z "$guest" ]; then
    guest=${BOTHWAYS_WORK:-${TMPDIR:-/tmp}/bothways-acceptance}/guests/xen-wholedisk/disk.img
    [ -f "$guest" ] || "$here/../acceptance/guests/make.sh" xen-wholedisk
fi
work=$(mktemp -d /dev/shm/bothways-compress.XXXXXX)
trap 'rm -rf "$work"' EXIT
"$bothways" --version >/dev/null # builds, if it must
head -c 4G /dev/zero >"$work/warm"
rm "$work/warm"
cp --sparse=always "$guest" "$work/guest.raw"

# timed LIST OUT COMMAND...
timed() {
    local list=$1
    rm -f "$2"
    shift 2
    /usr/bin/time -a -o "$list" -f %e "$@" >/dev/null
}
median() { sort -n "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

failed=0
# result WHAT LIMIT
result() {
    awk -v what="$1" -v most="$2" -v a="$(median "$work/ours.times")" -v b="$(median "$work/theirs.times")" \
        -v c="$(median "$work/threads.times")" 'BEGIN {
        best = b < c ? b : c
        printf "%-32s %7.2f s %7.2f s %7.2f s %6.2f  %s\n", what, a, b, c, a / best, a / best <= most ? "at most " most : "TOO SLOW: not " most
        exit a / best > most
    }' || failed=1
    rm -f "$work"/*.times
}

# packs NAME FORMAT WRITE_LIMIT "OUR OPTIONS" "QEMU'S OPTIONS"
packs() {
    local name=$1 format=$2 limit=$3
    for _ in $(seq "$runs"); do
        # shellcheck disable=SC2086 # options are words
        timed "$work/ours.times" "$work/ours" "$bothways" disk convert --progress=none -O "$format" $4 "$work/guest.raw" "$work/ours"
        # shellcheck disable=SC2086
        timed "$work/theirs.times" "$work/theirs" qemu-img convert -f raw -O "$format" $5 "$work/guest.raw" "$work/theirs"
        # shellcheck disable=SC2086
        timed "$work/threads.times" "$work/theirs" qemu-img convert -m 16 -W -f raw -O "$format" $5 "$work/guest.raw" "$work/theirs" ||
            cp "$work/theirs.times" "$work/threads.times" # a stream cannot be written out of order
    done
    qemu-img compare -f raw -F "$format" "$work/guest.raw" "$work/ours" >/dev/null
    result "write $name" "$limit"
    [ -s "$work/theirs" ] && qemu-img check -f "$format" "$work/theirs" >/dev/null 2>&1 ||
        { rm -f "$work/theirs"; eval "qemu-img convert -f raw -O $format $5 $work/guest.raw $work/theirs"; }
    local mine other
    mine=$(stat -c %s "$work/ours")
    other=$(stat -c %s "$work/theirs")
    awk -v a="$mine" -v b="$other" 'BEGIN {
        printf "%-32s %7d M %7d M            %6.2f  %s\n", "  size", a / 1e6, b / 1e6, a / b, a <= 1.05 * b ? "at most 1.05" : "TOO LARGE"
        exit a > 1.05 * b
    }' || failed=1
    for _ in $(seq "$runs"); do
        timed "$work/ours.times" "$work/raw" "$bothways" disk convert --progress=none -O raw "$work/theirs" "$work/raw"
        timed "$work/theirs.times" "$work/raw" qemu-img convert -f "$format" -O raw "$work/theirs" "$work/raw"
        timed "$work/threads.times" "$work/raw" qemu-img convert -m 16 -W -f "$format" -O raw "$work/theirs" "$work/raw"
    done
    rm -f "$work/raw"
    result "  read (qemu-img's file)" 0.7
    rm -f "$work/ours" "$work/theirs"
}

echo "medians of $runs, in turn; $(nproc) processors; $(qemu-img --version | head -n 1)"
printf '%-32s %9s %9s %9s %6s\n' '' bothways qemu-img '-m 16 -W' ratio
packs "VMDK streamOptimized" vmdk 0.25 "-o subformat=streamOptimized" "-o subformat=streamOptimized"
packs "qcow2, zlib" qcow2 0.35 "-c" "-c"
packs "qcow2, zstd" qcow2 0.6 "-c -o compression_type=zstd" "-c -o compression_type=zstd"
exit $failed
