package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A machine's hard disks and the controllers they need, as QEMU is told to make them; the first one is the one to boot from. */
final class DriveDevices {
    private static final int IDE_PLACES = 4;
    private static final int AHCI_PORTS = 6;

    private final Platform platform;
    private final List<String> arguments = new ArrayList<>();
    private final Set<String> controllers = new LinkedHashSet<>();
    private int count;
    private int onSata;

    DriveDevices(Platform platform) {
        this.platform = platform;
    }

    /** The arguments for the disks added so far. */
    List<String> arguments() {
        return arguments;
    }

    /** Adds the disk at its place, with its content in a qcow2 file. */
    void add(Disk disk, Path layer) throws ConversionException {
        String device = device(disk);
        arguments.addAll(List.of(
                "-blockdev",
                "driver=qcow2,node-name=disk" + count + ",file.driver=file,file.filename=" + quoted(layer),
                "-device",
                device + ",drive=disk" + count + ",bootindex=" + (count + 1)));
        count++;
    }

    private String device(Disk disk) throws ConversionException {
        Slot slot = disk.slot();
        Bus bus = platform == Platform.HYPERV_GEN1 ? Bus.IDE : slot.bus();
        return switch (bus) {
            case IDE -> ide(slot);
            case SATA -> {
                int number = onSata++;
                String controller = controller("ich9-ahci", "sata" + number / AHCI_PORTS);
                yield "ide-hd,bus=" + controller + "." + number % AHCI_PORTS;
            }
            case SCSI -> {
                String controller = controller(scsiAdapter(disk), "scsi" + slot.controller());
                yield "scsi-hd,bus=" + controller + ".0,scsi-id=" + slot.unit();
            }
            case VIRTIO -> "virtio-blk-pci";
            case NVME -> "nvme,serial=disk" + count;
            case XEN, USB, FLOPPY ->
                throw VirtualHardware.refused(
                        "a rehearsal has no disks on the bus " + bus.id() + ", where " + slot.deviceName() + " is");
        };
    }

    /** Gen1's disks on the adapter of VMBus, which QEMU has not, stand in the next places of IDE. */
    private String ide(Slot slot) throws ConversionException {
        boolean hyperv = platform == Platform.HYPERV_GEN1;
        int place = hyperv ? count : slot.index();
        if (place >= IDE_PLACES) {
            throw VirtualHardware.refused("a rehearsal has " + IDE_PLACES + " places for disks on IDE, and "
                    + slot.deviceName() + " is number " + (place + 1));
        }
        return "ide-hd,bus=ide." + place / 2 + ",unit=" + place % 2;
    }

    private String scsiAdapter(Disk disk) throws ConversionException {
        String usual = switch (platform) {
            case VMWARE -> "pvscsi";
            case KVM -> "virtio-scsi";
            default -> "lsilogic";
        };
        String adapter = disk.adapter().orElse(usual);
        return switch (adapter) {
            case "pvscsi" -> "pvscsi";
            case "virtio-scsi" -> "virtio-scsi-pci";
            case "lsisas1068" -> "mptsas1068";
            default ->
                throw VirtualHardware.refused("a rehearsal has no SCSI adapter of the model " + adapter + ", at which "
                        + disk.slot().deviceName() + " is");
        };
    }

    /** The controller with this id, made when its first disk comes. */
    private String controller(String device, String id) {
        if (controllers.add(id)) {
            arguments.addAll(List.of("-device", device + ",id=" + id));
        }
        return id;
    }

    /** A path as a value in QEMU's lists of options, where two commas stand for one. */
    static String quoted(Path path) {
        return path.toString().replace(",", ",,");
    }
}
