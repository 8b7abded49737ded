#!/usr/bin/env bash
# The acceptance points, shown on real guests; see README.md.
# usage: run.sh [--guests "NAME NAME..."] [POINT...]
#   hyperv   every Xen guest -> Hyper-V: checked by qemu-img and e2fsck, and booted on hardware like Hyper-V's generation 1
#   xen      those Hyper-V machines, and guests installed for BIOS -> Xen: booted under real Xen
#   round    one guest goes around: Xen -> KVM -> VMware -> VirtualBox -> Proxmox VE -> XenServer -> Hyper-V -> Xen; each step reads
#            what the one before wrote for its hypervisor, and the guest boots on the hardware of each that QEMU can be, and under Xen
#   hard     guests that others' conversions left without root, menu or network: a copied disk, names that a new partition table
#            voids, a menu that pygrub cannot parse, a network by the driver's name, a hibernated one
#   xl       the definitions of the corpus, written for Xen: real Xen's xl parses a thousand of them
#   same     the same conversion again gives the same bytes, and the sources are unchanged
#   kill     killed at random moments, nothing looks finished
#   full     a full disk is one clear error
#   bad      bad input is one clear error
# Exit: 0 when nothing failed. RANDOM_SEED repeats the moments of the kills.
set -euo pipefail
# shellcheck source=setup.sh
. "$(dirname "$0")/setup.sh"

bothways=$(realpath "$acceptance/../bothways")
xen_guests="xen-wholedisk xen-partitions xen-kernel xen-kernel-boot xen-partitioned xen-hostonly"
bios_guests="bios-vhdx bios-vhd"
chosen="$xen_guests $bios_guests"
if [ "${1:-}" = --guests ]; then
    chosen=$2
    shift 2
fi
points=("$@")
[ ${#points[@]} -gt 0 ] || points=(hyperv xen round hard xl same kill full bad)

work=$bothways_work/run
results=()
seed=${RANDOM_SEED:-$RANDOM}

# The name under which each guest knows its NIC: it must keep it wherever it goes.
declare -A nic=([xen-wholedisk]=enX0 [xen-hostonly]=enX0 [xen-partitions]=eth0 [xen-kernel]=eth0 [xen-kernel-boot]=eth0
    [xen-partitioned]=eth0 [bios-vhdx]=eth0 [bios-vhd]=ens3)

# result PASS|FAIL|SKIP POINT WHAT
result() {
    results+=("$1|$2|$3")
    say "$1  $2: $3"
}

# check POINT WHAT COMMAND...: passes when the command does; its output goes to a log, whose last line a failure shows.
check() {
    local point=$1 what=$2 log login started=$SECONDS
    shift 2
    log=$work/logs/$(tr -c 'a-zA-Z0-9\n' - <<<"$point-$what").log
    if "$@" >"$log" 2>&1; then
        login=$(value login <"$log")
        result PASS "$point" "$what (${login:+login after $login, in all }$((SECONDS - started)) s)"
    else
        result FAIL "$point" "$what: $(grep -v '^$' "$log" | tail -n 1 | cut -c 1-160) [$log]"
        return 1
    fi
}

is_chosen() { [[ " $chosen " == *" $1 "* ]]; }

# definition GUEST: what a user names as its source, with what a bare disk does not tell.
definition() {
    local folder
    folder=$("$acceptance/guests/make.sh" "$1")
    case $1 in
    xen-*) echo "$folder/$1.cfg" ;;
    bios-vhdx) echo "$folder/$1.vhdx --memory 512M --cpus 1 --firmware bios" ;;
    bios-vhd) echo "$folder/$1.vhd --memory 512M --cpus 1 --firmware bios" ;;
    esac
}

# convert GUEST-OR-FOLDER TARGET OUT
convert() {
    local source=()
    if [ -d "$1" ]; then source=("$1"); else read -ra source <<<"$(definition "$1")"; fi
    rm -rf "$3"
    "$bothways" convert "${source[@]}" --to "$2" -o "$3"
}

