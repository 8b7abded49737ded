#!/usr/bin/env bash
# `bothways inspect` beside `guestfish inspect-os`, and `bothways convert` beside `virt-v2v`, in one run on the same guest.
# Both peers start a machine of their own: without KVM that is emulated, and several times slower than with it.
set -euo pipefail

usage() {
    cat <<'END'
usage: benchmark/whole-way.sh [options]
  --runs N        counted runs of inspect, of guestfish and of convert, after one that is not counted (5)
  --v2v-runs N    counted runs of virt-v2v, which takes twelve minutes without KVM; 0 leaves it out (1)
  --kvm           the peers' machine runs on the host's processor; without it, emulated (a /dev/kvm that is there need not work)
  --guest VHDX    a guest installed for BIOS (the guest bios-vhdx of acceptance/, made if it is not there)
Exit code 1 if a limit is broken.
END
}

here=$(cd "$(dirname "$0")" && pwd -P)
bothways=$here/../bothways
runs=5
v2v_runs=1
guest=
kvm=without
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=$2; shift 2 ;;
        --v2v-runs) v2v_runs=$2; shift 2 ;;
        --guest) guest=$2; shift 2 ;;
        --kvm) kvm=with; shift ;;
        --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
for program in guestfish /usr/bin/time; do
    command -v "$program" >/dev/null ||
        { echo "$program is missing: apt-get install libguestfs-tools virt-v2v linux-image-amd64 time" >&2; exit 2; }
done
if [ -z "$guest" ]; then
    guest=$("$here/../acceptance/guests/make.sh" bios-vhdx)/bios-vhdx.vhdx
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/bothways-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$bothways" --version >/dev/null # builds, if it must

# Without these the peers look for a daemon, and wait for a KVM that does not work.
export LIBGUESTFS_BACKEND=direct
[ $kvm = with ] || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg

# timed NAME RUNS COMMAND...: "seconds KiB" of each run after the first in a file; the first is not counted where there are several.
timed() {
    local name=$1 count=$2 first=1 run
    shift 2
    [ "$count" -gt 1 ] || first=0
    : >"$work/$name"
    for run in $(seq 1 $((count + first))); do
        rm -rf "$work/out"
        mkdir "$work/out"
        /usr/bin/time -a -o "$work/$name" -f '%e %M' "$@" >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
        [ "$run" -gt "$first" ] || : >"$work/$name"
    done
}

# column NUMBER FILE: the median of a column
column() {
    awk -v c="$1" '{print $c}' "$2" | sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

failed=0
# result WHAT OURS THEIRS LEAST: at least so many times faster
result() {
    local a b
    a=$(column 1 "$work/$2")
    b=$(column 1 "$work/$3")
    awk -v what="$1" -v a="$a" -v b="$b" -v ma="$(column 2 "$work/$2")" -v mb="$(column 2 "$work/$3")" -v least="$4" 'BEGIN {
        printf "%-28s %8.2f s %5d MiB %8.2f s %5d MiB   1/%-5.0f %s\n", what, a, ma / 1024, b, mb / 1024, b / a,
            b / a >= least ? "at least 1/" least : "TOO SLOW: not 1/" least
        exit b / a < least
    }' || failed=1
}

bare=(--memory 512M --cpus 1 --firmware bios)
echo "medians of $runs, virt-v2v of $v2v_runs; $(nproc) processors; $kvm KVM"
printf '%-28s %20s %20s\n' '' bothways peer
timed inspect "$runs" "$bothways" inspect "$guest" "${bare[@]}"
timed guestfish "$runs" guestfish --ro --format=vhdx -a "$guest" run : inspect-os
result 'inspect, guestfish inspect-os' inspect guestfish 30
if [ "$v2v_runs" -gt 0 ]; then
    timed convert "$runs" "$bothways" convert "$guest" "${bare[@]}" --to xen -o "$work/out/xen"
    timed virt-v2v "$v2v_runs" virt-v2v -i disk "$guest" -o local -of qcow2 -os "$work/out"
    result 'convert to xen, virt-v2v' convert virt-v2v 50
fi
exit "$failed"
