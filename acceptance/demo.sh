#!/usr/bin/env bash
# The main job from end to end: a real Debian guest on Xen becomes a Hyper-V machine, boots on Hyper-V's hardware, and
# goes back to Xen. See usage below.
set -euo pipefail
# shellcheck source=setup.sh
. "$(dirname "$0")/setup.sh"

project=$(dirname "$acceptance")
bothways=$project/bothways
# Relative to the folder of the work, in which the demo runs.
work=demo
guest=guests/xen-wholedisk

usage() {
    cat <<END
Usage: bothways demo [--help]
Makes a Debian 12 guest as it lies on a Xen host, converts it to Hyper-V, verifies the result, boots it on Hyper-V's hardware as
QEMU emulates it, and converts it back to Xen. Nothing of it runs outside of the emulator but in a chroot or user namespace.

Time       about 5 minutes on two cores the first time, 2 when the guest and the programs are there
Needs      Debian or Ubuntu on x86-64, the network (Debian's and Maven's archives), 2 GB of memory; root, or a user with
           subordinate ids (/etc/subuid) who may make user namespaces
Installs   as root, with apt-get, those of these packages that are missing:
           $(packages)
           and openjdk-25-jdk-headless where no JDK 25 is found: up to 1.2 GB in all. BOTHWAYS_NO_INSTALL=1 forbids it; the
           demo then says what is missing. Maven is downloaded where it is missing, with the libraries (200 MB in ~/.m2).
Works in   $bothways_work (5 GB; BOTHWAYS_WORK names another folder)
Leaves     the packages, ~/.m2, the build in the checkout, and that folder: the guest, kept for the next time, and in
           $work/ the converted machines. To remove it all: rm -rf $bothways_work
END
}

# What the demo starts or reads, and the Debian package that has it. Those of the first part are needed first.
first_programs='mmdebstrap mmdebstrap
mkfs.ext4 e2fsprogs
/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring'
later_programs='qemu-system-x86_64 qemu-system-x86
qemu-img qemu-utils
qemu-io qemu-utils
/usr/lib/grub/i386-pc/boot.img grub-pc-bin'

packages() {
    printf '%s\n' "$first_programs" "$later_programs" | awk '{ print $2 }' | sort -u | xargs
}

title() {
    printf '\n\033[1m== %s\033[0m\n' "$*"
}

# run ARGUMENT...: runs Bothways, and shows the command before, as a user would type it.
run() {
    echo "\$ bothways $*"
    "$bothways" "$@"
}

# missing PROGRAMS: the packages of those that are not there.
missing() {
    local program package
    while read -r program package; do
        command -v "$program" >/dev/null || [ -e "$program" ] || echo "$package"
    done <<<"$1" | sort -u
}

# refuse WORD...: as fail, for what the machine or the caller lacks.
refuse() {
    say "bothways demo: $*"
    exit 2
}

# room FOLDER MEGABYTES WHAT REMEDY: stops where the folder's file system is known to have less.
room() {
    local folder=$1 free
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    # Of the folder itself: df looks for a mount, which a chroot does not show.
    free=$(stat --file-system --format='%a %S' "$folder" | awk '{ printf "%d", $1 * $2 / 1048576 }')
    [ "$free" -ge "$2" ] || refuse "$3 takes $2 MB, and $folder has $free MB; $4"
}