# one FOLDER PATTERN: the one file of that name below it.
one() {
    local found
    found=$(find "$1" -name "$2")
    [ "$(grep -c . <<<"$found")" = 1 ] || { echo "not one $2 in $1: $found" >&2; return 1; }
    echo "$found"
}

# value KEY: of a boot's report on stdin.
value() { sed -n "s/^$1=//p" | head -n 1; }

# file_systems IMAGE: every ext4 partition of a converted disk is clean to its own checker.
file_systems() {
    local raw=$work/view.raw start size kinds=0
    qemu-img convert -O raw "$1" "$raw"
    while read -r start size; do
        dd if="$raw" of="$work/part.raw" bs=1M iflag=skip_bytes,count_bytes skip=$((start * 512)) count=$((size * 512)) \
            conv=sparse status=none
        if [ "$(blkid -o value -s TYPE "$work/part.raw")" = ext4 ]; then
            e2fsck -fn "$work/part.raw" || return 1
            kinds=$((kinds + 1))
        fi
        rm "$work/part.raw"
    done < <(sfdisk --json "$raw" | jq -r '.partitiontable.partitions[] | "\(.start) \(.size)"')
    rm "$raw"
    [ $kinds -gt 0 ] || { echo "no ext4 partition in $1"; return 1; }
}

# planned_view FOLDER IMAGE: what qemu-img reads out of the image is what the manifest says was planned.
planned_view() {
    local raw=$work/view.raw seen planned
    qemu-img convert -O raw "$2" "$raw"
    seen=$("$acceptance/guest-hash.py" "$raw")
    rm "$raw"
    planned=$(jq -r '.disks[].guestHash' "$1/bothways.json")
    [ "${seen#*:}" = "${planned#*:}" ] || { echo "qemu-img's view is $seen, the manifest's is $planned"; return 1; }
}

# boots GUEST ROOT-DRIVER COMMAND...: all well, root by that driver, the NIC under its old name.
boots() {
    local guest=$1 driver=$2 report
    shift 2
    report=$("$@") || { echo "$report"; return 1; }
    echo "$report"
    [[ " $(value root-drivers <<<"$report") " == *" $driver "* ]] || { echo "root is not by $driver"; return 1; }
    [[ $(value nic <<<"$report") == "${nic[$guest]} "* ]] || { echo "the NIC is not ${nic[$guest]}"; return 1; }
}

mac_of() { grep -ohE '([0-9a-f]{2}:){5}[0-9a-f]{2}' "$1" | head -n 1; }

point_hyperv() {
    local guest out disk
    for guest in $xen_guests; do
        is_chosen "$guest" || continue
        out=$work/hyperv/$guest
        check "hyperv" "$guest converts" convert "$guest" hyperv "$out" || continue
        check "hyperv" "$guest verifies" "$bothways" verify "$out" || true
        disk=$(one "$out" '*.vhdx') || { result FAIL hyperv "$guest has no single disk"; continue; }
        check "hyperv" "$guest: qemu-img check" qemu-img check "$disk" || true
        check "hyperv" "$guest: qemu-img reads the planned view" planned_view "$out" "$disk" || true
        check "hyperv" "$guest: e2fsck" file_systems "$disk" || true
        check "hyperv" "$guest boots on Gen1 hardware, ${nic[$guest]} up" \
            boots "$guest" ata_piix "$acceptance/boot/hyperv-gen1.sh" --mac "$(mac_of "$("$acceptance/guests/make.sh" "$guest")/$guest.cfg")" \
            --log "$work/logs/gen1-$guest.log" "$disk" || true
        check "hyperv" "$guest rehearses" "$bothways" rehearse "$out" || true
    done
}

point_xen() {
    local guest source out
    for guest in $xen_guests $bios_guests; do
        is_chosen "$guest" || continue
        source=$guest
        if [[ $guest == xen-* ]]; then
            source=$work/hyperv/$guest
            [ -d "$source" ] || convert "$guest" hyperv "$source" >"$work/logs/xen-first-$guest.log" 2>&1 ||
                { result SKIP xen "$guest: its Hyper-V machine is not there"; continue; }
        fi
        out=$work/xen/$guest
        check "xen" "$guest converts" convert "$source" xen "$out" || continue
        check "xen" "$guest verifies" "$bothways" verify "$out" || true
        check "xen" "$guest boots under Xen, ${nic[$guest]} up" \
            boots "$guest" xen_blkfront "$acceptance/boot/xen-pv.sh" --log "$work/logs/xen-$guest.log" "$(one "$out" '*.cfg')" ||
            continue
        # Two gigabytes each: only what failed is kept.
        rm -rf "$out"
    done
}

