#!/usr/bin/env bash
# Makes one test guest: a Debian 12 as it lies on its own hypervisor, definition and disks, untouched by Bothways.
# usage: make.sh GUEST [FOLDER]     prints the folder (default: under BOTHWAYS_WORK; kept as it is when it exists)
# The guests are listed at the end of this file, one function each.
set -euo pipefail
# shellcheck source=../setup.sh
. "$(dirname "$0")/../setup.sh"

mib=$((1024 * 1024))

# unpack [standard|dracut]: the tree the guest's file system is filled from.
unpack() {
    local tar
    tar=$("$acceptance/guests/rootfs.sh" "${1:-standard}")
    tree=$scratch/tree
    mkdir "$tree"
    # Device nodes need privileges, and a running guest makes its own.
    tar --extract --file "$tar" --directory "$tree" --exclude './dev/*'
    kernel=$(ls "$tree/lib/modules")
    echo "$guest" >"$tree/etc/hostname"
    printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n' "$guest" >"$tree/etc/hosts"
    rm -f "$tree/etc/machine-id" "$tree/etc/resolv.conf"
    touch "$tree/etc/machine-id"
    # A loaded machine emulates slowly: what takes minutes there is no fault of the guest's.
    mkdir -p "$tree/etc/systemd/system.conf.d"
    printf '[Manager]\nDefaultTimeoutStartSec=300\nDefaultDeviceTimeoutSec=300\n' >"$tree/etc/systemd/system.conf.d/slow.conf"
    # Nobody can reach these guests but at their console.
    echo root:bothways | chroot "$tree" chpasswd
    install -m 755 "$acceptance/guests/report" "$tree/usr/local/sbin/bothways-report"
    install -m 644 "$acceptance/guests/report.service" "$tree/etc/systemd/system/bothways-report.service"
    enable bothways-report.service multi-user.target
}

# enable UNIT TARGET [INSTANCE]
enable() {
    mkdir -p "$tree/etc/systemd/system/$2.wants"
    ln -s "$(find "$tree/etc/systemd/system/$1" "$tree/lib/systemd/system/$1" 2>/dev/null | head -1 | sed "s:^$tree::")" \
        "$tree/etc/systemd/system/$2.wants/${3:-$1}"
}

# network NAME static|dhcp|networkd
network() {
    if [ "$2" = networkd ]; then
        printf 'auto lo\niface lo inet loopback\n' >"$tree/etc/network/interfaces"
        printf '[Match]\nDriver=virtio_net\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n' >"$tree/etc/systemd/network/10-lan.network"
        enable systemd-networkd.service multi-user.target
        return
    fi
    {
        printf 'auto lo\niface lo inet loopback\n\nauto %s\niface %s inet %s\n' "$1" "$1" "$2"
        [ "$2" = dhcp ] || printf '    address 10.0.2.15/24\n    gateway 10.0.2.2\n'
    } >"$tree/etc/network/interfaces"
}

