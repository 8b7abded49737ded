# shellcheck shell=bash
# Sourced by the scripts that need a running Xen: QEMU (no KVM needed) with the hypervisor and a Debian dom0, which is made at the first call.
# shellcheck disable=SC2034,SC2154

need qemu-system-x86_64 qemu-system-x86 mkfs.ext4 e2fsprogs

# start_xen SCRATCH DOM0_LOG [QEMU OPTION]...: in the background, its process in $emulator. dom0 finds the files of SCRATCH/stage and does what
# dom0-init says; what it prints goes to DOM0_LOG.
start_xen() {
    local scratch=$1 dom0_log=$2 dom0
    shift 2
    dom0=$("$acceptance/boot/dom0.sh")
    cp "$acceptance/boot/dom0-init" "$scratch/stage/init"
    truncate -s 192M "$scratch/bench.img"
    mkfs.ext4 -q -N 32768 -d "$scratch/stage" "$scratch/bench.img"
    # No -cpu max: dom0's XSAVE does not survive it.
    qemu-system-x86_64 -machine pc -accel tcg,thread=multi -cpu Nehalem -m 3072 -smp 2 -display none -no-reboot -nic none \
        -kernel "$dom0/xen" \
        -append "console=com1 com1=115200,8n1 dom0_mem=1024M,max:1024M dom0_max_vcpus=1" \
        -initrd "$dom0/vmlinuz root=/dev/vda ro console=hvc0 quiet init=/lab/init,$dom0/initrd.img" \
        -drive "file=$dom0/disk.img,format=raw,if=virtio,snapshot=on" \
        -drive "file=$scratch/bench.img,format=raw,if=virtio,snapshot=on" "$@" \
        -serial "file:$dom0_log" -monitor none >"$scratch/qemu" 2>&1 &
    emulator=$!
}
