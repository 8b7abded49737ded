#!/usr/bin/env bash
# `bothways disk convert` beside `qemu-img convert`, from each format to each other one, in turn on the same files, medians.
# qemu-img runs as it does by itself and with all its threads (-m 16 -W); the better median of the two counts.
# A time is within its limit if it is at most qemu-img's, on the small guest plus what a JVM needs to start.
set -euo pipefail

usage() {
    cat <<'END'
usage: benchmark/disk-convert.sh [options]
  --runs N       counted runs of each program, after one that is not counted (5)
  --folder DIR   where the images lie (a folder in /dev/shm, so that no disk is measured)
  --guest RAW    a raw guest (the guest xen-wholedisk of acceptance/, made if it is not there); none leaves it out
  --size GIB     size of the half-random disk, half of it data; 0 leaves it out (8)
  --formats LIST from each of these to each (raw,vhd,vhdx,vmdk,qcow2,vdi)
  --to LIST      only to these
  --back         only from raw and to raw
Exit code 1 if a time or a memory limit is broken.
END
}

here=$(cd "$(dirname "$0")" && pwd -P)
bothways=$here/../bothways
runs=5
folder=
guest=
size=8
formats=raw,vhd,vhdx,vmdk,qcow2,vdi
targets=
back=
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=$2; shift 2 ;;
        --folder) folder=$2; shift 2 ;;
        --guest) guest=$2; shift 2 ;;
        --size) size=$2; shift 2 ;;
        --formats) formats=$2; shift 2 ;;
        --to) targets=$2; shift 2 ;;
        --back) back=yes; shift ;;
        --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done

[ -n "$targets" ] || targets=$formats
startup=0.15
most_memory=256
for program in qemu-img /usr/bin/time; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install qemu-utils time" >&2; exit 2; }
done
if [ -z "$guest" ]; then
    guest=${BOTHWAYS_WORK:-${TMPDIR:-/tmp}/bothways-acceptance}/guests/xen-wholedisk/disk.img
    [ -f "$guest" ] || "$here/../acceptance/guests/make.sh" xen-wholedisk
fi
work=$(mktemp -d "${folder:-/dev/shm}/bothways-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$bothways" --version >/dev/null # builds, if it must

# qemu_name FORMAT: what qemu-img calls it
qemu_name() {
    case $1 in vhd) echo vpc ;; *) echo "$1" ;; esac
}

# options FORMAT: without force_size qemu-img rounds the size of a VHD up to what old geometry can tell
qemu_options() {
    case $1 in vhd) echo "-o force_size=on" ;; esac
}

# Memory that the host of a virtual machine has to give again is several times slower, and many hosts take back at once what is free,
# in pieces of 2 MiB. So one page of each MiB is held: the rest is free, but in smaller pieces, and stays.
hold() {
    local mib
    head -c "$1M" /dev/zero >"$work/held"
    for mib in $(seq 0 "$(($1 - 1))"); do
        fallocate --punch-hole --offset "$((mib * 1048576 + 4096))" --length 1044480 "$work/held"
    done
}

# timed OUT COMMAND...: removes OUT, runs the command, adds "seconds KiB" to the list in $timings
timed() {
    rm -f "$1"
    shift
    /usr/bin/time -a -o "$timings" -f '%e %M' "$@" >/dev/null
}