# fstab SOURCE-OF-ROOT [SOURCE-OF-SWAP]
fstab() {
    {
        printf '%s\t/\text4\terrors=remount-ro\t0\t1\n' "$1"
        [ $# -lt 2 ] || printf '%s\tnone\tswap\tsw\t0\t0\n' "$2"
    } >"$tree/etc/fstab"
}

# grub_defaults ARGUMENTS-OF-THE-KERNEL
grub_defaults() {
    printf 'GRUB_DEFAULT=0\nGRUB_TIMEOUT=1\nGRUB_DISTRIBUTOR=Debian\nGRUB_CMDLINE_LINUX_DEFAULT=""\nGRUB_CMDLINE_LINUX="%s"\n' \
        "$1" >"$tree/etc/default/grub"
}

# grub_cfg MODULE... -- ROOT ARGUMENTS: in the shape in which grub-mkconfig writes it.
grub_cfg() {
    local modules=() entry
    while [ "$1" != -- ]; do modules+=("$1"); shift; done
    entry=$(
        echo "	insmod gzio"
        printf '	insmod %s\n' "${modules[@]}"
        echo "	search --no-floppy --fs-uuid --set=root $uuid"
        echo "	echo 'Loading Linux $kernel ...'"
        echo "	linux	/boot/vmlinuz-$kernel root=$2 ro $3"
        echo "	echo 'Loading initial ramdisk ...'"
        echo "	initrd	/boot/initrd.img-$kernel"
    )
    mkdir -p "$tree/boot/grub"
    cat >"$tree/boot/grub/grub.cfg" <<END
### BEGIN /etc/grub.d/00_header ###
if [ -s \$prefix/grubenv ]; then
  load_env
fi
set default="0"
if [ x\$feature_menuentry_id = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
set timeout=1
### END /etc/grub.d/00_header ###

### BEGIN /etc/grub.d/10_linux ###
menuentry 'Debian GNU/Linux' --class debian --class gnu-linux --class os \$menuentry_id_option 'gnulinux-simple-$uuid' {
$entry
}
submenu 'Advanced options for Debian GNU/Linux' \$menuentry_id_option 'gnulinux-advanced-$uuid' {
	menuentry 'Debian GNU/Linux, with Linux $kernel' --class debian \$menuentry_id_option 'gnulinux-$kernel-advanced-$uuid' {
$(indent <<<"$entry" | sed "${marked:+/linux	/s/ ro / ro entry=advanced /}")
	}
	menuentry 'Debian GNU/Linux, with Linux $kernel (recovery mode)' --class debian \$menuentry_id_option 'gnulinux-$kernel-recovery-$uuid' {
$(indent <<<"$entry" | sed '/linux	/s/ ro / ro single /')
	}
}
### END /etc/grub.d/10_linux ###
${custom:-}
END
    sed -i "s/^set default=\"0\"/set default=\"${default:-0}\"/" "$tree/boot/grub/grub.cfg"
}

indent() { sed 's/^/	/'; }

# A Xen guest's console has its getty by name.
hvc0_getty() {
    enable serial-getty@.service getty.target serial-getty@hvc0.service
}

# ext4 IMAGE SIZE [OFFSET]: the tree as a file system, with the features Debian 12 chooses whatever the host's own are.
ext4() {
    local features=none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super
    features+=,large_file,huge_file,dir_nlink,extra_isize,metadata_csum
    [ -e "$1" ] || truncate -s "$2" "$1"
    mkfs.ext4 -q -F -U "$uuid" -O "$features" -E "offset=${3:-0}" -d "$tree" "$1" "$2"
}

# partition_table IMAGE: root (1791 MiB) and swap (256 MiB) on 2 GiB, from 1 MiB on.
partition_table() {
    need sfdisk fdisk
    truncate -s 2G "$1"
    printf 'label: dos\nlabel-id: 0x%s\nstart=2048, size=3667968, type=83, bootable\ntype=82\n' "${uuid:0:8}" |
        sfdisk --quiet "$1"
}

# swap_space IMAGE [SIZE]
swap_space() {
    truncate -s "${2:-256M}" "$1"
    # Not quiet, it warns of holes, which only a mounted swap file must not have.
    mkswap --quiet --uuid "$swap_uuid" "$1"
}

# with_swap IMAGE [SIZE]: the second partition filled.
with_swap() {
    swap_space "$scratch/swap" "${2:-256M}"
    dd if="$scratch/swap" of="$1" bs=1M seek=1792 conv=notrunc,sparse status=none
}

# grub_in_mbr IMAGE: GRUB for BIOS in the gap before the first partition. The disk's first sectors are all it needs:
# boot.img looks for core.img in sector 1, and grub-mkimage has written core.img for that place.
grub_in_mbr() {
    local library=$tree/usr/lib/grub/i386-pc
    grub-mkimage --directory "$library" --format i386-pc --output "$scratch/core.img" --prefix '(hd0,msdos1)/boot/grub' \
        biosdisk part_msdos ext2
    [ "$(stat -c %s "$scratch/core.img")" -lt $((mib - 512)) ] || fail "GRUB does not fit before the first partition"
    dd if="$library/boot.img" of="$1" bs=440 count=1 conv=notrunc status=none
    dd if="$scratch/core.img" of="$1" bs=512 seek=1 conv=notrunc status=none
}

# cfg LINE...: an xl configuration, of what all the guests share and the given lines.
cfg() {
    printf '%s\n' "name = \"$guest\"" 'memory = 512' 'vcpus = 1' "vif = [ \"mac=$mac,bridge=xenbr0\" ]" "$@" \
        'on_poweroff = "destroy"' 'on_reboot = "restart"' 'on_crash = "destroy"' >"$out/$guest.cfg"
}

without_grub() {
    chroot "$tree" dpkg --purge grub-pc-bin >/dev/null
}

# ------------------------------------------------------------------------------------------------------ the guests

# The file system on the whole disk, no partition table, no boot loader: pygrub on the host reads grub.cfg.
# The NIC has the name that Debian 12 gives it under Xen.
make_xen-wholedisk() {
    unpack "$@"
    without_grub
    network enX0 static
    fstab /dev/xvda
    hvc0_getty
    grub_defaults console=hvc0
    grub_cfg ext2 -- /dev/xvda console=hvc0
    ext4 "$out/disk.img" 2G
    cfg 'bootloader = "pygrub"' 'disk = [ "format=raw, vdev=xvda, access=rw, target=disk.img" ]'
}

# The same, with an initramfs that knows Xen's drivers alone.
make_xen-hostonly() {
    make_xen-wholedisk dracut
}

# As xen-tools makes them: each partition an image of its own, no disk around them, a menu.lst, eth0 by an argument of
# the kernel, addresses by DHCP.
make_xen-partitions() {
    unpack
    network eth0 dhcp
    fstab /dev/xvda2 /dev/xvda1
    hvc0_getty
    mkdir -p "$tree/boot/grub"
    printf '%s\n' 'default         0' 'timeout         2' '' "title           Debian GNU/Linux, kernel $kernel" \
        'root            (hd0,0)' "kernel          /boot/vmlinuz-$kernel root=/dev/xvda2 ro console=hvc0 net.ifnames=0" \
        "initrd          /boot/initrd.img-$kernel" >"$tree/boot/grub/menu.lst"
    ext4 "$out/root.img" 1792M
    swap_space "$out/swap.img"
    cfg "bootloader = 'pygrub'" "root = '/dev/xvda2 ro'" 'disk = [' \
        "    'file:$folder/root.img,xvda2,w'," "    'file:$folder/swap.img,xvda1,w'," ']'
}

# Kernel, initramfs and arguments are the host's; the guest has the modules alone.
make_xen-kernel() {
    unpack
    network eth0 static
    fstab /dev/xvda
    hvc0_getty
    cp "$tree/boot/vmlinuz-$kernel" "$tree/boot/initrd.img-$kernel" "$out"
    [ "${1:-}" = keep ] || rm "$tree"/boot/vmlinuz-* "$tree"/boot/initrd.img-*
    ext4 "$out/disk.img" 2G
    cfg "kernel = \"$folder/vmlinuz-$kernel\"" "ramdisk = \"$folder/initrd.img-$kernel\"" 'root = "/dev/xvda ro"' \
        'extra = "console=hvc0 net.ifnames=0"' "disk = [ \"$folder/disk.img,raw,xvda,rw\" ]"
}

# The same, and the guest has the kernel in its /boot too.
make_xen-kernel-boot() {
    make_xen-kernel keep
}

# A normal partition table, with no boot loader in it; a guest of many years, whose eth0 is kept by a rule of udev's.
make_xen-partitioned() {
    unpack
    network eth0 static
    printf 'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="%s", ATTR{type}=="1", KERNEL=="eth*", NAME="eth0"\n' \
        "$mac" >"$tree/etc/udev/rules.d/70-persistent-net.rules"
    # The NIC gets its name in the initramfs already.
    chroot "$tree" update-initramfs -u >/dev/null
    fstab /dev/xvda1 /dev/xvda2
    hvc0_getty
    grub_defaults console=hvc0
    grub_cfg part_msdos ext2 -- /dev/xvda1 console=hvc0
    partition_table "$out/disk.img"
    ext4 "$out/disk.img" 1791M $mib
    with_swap "$out/disk.img"
    cfg 'bootloader = "pygrub"' "disk = [ \"file:$folder/disk.img,xvda,w\" ]"
}

# Installed for BIOS, as on Hyper-V Gen1: all by UUID, eth0, GRUB in the MBR; a dynamic VHDX.
make_bios-vhdx() {
    bios eth0 static 'console=tty0 console=ttyS0,115200n8 net.ifnames=0'
    qemu-img convert -O vhdx -o subformat=dynamic "$scratch/disk.raw" "$out/$guest.vhdx"
}

# The same as a VHD, with the NIC's name by its slot and an address by DHCP.
make_bios-vhd() {
    bios ens3 dhcp 'console=tty0 console=ttyS0,115200n8'
    qemu-img convert -O vpc -o subformat=dynamic,force_size=on "$scratch/disk.raw" "$out/$guest.vhd"
}

# bios NIC static|dhcp|networkd ARGUMENTS
bios() {
    need qemu-img qemu-utils grub-mkimage grub-common
    unpack
    network "$1" "$2"
    fstab "UUID=$uuid" "UUID=$swap_uuid"
    grub_defaults "$3"
    grub_cfg part_msdos ext2 -- "UUID=$uuid" "$3"
    mkdir -p "$tree/boot/grub/i386-pc"
    cp "$tree"/usr/lib/grub/i386-pc/*.{mod,lst} "$tree/boot/grub/i386-pc"
    partition_table "$scratch/disk.raw"
    ext4 "$scratch/disk.raw" 1791M $mib
    with_swap "$scratch/disk.raw"
    grub_in_mbr "$scratch/disk.raw"
}

# ---------------------------------------------------------------------- guests that have failed somebody's conversion

# A second disk that is a copy of the first (dd): the same disk signature, the same UUIDs. What is on it tells itself by
# its host name.
make_xen-backup() {
    unpack
    network eth0 static
    fstab /dev/xvda1 /dev/xvda2
    hvc0_getty
    grub_defaults "console=hvc0 net.ifnames=0"
    grub_cfg part_msdos ext2 -- /dev/xvda1 "console=hvc0 net.ifnames=0"
    partition_table "$out/disk.img"
    cp --sparse=always "$out/disk.img" "$out/backup.img"
    ext4 "$out/disk.img" 1791M $mib
    with_swap "$out/disk.img"
    echo "$guest-copy" >"$tree/etc/hostname"
    ext4 "$out/backup.img" 1791M $mib
    cfg 'bootloader = "pygrub"' "disk = [ \"file:$folder/disk.img,xvda,w\", \"file:$folder/backup.img,xvdb,w\" ]"
}

# A GPT whose partitions are known by their names alone, in fstab, in a unit for swap, and in the kernel's arguments.
make_xen-partlabel() {
    unpack
    network eth0 static
    fstab PARTLABEL=system
    printf '[Swap]\nWhat=/dev/disk/by-partlabel/paging\n[Install]\nWantedBy=swap.target\n' \
        >"$tree/etc/systemd/system/dev-disk-by\\x2dpartlabel-paging.swap"
    enable 'dev-disk-by\x2dpartlabel-paging.swap' swap.target
    hvc0_getty
    grub_defaults "console=hvc0 net.ifnames=0"
    grub_cfg part_gpt ext2 -- PARTLABEL=system "console=hvc0 net.ifnames=0"
    truncate -s 2G "$out/disk.img"
    printf 'label: gpt\nstart=2048, size=3667968, name=system\nsize=522240, name=paging, type=swap\n' | sfdisk --quiet "$out/disk.img"
    ext4 "$out/disk.img" 1791M $mib
    with_swap "$out/disk.img" 255M
    cfg 'bootloader = "pygrub"' "disk = [ \"file:$folder/disk.img,xvda,w\" ]"
}

# A menu as administrators write them: an entry that boots from a loopback device, which pygrub cannot parse, and a
# default that is an entry of a submenu. The kernel's arguments tell which entry was booted.
make_bios-menu() {
    # shellcheck disable=SC2016 # The variables are GRUB's.
    custom='menuentry "Rescue system" { loopback loop /boot/rescue.iso
	linux (loop)/vmlinuz quiet
	initrd (loop)/initrd.img
}' default='1>0' marked=yes
    bios eth0 static 'console=tty0 console=ttyS0,115200n8 net.ifnames=0'
    qemu-img convert -O vhdx -o subformat=dynamic "$scratch/disk.raw" "$out/$guest.vhdx"
}

# Its network is configured for "whatever virtio_net drives", by systemd-networkd; a domain of KVM's.
make_kvm-driver() {
    bios "" networkd 'console=tty0 console=ttyS0,115200n8'
    qemu-img convert -O qcow2 "$scratch/disk.raw" "$out/$guest.qcow2"
    cat >"$out/$guest.xml" <<END
<domain type='kvm'>
  <name>$guest</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='$folder/$guest.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='bridge'>
      <source bridge='br0'/><mac address='$mac'/><model type='virtio'/>
    </interface>
    <serial type='pty'/>
  </devices>
</domain>
END
}

# Hibernated, not shut down: its swap space holds an image of the memory.
make_bios-hibernated() {
    bios eth0 static "console=tty0 console=ttyS0,115200n8 net.ifnames=0 resume=UUID=$swap_uuid"
    printf 'S1SUSPEND\0' | dd of="$scratch/disk.raw" bs=1 seek=$((1792 * mib + 4086)) conv=notrunc status=none
    qemu-img convert -O vhdx -o subformat=dynamic "$scratch/disk.raw" "$out/$guest.vhdx"
}

# ----------------------------------------------------------------------------------------------------------------

# uuid_of TEXT: always the same for the same text.
uuid_of() {
    sha1sum <<<"$1" | sed -E 's/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/\1-\2-\3-\4-\5/'
}

guests=$(declare -F | sed -n 's/^declare -f make_//p' | xargs)
guest=${1:-}
[[ " $guests " == *" ${guest:-?} "* ]] || fail "which guest? One of: $guests"
folder=$(realpath -m "${2:-$bothways_work/guests/$guest}")
[ ! -e "$folder" ] || { echo "$folder"; exit 0; }
need mkfs.ext4 e2fsprogs mkswap util-linux

if [ "$(id -u)" != 0 ]; then
    "$acceptance/guests/rootfs.sh" >/dev/null
    exec unshare --map-root-user --map-auto --mount "$0" "$guest" "$folder"
fi

say "making the guest $guest"
uuid=$(uuid_of "$guest root")
swap_uuid=$(uuid_of "$guest swap")
mac=$(sha1sum <<<"$guest" | sed -E 's/^(..)(..)(..).*/00:16:3e:\1:\2:\3/')
mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$(dirname "$folder")/making.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
# Made aside, and named last: a folder that is there is whole.
out=$scratch/$guest
mkdir "$out"
"make_$guest"
mv "$out" "$folder"
echo "$folder"