# The file, or folder, that the hypervisor of this target would be given.
native() {
    case $1 in
    kvm) one "$2" '*.xml' ;;
    vmware) one "$2" '*.vmx' ;;
    virtualbox) one "$2" '*.vbox' ;;
    proxmox) one "$2" '*.conf' ;;
    xenserver) one "$2" '*.xva' ;;
    hyperv) echo "$2" ;; # Hyper-V imports by a script: the manifest beside it is the definition.
    xen) one "$2" '*.cfg' ;;
    esac
}

# rehearses GUEST FOLDER: boots, and the NIC has its old name.
rehearses() {
    local report
    report=$("$bothways" rehearse --json --log "$work/logs/round-$(basename "$2").log" "$2") || { echo "$report"; return 1; }
    echo "login=$(jq -r .secondsToLogin <<<"$report") s"
    jq -e --arg nic "${nic[$1]}" '.guest.nics[] | select(.name == $nic)' <<<"$report"
}

point_round() {
    local guest=xen-wholedisk target source out=$work/round
    is_chosen $guest || return 0
    rm -rf "$out"
    mkdir -p "$out"
    source=$(definition $guest)
    for target in kvm vmware virtualbox proxmox xenserver hyperv xen; do
        check "round" "$guest: $(basename "$source") -> $target" "$bothways" convert "$source" --to $target -o "$out/$target" || return 0
        check "round" "$guest: $target verifies" "$bothways" verify "$out/$target" || true
        case $target in
        xenserver) ;;
        xen)
            check "round" "$guest boots under Xen again, ${nic[$guest]} up" \
                boots $guest xen_blkfront "$acceptance/boot/xen-pv.sh" --log "$work/logs/round-xen.log" "$(native xen "$out/xen")" || true
            ;;
        *) check "round" "$guest boots on the hardware of $target, ${nic[$guest]} up" rehearses $guest "$out/$target" || true ;;
        esac
        source=$(native $target "$out/$target")
    done
    rm -rf "$out"
}

# says PATTERN COMMAND...: it succeeds, and a line of its output is as the pattern (of grep -E) says.
says() {
    local pattern=$1 output
    shift
    output=$("$@" 2>&1) || { echo "$output"; return 1; }
    echo "$output"
    grep -qE "$pattern" <<<"$output" || { echo "no line of it is as $pattern"; return 1; }
}

# on_gen1 FOLDER: boots all the disks of a Hyper-V machine, the boot disk first.
on_gen1() {
    local disks
    readarray -t disks < <(jq -r '.disks[].file // empty' "$1/bothways.json" | sed "s:^:$1/:")
    "$acceptance/boot/hyperv-gen1.sh" --log "$work/logs/hard-$(basename "$1").log" "${disks[@]}"
}

under_xen() { "$acceptance/boot/xen-pv.sh" --log "$work/logs/hard-$(basename "$1").log" "$(one "$1" '*.cfg')"; }

