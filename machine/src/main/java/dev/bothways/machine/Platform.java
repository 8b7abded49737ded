package dev.bothways.machine;

/** The virtual hardware that a guest sees. */
public enum Platform {
    XEN_PV("xen-pv"),
    XEN_PVH("xen-pvh"),
    XEN_HVM("xen-hvm"),
    HYPERV_GEN1("hyperv-gen1"),
    HYPERV_GEN2("hyperv-gen2"),
    VMWARE("vmware"),
    KVM("kvm"),
    VIRTUALBOX("virtualbox");

    private final String id;

    Platform(String id) {
        this.id = id;
    }

    /** The name that users type and read. */
    public String id() {
        return id;
    }
}
