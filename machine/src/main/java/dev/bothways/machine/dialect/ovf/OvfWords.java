package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What products call devices in {@code ResourceSubType}, and what this project calls them. */
final class OvfWords {
    private static final Map<String, String> ADAPTERS = Map.ofEntries(
            Map.entry("buslogic", "buslogic"),
            Map.entry("lsilogic", "lsilogic"),
            Map.entry("lsilogicsas", "lsisas1068"),
            Map.entry("virtualscsi", "pvscsi"),
            Map.entry("pvscsi", "pvscsi"),
            Map.entry("virtio", "virtio-scsi"),
            Map.entry("virtioscsi", "virtio-scsi"),
            Map.entry("virtio-scsi", "virtio-scsi"),
            Map.entry("vmware.sata.ahci", "ahci"),
            Map.entry("ahci", "ahci"),
            Map.entry("piix3", "piix3"),
            Map.entry("piix4", "piix4"),
            Map.entry("ich6", "ich6"));

    private static final Map<String, String> NICS = Map.ofEntries(
            Map.entry("pcnet32", "pcnet"),
            Map.entry("e1000", "e1000"),
            Map.entry("e1000e", "e1000e"),
            Map.entry("vmxnet", "vmxnet2"),
            Map.entry("vmxnet2", "vmxnet2"),
            Map.entry("vmxnet3", "vmxnet3"),
            Map.entry("virtio", "virtio"),
            Map.entry("virtionet", "virtio"),
            Map.entry("virtio-net", "virtio"),
            Map.entry("rtl8139", "rtl8139"),
            Map.entry("xennet", "netfront"));

    /** Numbers that oVirt has for them. */
    private static final Map<String, String> OVIRT_NICS = Map.of("1", "rtl8139", "2", "e1000", "3", "virtio");

    private static final Map<String, String> VMWARE_NICS = Map.of(
            "pcnet", "PCNet32", "e1000", "E1000", "e1000e", "E1000e", "vmxnet2", "VmxNet2", "vmxnet3", "VmxNet3");

    private static final Map<String, String> VIRTUALBOX_NICS =
            Map.of("pcnet", "PCNet32", "e1000", "E1000", "virtio", "virtio");

    private static final Map<String, String> VMWARE_SCSI = Map.of(
            "buslogic", "buslogic", "lsilogic", "lsilogic", "lsisas1068", "lsilogicsas", "pvscsi", "VirtualSCSI");

    private static final Map<String, String> VIRTUALBOX_SCSI = Map.of(
            "buslogic", "buslogic", "lsilogic", "lsilogic", "lsisas1068", "LsiLogicSas", "virtio-scsi", "VirtioSCSI");

    private OvfWords() {}

    /** What VMware calls a drive for removable media: one that a file lies in, or one of who looks at the machine. */
    static Optional<String> removable(Disk.Kind kind, boolean file, Platform platform) {
        if (platform != Platform.VMWARE) {
            return Optional.empty();
        }
        return Optional.of(
                kind == Disk.Kind.CDROM
                        ? file ? "vmware.cdrom.iso" : "vmware.cdrom.remotepassthrough"
                        : file ? "vmware.floppy.image" : "vmware.floppy.remotedevice");
    }

    /** The controller model: of the alternatives the first that this platform has, else the first that is known. */
    static Optional<String> adapter(List<String> subTypes, Platform platform) {
        List<String> known = subTypes.stream()
                .map(ADAPTERS::get)
                .filter(found -> found != null)
                .toList();
        return known.stream()
                .filter(word -> platform != Platform.VMWARE || !word.startsWith("virtio"))
                .findFirst()
                .or(() -> known.stream().findFirst());
    }

    /** The model of a network interface, likewise. */
    static Optional<String> nic(List<String> subTypes, Platform platform, boolean ovirt) {
        Map<String, String> words = ovirt ? OVIRT_NICS : NICS;
        List<String> known =
                subTypes.stream().map(words::get).filter(found -> found != null).toList();
        return known.stream()
                .filter(word -> platform != Platform.VMWARE || !word.equals("virtio"))
                .findFirst()
                .or(() -> known.stream().findFirst());
    }

    /** What the product calls a model of network interfaces that it has. */
    static Optional<String> nicSubType(String model, Platform platform) {
        return Optional.ofNullable((platform == Platform.VMWARE ? VMWARE_NICS : VIRTUALBOX_NICS).get(model));
    }

    /** What the product calls a controller; the bus' usual one where none is named. */
    static Optional<String> controllerSubType(Bus bus, Optional<String> adapter, Platform platform) {
        boolean vmware = platform == Platform.VMWARE;
        return switch (bus) {
            case SCSI -> {
                Map<String, String> words = vmware ? VMWARE_SCSI : VIRTUALBOX_SCSI;
                yield Optional.ofNullable(words.get(adapter.orElse("lsilogic")));
            }
            case SATA ->
                adapter.orElse("ahci").equals("ahci")
                        ? Optional.of(vmware ? "vmware.sata.ahci" : "AHCI")
                        : Optional.empty();
            case NVME -> adapter.isEmpty() ? Optional.of(vmware ? "vmware.nvme.controller" : "NVMe") : Optional.empty();
            case IDE ->
                switch (adapter.orElse(vmware ? "" : "piix4")) {
                    case "piix4" -> Optional.of("PIIX4");
                    case "piix3" -> Optional.of("PIIX3");
                    case "ich6" -> Optional.of("ICH6");
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }
}
