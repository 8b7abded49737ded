package dev.bothways.machine.dialect.libvirt;

import java.util.Arrays;
import java.util.Optional;

/** The hypervisors whose domains are read: the values of {@code <domain type=...>}. */
enum Flavour {
    KVM("kvm", true),
    /** QEMU without the processor's help. */
    QEMU("qemu", true),
    /** QEMU with the help of macOS. */
    HVF("hvf", true),
    XEN("xen", false),
    VMWARE("vmware", false),
    VBOX("vbox", false),
    HYPERV("hyperv", false);

    private final String type;
    private final boolean emulator;

    Flavour(String type, boolean emulator) {
        this.type = type;
        this.emulator = emulator;
    }

    String type() {
        return type;
    }

    /** Whether QEMU is what runs it. */
    boolean ofQemu() {
        return emulator;
    }

    static Optional<Flavour> of(String type) {
        return Arrays.stream(values())
                .filter(flavour -> flavour.type.equals(type))
                .findFirst();
    }
}
