#!/usr/bin/env bash
# Boots a guest by its xl configuration under real Xen 4.17: QEMU runs Xen, a Debian dom0, and in it xl, pygrub and all.
# usage: xen-pv.sh [--seconds LIMIT] [--log FILE] CFG
# The disks must be raw; nothing is written to them. dom0 is made at the first call (two minutes). Exit: 0 all well, 1 not.
set -euo pipefail
# shellcheck source=../setup.sh
. "$(dirname "$0")/../setup.sh"
# shellcheck source=watch.sh
. "$acceptance/boot/watch.sh"
# shellcheck source=xen.sh
. "$acceptance/boot/xen.sh"

limit=1200 console_log=
while [ $# -gt 0 ]; do
    case $1 in
    --seconds) limit=$2 && shift 2 ;;
    --log) console_log=$2 && shift 2 ;;
    -*) fail "no such option: $1" ;;
    *) break ;;
    esac
done
[ -f "${1:-}" ] || fail "which configuration?"
cfg=$(realpath "$1")

# host_path NAME: of a file that the configuration names, as xl would find it from the configuration's folder.
host_path() {
    case $1 in
    /*) echo "$1" ;;
    *) echo "$(dirname "$cfg")/$1" ;;
    esac
}

begin

# The configuration as dom0 sees it: each disk a drive, kernel and ramdisk on the bench drive; nothing else is changed.
stage=$scratch/stage
mkdir "$stage"
text=$(<"$cfg")
name=$(sed -n "s/^ *name *= *[\"']\(.*\)[\"'].*/\1/p" <<<"$text")
echo "$name" >"$stage/name"
drives=()
letters=({c..z})
while read -r disk; do
    [ -n "$disk" ] || continue
    path=$(sed -E 's/.*target=([^,]*).*/\1/; t; s/,.*//; s/^(file|phy|raw|tap:aio)://' <<<"$disk")
    [ -f "$(host_path "$path")" ] || fail "$cfg: no disk image $(host_path "$path")"
    image=$(host_path "$path")
    text=${text//"$disk"/"${disk/"$path"/"/dev/vd${letters[${#drives[@]} / 2]}"}"}
    drives+=(-drive "file=${image//,/,,},format=raw,if=virtio,snapshot=on")
done < <(grep -v '^ *#' "$cfg" | grep -oE "\"[^\"]*\"|'[^']*'" | tr -d "\"'" | grep -E '(,|vdev=)(xvd|sd|hd)[a-z][0-9]*')
for key in kernel ramdisk; do
    path=$(sed -n "s/^ *$key *= *[\"']\(.*\)[\"'].*/\1/p" <<<"$text")
    [ -n "$path" ] || continue
    [[ $path == *pv-grub* ]] && continue
    cp "$(host_path "$path")" "$stage/$key"
    text=${text//"$path"/"/lab/bench/$key"}
done
echo "$text" >"$stage/guest.cfg"

console_log=${console_log:-$bothways_work/logs/xen-pv-$name.log}
mkdir -p "$(dirname "$console_log")"
dom0_log=${console_log%.log}.dom0.log
: >"$console_log"
started=$SECONDS
deadline=$((started + limit))
start_xen "$scratch" "$dom0_log" "${drives[@]}" \
    -device virtio-serial -chardev "file,id=guest,path=$console_log" -device virtserialport,chardev=guest,name=guest
judge || { cat "$scratch/qemu" >&2; tail -n 5 "$dom0_log" >&2; exit 1; }
