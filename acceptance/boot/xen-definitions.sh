#!/usr/bin/env bash
# Has real Xen 4.17 parse xl configurations: `xl create -n` in a dom0 that QEMU runs. No guest is started, no disk is needed.
# usage: xen-definitions.sh [--seconds LIMIT] [--log FILE] [--most COUNT] FOLDER     all *.cfg in it, or so many, always the same
# Prints those that xl refuses, with what it says. Exit: 0 where it takes all, 1 where not. That this host has one NUMA node only is no fault of a
# definition.
set -euo pipefail
# shellcheck source=../setup.sh
. "$(dirname "$0")/../setup.sh"
# shellcheck source=watch.sh
. "$acceptance/boot/watch.sh"
# shellcheck source=xen.sh
. "$acceptance/boot/xen.sh"

limit=3600 console_log='' most=''
while [ $# -gt 0 ]; do
    case $1 in
    --seconds) limit=$2 && shift 2 ;;
    --log) console_log=$2 && shift 2 ;;
    --most) most=$2 && shift 2 ;;
    -*) fail "no such option: $1" ;;
    *) break ;;
    esac
done
[ -d "${1:-}" ] || fail "which folder?"
mapfile -t definitions < <(find "$1" -maxdepth 1 -name '*.cfg' | sort | shuf --random-source=<(yes) ${most:+-n "$most"})
count=${#definitions[@]}
[ "$count" -gt 0 ] || fail "$1: no *.cfg in it"
[ "$count" -ge "${most:-1}" ] || fail "$1: has $count *.cfg, not $most"

begin
mkdir -p "$scratch/stage/definitions"
cp "${definitions[@]}" "$scratch/stage/definitions/"
console_log=${console_log:-$bothways_work/logs/xen-definitions.log}
: >"$console_log"
deadline=$((SECONDS + limit))
start_xen "$scratch" "$console_log"
seen '^bench: ' || true
tr -d '\r' <"$console_log" | sed -n 's/^refused: //p' >"$scratch/refused"
others=$(grep -c 'xl: invalid pnode number: ' "$scratch/refused" || true)
cat "$scratch/refused"
echo "log=$console_log"
end=$(tr -d '\r' <"$console_log" | grep -a '^bench: ' | tail -n 1)
[ "$end" = "bench: xl takes $((count - others)) of $count" ] || fail "$count definitions, and the last word is: ${end:-nothing}"
echo "verdict=xl takes all $count, but for $others that need more of the host"