point_hard() {
    local out=$work/hard vhdx bare=(--memory 512M --cpus 1 --firmware bios)
    rm -rf "$out"
    mkdir -p "$out"

    if check hard "a copy of the disk beside it: converts" convert xen-backup hyperv "$out/backup"; then
        check hard "a copy of the disk beside it: the disk boots, not its copy" says '^host=xen-backup$' on_gen1 "$out/backup" || true
    fi
    rm -rf "$out/backup"

    if check hard "names of a GPT: converts" convert xen-partlabel hyperv "$out/partlabel"; then
        check hard "names of a GPT: boots without one, swap too" says '^swap=/dev/' on_gen1 "$out/partlabel" || true
    fi
    rm -rf "$out/partlabel"

    vhdx=$("$acceptance/guests/make.sh" bios-menu)/bios-menu.vhdx
    if check hard "a menu that pygrub cannot parse: converts" "$bothways" convert "$vhdx" "${bare[@]}" --to xen -o "$out/menu-xen"; then
        check hard "a menu that pygrub cannot parse: the default of the submenu boots under Xen" \
            says '^cmdline=.*entry=advanced' under_xen "$out/menu-xen" || true
        if check hard "the default of a submenu: back to Hyper-V" "$bothways" convert "$out/menu-xen" --to hyperv -o "$out/menu-back"; then
            check hard "the default of a submenu: still the default" says '^cmdline=.*entry=advanced' on_gen1 "$out/menu-back" || true
        fi
    fi
    rm -rf "$out/menu-xen" "$out/menu-back"

    if check hard "a network by driver: converts" convert kvm-driver vmware "$out/driver"; then
        check hard "a network by driver: it is up with another driver" says '"10\.0\.2\.15/24"' "$bothways" rehearse --json "$out/driver" || true
    fi
    rm -rf "$out/driver"

    vhdx=$("$acceptance/guests/make.sh" bios-hibernated)/bios-hibernated.vhdx
    check hard "a hibernated guest: refused, with the remedy" refusal 4 "$bothways" convert "$vhdx" "${bare[@]}" --to xen -o "$out/asleep" || true
    [ ! -e "$out/asleep" ] || result FAIL hard "a hibernated guest: left an output"
    if check hard "a hibernated guest: its hibernation is discarded where told" \
        "$bothways" convert "$vhdx" "${bare[@]}" --discard-hibernation --to kvm -o "$out/awake"; then
        check hard "a hibernated guest: boots anew" "$bothways" rehearse "$out/awake" || true
    fi
    rm -rf "$out"
}

point_xl() {
    local written=$work/xl
    rm -rf "$written"
    check xl "each definition of the corpus is written for Xen" "$acceptance/../mvnw" -q -B -f "$acceptance/../pom.xml" test -pl conversion -am \
        -Dtest=EveryDialectToEveryTargetTest -Dsurefire.failIfNoSpecifiedTests=false -Dbothways.keep="$written" || return 0
    # Without the corpus the test has next to nothing to write.
    [ "$(find "$written/xen" -name '*.cfg' | wc -l)" -ge 1000 ] || { result SKIP xl "the corpus of definitions is not there"; return 0; }
    check xl "real Xen's xl takes a thousand of them" "$acceptance/boot/xen-definitions.sh" --most 1000 --log "$work/logs/xl-definitions.log" "$written/xen" || true
}

# state FOLDER: bytes and times of all that is in it, but for the time of the last reading.
state() {
    find "$1" -type f -exec stat -c '%n %s %y %z' {} + -exec sha256sum {} + | sort
}

same_bytes() {
    local guest=$1 target=$2 first=$work/same/first second=$work/same/second folder before
    folder=$("$acceptance/guests/make.sh" "$guest")
    before=$(state "$folder")
    convert "$guest" "$target" "$first" && convert "$guest" "$target" "$second" || return 1
    diff -r "$first" "$second" || return 1
    diff <(echo "$before") <(state "$folder")
}

point_same() {
    local guest target
    for guest in $xen_guests $bios_guests; do
        is_chosen "$guest" || continue
        target=xen
        [[ $guest != xen-* ]] || target=hyperv
        check "same" "$guest -> $target twice: the same bytes, the source unchanged" same_bytes "$guest" "$target" || true
        rm -rf "$work/same"
    done
}

