package dev.bothways.guest.network;

/** What a matcher may look at. */
public enum Property {
    /** The name that the interface has when the network is configured. */
    NAME,
    /** The name that the kernel gave it. */
    KERNEL_NAME,
    /** The hardware address, in small letters with colons. */
    ADDRESS,
    /** The driver, as ethtool and {@code ID_NET_DRIVER} tell it: {@code virtio_net}, {@code vif} (Xen). */
    DRIVER,
    /** The drivers of the interface and of all devices above it. */
    DRIVERS,
    /** udev's {@code ID_PATH}. */
    PATH,
    /** The kernel's names of the devices above it: a PCI address among them. */
    PARENTS,
    /** As networkd tells it: {@code ether}. */
    TYPE,
    /** The kind of a virtual device ({@code bridge}, {@code bond}); a card has none. */
    KIND,
    /** The hypervisor, in systemd's words, with {@code vm} and {@code yes}. */
    VIRTUALIZATION,
    /** udev's names for it: {@code ID_NET_NAME_SLOT}, {@code ID_NET_NAME_PATH} and {@code ID_NET_NAME_ONBOARD}. */
    PLACE_NAME,
    /** {@code ID_NET_NAME_MAC}. */
    ADDRESS_NAME,
    /** What does not hang on the hardware: the host's name, the kernel's command line. */
    MACHINE,
    /** What nothing is known of. */
    OTHER
}
