package dev.bothways.guest;

/**
 * A hypervisor's software inside the guest.
 *
 * @param evidence the package and its version, or the file, that shows it
 */
public record HypervisorTools(Product product, String evidence) {

    /** Products that are told apart. */
    public enum Product {
        XEN_GUEST_UTILITIES("xe-guest-utilities"),
        OPEN_VM_TOOLS("open-vm-tools"),
        VMWARE_TOOLS("VMware Tools"),
        HYPERV_DAEMONS("hyperv-daemons"),
        AZURE_AGENT("Azure Linux agent"),
        QEMU_GUEST_AGENT("qemu-guest-agent"),
        SPICE_AGENT("spice-vdagent"),
        VIRTUALBOX_ADDITIONS("VirtualBox guest additions"),
        CLOUD_INIT("cloud-init");

        private final String id;

        Product(String id) {
            this.id = id;
        }

        /** The name that users read. */
        public String id() {
            return id;
        }
    }
}