# Each kill comes at a random moment of a conversion; what stands under the output's name then must verify, or not be there.
killed() {
    local folder before whole round moment out=$work/kill/out source finished=0 early=0
    folder=$("$acceptance/guests/make.sh" xen-wholedisk)
    source=$(definition xen-wholedisk)
    before=$(state "$folder")
    # Milliseconds of a whole conversion, the second one, with warm caches.
    convert xen-wholedisk hyperv "$out"
    whole=$(date +%s%3N)
    convert xen-wholedisk hyperv "$out"
    whole=$(($(date +%s%3N) - whole))
    echo "seed $seed, a whole conversion takes $whole ms"
    RANDOM=$seed
    for round in {1..50}; do
        rm -rf "$work/kill"
        mkdir "$work/kill"
        # setsid: a group of its own, so that a program that the launcher starts dies too.
        setsid "$bothways" convert "$source" --to hyperv -o "$out" >/dev/null 2>&1 &
        moment=$((whole * (RANDOM % 1000) / 1000))
        sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
        kill -KILL -- "-$!" 2>/dev/null || true
        wait $! 2>/dev/null || true
        if [ -e "$out" ]; then
            "$bothways" verify "$out" || { echo "round $round: killed at $moment ms, and left a folder that does not verify"; return 1; }
            finished=$((finished + 1))
        else
            early=$((early + 1))
        fi
    done
    diff <(echo "$before") <(state "$folder") || return 1
    # A test of kills that all came too late would show nothing.
    [ $early -ge 25 ] || { echo "only $early of 50 kills came before the end"; return 1; }
    echo "50 kills: $early left no output, $finished came after its end and it verifies"
}

point_kill() {
    mkdir -p "$work/kill"
    check "kill" "kill -9 at 50 random moments (seed $seed)" killed || true
    rm -rf "$work/kill"
}

# refusal CODE COMMAND...: it ends with one of these exit codes (3|4), with one line on stderr, and no stack of calls.
refusal() {
    local codes=$1 status=0 errors
    shift
    errors=$("$@" 2>&1 >/dev/null) || status=$?
    echo "exit $status: $errors"
    [[ "|$codes|" == *"|$status|"* ]] || { echo "exit code $status, not $codes: ${errors:0:100}"; return 1; }
    [ "$(grep -c . <<<"$errors")" = 1 ] || { echo "not one line but $(grep -c . <<<"$errors")"; return 1; }
    ! grep -qE 'Exception|^\s+at ' <<<"$errors" || { echo "a stack of calls, not a sentence"; return 1; }
}

full_disk() {
    local source
    source=$(definition xen-wholedisk)
    # A mount of our own, that no other process sees and that goes with this one.
    # shellcheck disable=SC2016
    unshare --mount --map-root-user bash -c '
        set -e
        mount -t tmpfs -o size=200m full "$1"
        status=0
        "${@:3}" "$2" --to hyperv -o "$1/out" --progress=none || status=$?
        [ -z "$(ls -A "$1")" ] || { echo "left behind: $(ls -A "$1")" >&2; exit 99; }
        exit $status' full "$work/full" "$source" "$bothways" convert
}

point_full() {
    mkdir -p "$work/full"
    "$bothways" --version >/dev/null
    check "full" "a full disk: exit 5, one sentence, nothing left behind" refusal 5 full_disk || true
}

# bad WHAT CODES SOURCE...
bad() {
    local what=$1 codes=$2
    shift 2
    rm -rf "$work/bad/out"
    check "bad" "$what: exit ${codes//|/ or }, one sentence" \
        refusal "$codes" "$bothways" convert "$@" --to "${bad_target:-hyperv}" -o "$work/bad/out" --progress=none || true
    [ ! -e "$work/bad/out" ] || result FAIL bad "$what: left an output"
}