# Sets "early" and "late": the packages to install. Everything that can stop the demo is tried here, before anything is changed.
check() {
    [ "$(uname -sm)" = "Linux x86_64" ] || refuse "the demo runs on Linux on x86-64 alone, and this is $(uname -sm)"
    [ -e /proc/self ] || refuse "the demo needs /proc, which is not mounted here"
    read -ra early <<<"$(missing "$first_programs" | xargs)"
    read -ra late <<<"$(missing "$later_programs" | xargs)"
    # shellcheck source=../.mvn/jdk.sh
    . "$project/.mvn/jdk.sh"
    if ! find_jdk; then
        # shellcheck source=../.mvn/install-jdk.sh
        . "$project/.mvn/install-jdk.sh"
        # What apt does not have is refused in the same words as anywhere.
        can_install_jdk "bothways demo" || apt_has_jdk || install_jdk "bothways demo" || exit 2
        early+=("$jdk_package")
    fi
    # Who is not root makes the guest in a user namespace.
    [ "$(id -u)" = 0 ] || command -v newuidmap >/dev/null || early+=(uidmap)
    if [ ${#early[@]} -gt 0 ] || [ ${#late[@]} -gt 0 ]; then
        local all="${early[*]} ${late[*]}"
        command -v apt-get >/dev/null || refuse "the demo runs on Debian and Ubuntu; of their packages it misses $all"
        [ "$(id -u)" = 0 ] ||
            refuse "some packages are missing: sudo apt-get update && sudo apt-get install -y --no-install-recommends $all"
        [ "${BOTHWAYS_NO_INSTALL-}" != 1 ] ||
            refuse "some packages are missing: apt-get update && apt-get install -y --no-install-recommends $all"
        room /usr 1500 "installing the packages" "make room"
    fi
    if [ "$(id -u)" = 0 ]; then
        unshare --mount true 2>/dev/null ||
            refuse "making the guest takes mounts, which this container forbids; give it the right to (CAP_SYS_ADMIN)"
    elif command -v newuidmap >/dev/null; then
        unshare --map-root-user --map-auto --mount true 2>/dev/null ||
            refuse "making the guest takes a user namespace, which $(id -un) cannot make: run the demo as root, or give the user" \
                "ids in /etc/subuid and /etc/subgid and allow user namespaces (sysctl kernel.unprivileged_userns_clone=1" \
                "or kernel.apparmor_restrict_unprivileged_userns=0)"
    fi
    room "$bothways_work" 5000 "the guest and what is made of it" "name another folder by BOTHWAYS_WORK"
    room "${TMPDIR:-/tmp}" 2000 "making the guest" "name another folder by TMPDIR"
    room "${HOME:-/root}" 500 "what Maven downloads" "make room"
}

apt_install() {
    [ $# -gt 0 ] || return 0
    echo "installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# beside NAME COMMAND...: runs it in the background, with its output in a log; wait_for NAME waits for its end.
declare -A beside
beside() {
    local name=$1
    shift
    "$@" </dev/null >"$bothways_work/$name.log" 2>&1 &
    beside[$name]=$!
}

wait_for() {
    local status=0
    wait "${beside[$1]}" || status=$?
    unset "beside[$1]"
    [ $status = 0 ] || {
        tail -n 30 "$bothways_work/$1.log" >&2
        fail "the $1 failed; all of its output is in $bothways_work/$1.log"
    }
}

stop_all() {
    local pid
    for pid in "${beside[@]}"; do
        # Each is a process group of its own.
        kill -- "-$pid" 2>/dev/null || true
    done
}

case ${1-} in
-h | --help)
    usage
    exit 0
    ;;
'') ;;
*)
    refuse "there is no argument $1; see bothways demo --help"
    ;;
esac

check
mkdir -p "$bothways_work"
cd "$bothways_work"
title "The demo: about 5 minutes the first time, in $bothways_work (bothways demo --help tells more)"
if [ ${#early[@]} -gt 0 ] || [ ${#late[@]} -gt 0 ]; then
    apt-get update -qq
    apt_install "${early[@]}"
fi
# The build and the guest are made side by side, and beside them the rest is installed.
set -m
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
echo "building Bothways, and making the guest beside it"
beside build "$bothways" --version
beside guest "$acceptance/guests/make.sh" xen-wholedisk
apt_install "${late[@]}"
wait_for guest

title "A real Debian 12 guest as it lies on a Xen host: no partition table, no boot loader"
ls -lsh "$guest"
cat "$guest/xen-wholedisk.cfg"
rm -rf "$work"
mkdir -p "$work"
wait_for build

title "What is inside, and where would it boot?"
run inspect "$guest/xen-wholedisk.cfg"

title "From Xen to Hyper-V"
run convert "$guest/xen-wholedisk.cfg" --to hyperv -o "$work/hyperv"

title "Is what was written what was planned?"
run verify "$work/hyperv"

title "Does it boot on Hyper-V's virtual hardware? (emulated: about a minute)"
run rehearse "$work/hyperv"
echo "proven by boot after $((SECONDS / 60)) min $((SECONDS % 60)) s"

title "And back: from Hyper-V to Xen"
run convert "$work/hyperv" --to xen -o "$work/xen"
run verify "$work/xen"

title "Done in $((SECONDS / 60)) min $((SECONDS % 60)) s; all of it is in $bothways_work/$work"
