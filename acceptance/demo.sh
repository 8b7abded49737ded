#!/usr/bin/env bash
# The main job from end to end: a real Debian guest on Xen becomes a Hyper-V machine, boots on Hyper-V's hardware, and
# goes back to Xen. Takes about three minutes, most of them for making the guest and for the emulated boot; one where the guest
# is there already.
# usage: demo.sh     (or: ./bothways demo)
set -euo pipefail
# shellcheck source=setup.sh
. "$(dirname "$0")/setup.sh"

bothways=$(realpath "$acceptance/../bothways")
# Relative to the folder of the work, in which the demo runs.
work=demo
guest=guests/xen-wholedisk

title() {
    printf '\n\033[1m== %s\033[0m\n' "$*"
}

# run ARGUMENT...: runs Bothways, and shows the command before, as a user would type it.
run() {
    echo "\$ bothways $*"
    "$bothways" "$@"
}

install_what_is_missing() {
    # program and its Debian package; GRUB's images for a guest that has no boot loader of its own are found by their file
    local program package missing=()
    # Who is not root makes the guest in a user namespace of his own.
    [ "$(id -u)" = 0 ] || command -v newuidmap >/dev/null || missing+=(uidmap)
    while read -r program package; do
        command -v "$program" >/dev/null || [ -e "$program" ] || missing+=("$package")
    done <<'END'
mmdebstrap mmdebstrap
mkfs.ext4 e2fsprogs
sfdisk fdisk
qemu-system-x86_64 qemu-system-x86
grub-mkimage grub-common
/usr/lib/grub/i386-pc/boot.img grub-pc-bin
/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring
END
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "the demo needs these packages of Debian or Ubuntu: ${missing[*]}"
    fi
    title "Installing what the demo needs: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_what_is_missing
mkdir -p "$bothways_work"
cd "$bothways_work"
[ "$(df --output=avail -B 1M . | tail -1)" -gt 5000 ] ||
    fail "the demo needs 5 GB of space in $bothways_work; name another folder by BOTHWAYS_WORK"

title "A real Debian 12 guest as it lies on a Xen host: no partition table, no boot loader"
"$acceptance/guests/make.sh" xen-wholedisk >/dev/null
ls -lsh "$guest"
cat "$guest/xen-wholedisk.cfg"
rm -rf "$work"
mkdir -p "$work"

title "What is inside, and where would it boot?"
run inspect "$guest/xen-wholedisk.cfg"

title "From Xen to Hyper-V"
run convert "$guest/xen-wholedisk.cfg" --to hyperv -o "$work/hyperv"

title "Is what was written what was planned?"
run verify "$work/hyperv"

title "Does it boot on Hyper-V's virtual hardware? (emulated: about a minute)"
run rehearse "$work/hyperv"

title "And back: from Hyper-V to Xen"
run convert "$work/hyperv" --to xen -o "$work/xen"
run verify "$work/xen"

title "Done in $((SECONDS / 60)) min $((SECONDS % 60)) s; all of it is in $bothways_work/$work"