# guest_copy FOLDER: a small change of the guest is made on a copy that shares what it can.
guest_copy() {
    mkdir -p "$work/bad/$1"
    cp --sparse=always "$("$acceptance/guests/make.sh" xen-wholedisk)"/* "$work/bad/$1"
}

point_bad() {
    local folder=$work/bad vhdx
    rm -rf "$folder"
    mkdir -p "$folder/shut/in"
    "$bothways" --version >/dev/null

    vhdx=$("$acceptance/guests/make.sh" bios-vhdx)/bios-vhdx.vhdx
    head -c 100M "$vhdx" >"$folder/cut.vhdx"
    bad_target=xen bad "a truncated VHDX" 3 "$folder/cut.vhdx" --memory 512M --cpus 1 --firmware bios
    head -c 300K "$vhdx" >"$folder/short.vhdx"
    bad_target=xen bad "a VHDX cut in its headers" 3 "$folder/short.vhdx" --memory 512M --cpus 1 --firmware bios

    printf '%s\n' 'name = "absent"' 'bootloader = "pygrub"' 'memory = 512' 'disk = [ "absent.img,raw,xvda,rw" ]' >"$folder/absent.cfg"
    bad "a cfg that names an absent disk" 3 "$folder/absent.cfg"

    truncate -s 64M "$folder/shut/outside.img"
    printf '%s\n' 'name = "outside"' 'bootloader = "pygrub"' 'memory = 512' 'disk = [ "../outside.img,raw,xvda,rw" ]' >"$folder/shut/in/outside.cfg"
    bad "a disk outside the folder" 3 "$folder/shut/in/outside.cfg"
    ln -s ../outside.img "$folder/shut/in/link.img"
    sed 's:\.\./outside:link:' "$folder/shut/in/outside.cfg" >"$folder/shut/in/link.cfg"
    bad "a disk outside the folder, by a link" 3 "$folder/shut/in/link.cfg"

    printf '%s\n' 'name = "unknown"' 'bootloader = "pygrub"' 'memory = 512' 'disk = [ "unknown.img,raw,xvda,rw" ]' >"$folder/unknown.cfg"
    truncate -s 64M "$folder/unknown.img"
    mkfs.minix "$folder/unknown.img" >/dev/null
    bad "an unknown file system" 3 "$folder/unknown.cfg"

    guest_copy nokernel
    for file in $(debugfs -R 'ls -p /boot' "$folder/nokernel/disk.img" 2>/dev/null | cut -d / -f 6 | grep -E '^(vmlinuz|initrd)'); do
        debugfs -w -R "rm /boot/$file" "$folder/nokernel/disk.img" >/dev/null 2>&1
    done
    bad "a guest without kernel" 4 "$folder/nokernel/xen-wholedisk.cfg"
    rm -rf "$folder/nokernel"

    guest_copy journal
    check "bad" "a dirty journal: replayed, or exit 3" dirty_journal "$folder/journal" || true
    rm -rf "$folder"
}

# A committed transaction that the file system has not seen: it holds a new text of /etc/issue.
dirty_journal() {
    local image=$1/disk.img block
    block=$(debugfs -R 'blocks /etc/issue' "$image" 2>/dev/null | xargs)
    { echo replayed; head -c 5000 /dev/zero; } | head -c 4096 >"$1/block"
    printf 'jo\njw -b %s %s\njc\n' "$block" "$1/block" | debugfs -w -f - "$image"
    dumpe2fs -h "$image" 2>/dev/null | grep -q needs_recovery || { echo "the journal is not dirty"; return 1; }
    [ "$(debugfs -R 'cat /etc/issue' "$image" 2>/dev/null | head -c 8)" != replayed ] || { echo "it is written already"; return 1; }
    if refusal 3 "$bothways" convert "$1/xen-wholedisk.cfg" --to hyperv -o "$1/out" --progress=none; then return 0; fi
    [ -d "$1/out" ] || return 1
    file_systems "$(one "$1/out" '*.vhdx')" || return 1
    [ "$("$bothways" files cat "$(one "$1/out" '*.vhdx'):/etc/issue" | head -c 8)" = replayed ]
}

need qemu-img qemu-utils jq jq python3 python3 e2fsck e2fsprogs sfdisk fdisk mmdebstrap mmdebstrap qemu-system-x86_64 qemu-system-x86
mkdir -p "$work/logs"
for point in "${points[@]}"; do
    declare -F "point_$point" >/dev/null || fail "no such point: $point"
done
for point in "${points[@]}"; do
    "point_$point"
done

echo
echo "acceptance, $((SECONDS / 60)) min:"
printf '%s\n' "${results[@]}" | while IFS='|' read -r verdict point what; do printf '%-4s  %-7s %s\n' "$verdict" "$point" "$what"; done
for verdict in PASS FAIL SKIP; do
    echo "$verdict: $(printf '%s\n' "${results[@]}" | grep -c "^$verdict" || true)"
done
! printf '%s\n' "${results[@]}" | grep -q '^FAIL'
