#!/usr/bin/env bash
# Boots a disk on hardware like Hyper-V's generation 1 (i440FX, IDE, DEC tulip, BIOS) in QEMU, and judges what comes up.
# usage: hyperv-gen1.sh [--mac MAC] [--memory MIB] [--seconds LIMIT] [--log FILE] DISK...
# Nothing is written to the disks. Exit: 0 all well, 1 not.
set -euo pipefail
# shellcheck source=../setup.sh
. "$(dirname "$0")/../setup.sh"
# shellcheck source=watch.sh
. "$acceptance/boot/watch.sh"

mac=00:16:3e:00:00:01 memory=1024 limit=900 console_log=
while [ $# -gt 0 ]; do
    case $1 in
    --mac) mac=$2 && shift 2 ;;
    --memory) memory=$2 && shift 2 ;;
    --seconds) limit=$2 && shift 2 ;;
    --log) console_log=$2 && shift 2 ;;
    -*) fail "no such option: $1" ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || fail "which disk?"
need qemu-system-x86_64 qemu-system-x86 qemu-img qemu-utils jq jq

begin
console_log=${console_log:-$bothways_work/logs/hyperv-gen1-$(basename "$1").log}
mkdir -p "$(dirname "$console_log")"
: >"$console_log"

drives=()
for disk in "$@"; do
    format=$(qemu-img info --output=json "$disk" | jq -r .format)
    drives+=(-drive "file=${disk//,/,,},format=$format,if=ide,snapshot=on")
done
started=$SECONDS
deadline=$((started + limit))
qemu-system-x86_64 -machine pc -accel tcg,thread=multi -cpu max -m "$memory" -smp 2 -display none -no-reboot \
    "${drives[@]}" -nic "user,model=tulip,mac=$mac" -serial "file:$console_log" -monitor none >"$scratch/qemu" 2>&1 &
emulator=$!
judge || { cat "$scratch/qemu" >&2; exit 1; }
