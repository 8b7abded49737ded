package dev.bothways.guest;

import dev.bothways.machine.Platform;
import java.util.List;
import java.util.Optional;

/**
 * What a platform asks of a Linux guest.
 *
 * @param ability what the kernel's image must be able to do, where the platform asks for one
 * @param disk drivers for the root disk: one of these must be there before the root file system is; best first
 * @param network drivers for the network cards; best first
 * @param initramfs modules that belong into an initramfs for this platform where the kernel has them: more than one way to the disk,
 *     so that the machine also boots on a near relative (emulated hardware, rehearsal)
 * @param consoles terminals that the platform shows, without {@code /dev/}; the last one gets {@code /dev/console}
 * @param diskPrefix how the guest names its disks, without {@code /dev/} and the letter: {@code sd}
 * @param boot how the kernel is started
 */
public record PlatformNeeds(
        Platform platform,
        Optional<Enlightenments.Ability> ability,
        List<DriverSet> disk,
        List<DriverSet> network,
        List<String> initramfs,
        List<String> consoles,
        String diskPrefix,
        Boot boot) {

    /**
     * Modules that only together drive something.
     *
     * @param name the one that people name: {@code hv_storvsc}
     */
    public record DriverSet(String name, List<String> modules) {
        private static DriverSet of(String name, String... more) {
            return new DriverSet(
                    name,
                    java.util.stream.Stream.concat(java.util.stream.Stream.of(name), java.util.Arrays.stream(more))
                            .toList());
        }
    }

    /** How a platform starts a kernel. */
    public enum Boot {
        /** The host reads the guest's menu (pygrub) or is given the kernel. */
        BY_HOST,
        /** BIOS: a boot loader in the master boot record of the first disk. */
        BIOS,
        /** UEFI: a boot loader on an EFI system partition. */
        UEFI,
        /** Either firmware, as the machine says. */
        BIOS_OR_UEFI
    }

    private static final DriverSet XEN_DISK = DriverSet.of("xen-blkfront");
    private static final DriverSet XEN_NETWORK = DriverSet.of("xen-netfront");
    private static final DriverSet IDE = DriverSet.of("ata_piix", "sd_mod");
    private static final DriverSet AHCI = DriverSet.of("ahci", "sd_mod");
    private static final DriverSet HYPERV_DISK = DriverSet.of("hv_storvsc", "hv_vmbus", "sd_mod");
    private static final DriverSet HYPERV_NETWORK = DriverSet.of("hv_netvsc", "hv_vmbus");

    /** What {@code platform} asks of a Linux guest. */
    public static PlatformNeeds of(Platform platform) {
        return switch (platform) {
            case XEN_PV -> xen(platform, Enlightenments.Ability.XEN_PV);
            case XEN_PVH -> xen(platform, Enlightenments.Ability.XEN_PVH);
            case XEN_HVM ->
                new PlatformNeeds(
                        platform,
                        Optional.empty(),
                        List.of(XEN_DISK, IDE),
                        List.of(XEN_NETWORK, DriverSet.of("8139cp"), DriverSet.of("e1000")),
                        List.of("xen-blkfront", "xen-netfront", "ata_piix", "ata_generic", "sd_mod"),
                        List.of("ttyS0", "tty0"),
                        "xvd",
                        Boot.BIOS_OR_UEFI);
            case HYPERV_GEN1 ->
                new PlatformNeeds(
                        platform,
                        Optional.empty(),
                        List.of(HYPERV_DISK, IDE),
                        List.of(HYPERV_NETWORK, DriverSet.of("tulip")),
                        // The boot disk is an IDE disk: VMBus takes it over where the kernel can, else the chipset's
                        // driver serves.
                        List.of(
                                "hv_vmbus",
                                "hv_storvsc",
                                "hv_netvsc",
                                "hyperv_keyboard",
                                "ata_piix",
                                "ata_generic",
                                "sd_mod",
                                "tulip"),
                        List.of("ttyS0", "tty0"),
                        "sd",
                        Boot.BIOS);
            case HYPERV_GEN2 ->
                new PlatformNeeds(
                        platform,
                        Optional.of(Enlightenments.Ability.HYPERV),
                        List.of(HYPERV_DISK),
                        List.of(HYPERV_NETWORK),
                        List.of("hv_vmbus", "hv_storvsc", "hv_netvsc", "hyperv_keyboard", "pci_hyperv", "sd_mod"),
                        List.of("ttyS0", "tty0"),
                        "sd",
                        Boot.UEFI);
            case VMWARE ->
                new PlatformNeeds(
                        platform,
                        Optional.empty(),
                        List.of(
                                DriverSet.of("vmw_pvscsi", "sd_mod"),
                                DriverSet.of("mptspi", "sd_mod"),
                                DriverSet.of("mptsas", "sd_mod"),
                                AHCI),
                        List.of(DriverSet.of("vmxnet3"), DriverSet.of("e1000e"), DriverSet.of("e1000")),
                        List.of(
                                "vmw_pvscsi",
                                "mptspi",
                                "mptsas",
                                "ahci",
                                "nvme",
                                "sd_mod",
                                "vmxnet3",
                                "e1000",
                                "e1000e"),
                        List.of("ttyS0", "tty0"),
                        "sd",
                        Boot.BIOS_OR_UEFI);
            case KVM ->
                new PlatformNeeds(
                        platform,
                        Optional.empty(),
                        List.of(
                                DriverSet.of("virtio_blk", "virtio_pci"),
                                DriverSet.of("virtio_scsi", "virtio_pci", "sd_mod"),
                                AHCI,
                                IDE),
                        List.of(
                                DriverSet.of("virtio_net", "virtio_pci"),
                                DriverSet.of("e1000e"),
                                DriverSet.of("e1000")),
                        List.of("virtio_pci", "virtio_blk", "virtio_scsi", "virtio_net", "ahci", "ata_piix", "sd_mod"),
                        List.of("tty0", "ttyS0"),
                        "vd",
                        Boot.BIOS_OR_UEFI);
            case VIRTUALBOX ->
                new PlatformNeeds(
                        platform,
                        Optional.empty(),
                        List.of(AHCI, IDE, DriverSet.of("virtio_scsi", "virtio_pci", "sd_mod")),
                        List.of(DriverSet.of("e1000"), DriverSet.of("virtio_net", "virtio_pci")),
                        List.of("ahci", "ata_piix", "ata_generic", "sd_mod", "e1000"),
                        List.of("ttyS0", "tty0"),
                        "sd",
                        Boot.BIOS_OR_UEFI);
        };
    }

    private static PlatformNeeds xen(Platform platform, Enlightenments.Ability ability) {
        return new PlatformNeeds(
                platform,
                Optional.of(ability),
                List.of(XEN_DISK),
                List.of(XEN_NETWORK),
                List.of("xen-blkfront", "xen-netfront"),
                List.of("hvc0"),
                "xvd",
                Boot.BY_HOST);
    }
}
