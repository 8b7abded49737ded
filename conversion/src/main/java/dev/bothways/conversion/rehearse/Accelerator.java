package dev.bothways.conversion.rehearse;

/** What executes the guest's instructions in a rehearsal. */
public enum Accelerator {
    /** KVM where a kernel comes up in it, else emulation. */
    AUTO,
    /** The host's processor through {@code /dev/kvm}. */
    KVM,
    /** QEMU's emulation: slow, and everywhere. */
    TCG
}