# column NUMBER FILE: the median of a column
column() {
    awk -v c="$1" '{print $c}' "$2" | sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

failed=0
timings=/dev/null
ratios=$work/ratios
# compare NAME SOURCE SOURCE_FORMAT FORMAT STARTUP
compare() {
    local name=$1 source=$2 from=$3 to=$4 startup=$5 ours=$work/ours.$4 theirs=$work/theirs.$4 run how
    : >"$work/ours.times"
    : >"$work/plain.times"
    : >"$work/threads.times"
    for run in $(seq 0 "$runs"); do
        timings=$work/ours.times timed "$ours" "$bothways" disk convert --progress=none --format "$to" "$source" "$ours"
        if [ "$run" = 0 ]; then
            qemu-img compare -f "$(qemu_name "$from")" -F "$(qemu_name "$to")" "$source" "$ours" >/dev/null ||
                { echo "$name: not the same bytes" >&2; exit 1; }
        fi
        rm -f "$ours"
        for how in plain threads; do
            # shellcheck disable=SC2046 # options are words
            timings=$work/$how.times timed "$theirs" qemu-img convert $([ $how = plain ] || echo "-m 16 -W") \
                -f "$(qemu_name "$from")" -O "$(qemu_name "$to")" $(qemu_options "$to") "$source" "$theirs"
            rm -f "$theirs"
        done
        # The first run is not counted.
        [ "$run" != 0 ] || for how in ours plain threads; do : >"$work/$how.times"; done
    done
    local a b c memory verdict
    a=$(column 1 "$work/ours.times")
    b=$(column 1 "$work/plain.times")
    c=$(column 1 "$work/threads.times")
    memory=$(awk '{if ($2 > m) m = $2} END {printf "%d", m / 1024}' "$work/ours.times")
    verdict=$(awk -v a="$a" -v b="$b" -v c="$c" -v s="$startup" -v m="$memory" -v most="$most_memory" \
        'BEGIN {print (a <= (b < c ? b : c) + s ? "in time" : "TOO SLOW") (m <= most ? "" : ", TOO LARGE")}')
    case $verdict in *TOO*) failed=1 ;; esac
    awk -v name="$name" -v how="$from -> $to" -v a="$a" -v b="$b" -v c="$c" -v m="$memory" -v v="$verdict" -v ratios="$ratios" 'BEGIN {
        best = b < c ? b : c
        printf "%-12s %-16s %7.2f s %7.2f s %7.2f s %7.2f %6d MiB  %s\n", name, how, a, b, c, a / best, m, v
        print name, a / best >>ratios
    }'
}

# all_ways NAME RAW STARTUP [MEAN]: MEAN is the largest geometric mean of the ratios
all_ways() {
    local from to source
    for from in ${formats//,/ }; do
        source=$2
        if [ "$from" != raw ]; then
            source=$work/source.$from
            # shellcheck disable=SC2046
            qemu-img convert -f raw -O "$(qemu_name "$from")" $(qemu_options "$from") "$2" "$source"
        fi
        for to in ${targets//,/ }; do
            [ "$back" = yes ] && [ "$from" != raw ] && [ "$to" != raw ] && continue
            [ "$back" = yes ] && [ "$from$to" = rawraw ] && continue
            compare "$1" "$source" "$from" "$to" "$3"
        done
        [ "$from" = raw ] || rm -f "$source"
    done
    awk -v name="$1" -v most="${4:-1000}" '$1 == name {sum += log($2); n++} END {
        mean = exp(sum / n)
        printf "%-12s geometric mean of %d ratios %.2f%s\n", name, n, mean, mean <= most ? "" : "  TOO SLOW: not " most
        exit mean > most
    }' "$ratios" || failed=1
}

echo "medians of $runs, in turn; $(nproc) processors; $(qemu-img --version | head -n 1)"
printf '%-12s %-16s %9s %9s %9s %7s %10s\n' disk conversion bothways qemu-img '-m 16 -W' ratio 'peak RSS'
: >"$ratios"
hold "$((size > 2 ? size * 1700 : 3400))" # two images and what is written
if [ "$guest" != none ]; then
    cp --sparse=always "$guest" "$work/guest.raw"
    all_ways guest "$work/guest.raw" "$startup"
    rm -f "$work/guest.raw"
fi
if [ "$size" -gt 0 ]; then
    truncate -s "${size}G" "$work/half.raw"
    for at in $(seq 0 2 $((size * 1024 - 1))); do
        dd if=/dev/urandom of="$work/half.raw" bs=1M count=1 seek="$at" conv=notrunc status=none
    done
    all_ways half-random "$work/half.raw" 0 0.6
fi
exit "$failed"
