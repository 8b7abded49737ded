package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes the drives and the controllers they are on. */
final class DriveWriter {
    private static final Set<String> SCSI_ADAPTERS = Set.of("lsilogic", "buslogic", "lsisas1068", "pvscsi");

    private final Machine machine;
    private final VmxOutput out;
    private final Map<String, String> adapters = new HashMap<>();

    DriveWriter(Machine machine, VmxOutput out) {
        this.machine = machine;
        this.out = out;
    }

    void write() {
        machine.disks().forEach(this::drive);
        for (int i = 0; i < 2; i++) {
            if (!out.has("floppy" + i + ".present")) {
                out.set("floppy" + i + ".present", false);
            }
        }
        bootDisk();
    }

    private void drive(Disk disk) {
        String item = "drive " + disk.slot().deviceName();
        Optional<String> node = VmxDrives.node(disk.slot())
                .filter(name ->
                        (disk.kind() == Disk.Kind.FLOPPY) == (disk.slot().bus() == Bus.FLOPPY));
        if (node.isEmpty() || out.has(node.get() + ".present")) {
            out.lose(item, "is at a place that VMware does not have, or that is taken");
            return;
        }
        if (disk.kind() == Disk.Kind.DISK && disk.medium().isEmpty()) {
            out.lose(item, "is a disk without a file");
            return;
        }
        out.set(node.get() + ".present", true);
        controller(disk, node.get(), item);
        switch (disk.kind()) {
            case DISK -> {
                type(node.get(), disk, diskType(disk.slot().bus()));
                out.set(node.get() + ".fileName", disk.medium().map(Medium::path));
            }
            case CDROM -> cdrom(disk, node.get());
            case FLOPPY -> floppy(disk, node.get());
        }
        if (disk.shared()
                && !ownExtra(controllerOf(node.get()) + ".sharedBus", machine.extras())
                        .filter(VmxDrives::sharesItsBus)
                        .isPresent()) {
            out.set(node.get() + ".sharing", "multi-writer");
        }
        if (disk.readOnly() && disk.kind() == Disk.Kind.DISK) {
            out.lose("write protection of " + item, "has no key in a .vmx");
        }
        disk.serial().ifPresent(serial -> out.lose("serial number of " + item, "is VMware's to choose"));
        extras(disk, node.get(), item);
    }

    private static String diskType(Bus bus) {
        return switch (bus) {
            case IDE -> "ata-hardDisk";
            case SATA -> "sata-hardDisk";
            case NVME -> "nvme-hardDisk";
            case SCSI, XEN, VIRTIO, USB, FLOPPY -> "scsi-hardDisk";
        };
    }

    private void type(String node, Disk disk, String usual) {
        out.set(node + ".deviceType", ownExtra("deviceType", disk.extras()).orElse(usual));
    }

    private void cdrom(Disk disk, String node) {
        if (disk.medium().isPresent()) {
            type(node, disk, "cdrom-image");
            out.set(node + ".fileName", disk.medium().get().path());
            return;
        }
        if (ownExtra("deviceType", disk.extras()).isEmpty()) {
            out.set(node + ".deviceType", "cdrom-raw");
            out.set(node + ".fileName", VmxDrives.NO_MEDIUM);
            out.set(node + ".clientDevice", true);
            out.set(node + ".startConnected", false);
        }
    }

    private void floppy(Disk disk, String node) {
        if (disk.medium().isPresent()) {
            out.set(node + ".fileType", ownExtra("fileType", disk.extras()).orElse("file"));
            out.set(node + ".fileName", disk.medium().get().path());
        }
    }

    private static String controllerOf(String node) {
        int colon = node.indexOf(':');
        return colon < 0 ? node : node.substring(0, colon);
    }

    private void controller(Disk disk, String node, String item) {
        String controller = controllerOf(node);
        if (disk.slot().bus() == Bus.IDE || disk.slot().bus() == Bus.FLOPPY) {
            if (disk.adapter().isPresent()) {
                out.lose("controller model of " + item, "is always the same in VMware");
            }
            return;
        }
        out.set(controller + ".present", true);
        if (disk.slot().bus() != Bus.SCSI) {
            if (disk.adapter().isPresent() && !disk.adapter().get().equals("ahci")) {
                out.lose("controller model of " + item, "is always the same in VMware");
            }
            return;
        }
        String wanted = disk.adapter().orElseGet(this::usualAdapter);
        String known = SCSI_ADAPTERS.contains(wanted) ? wanted : usualAdapter();
        String chosen = adapters.computeIfAbsent(controller, any -> known);
        if (!chosen.equals(wanted)) {
            out.lose("controller model " + wanted + " of " + item, "becomes " + chosen);
        }
        out.set(controller + ".virtualDev", chosen);
    }

    /** Windows has no driver for the paravirtual adapter of its own; Linux has had one since 2.6.33. */
    private String usualAdapter() {
        boolean windows = machine.guestOs()
                .map(GuestOs::of)
                .filter(guest -> guest.family() == GuestOs.Family.WINDOWS)
                .isPresent();
        return windows ? "lsisas1068" : "pvscsi";
    }

    private void extras(Disk disk, String node, String item) {
        for (Extra extra : disk.extras()) {
            if (!extra.dialect().equals(VmxDialect.ID)) {
                out.lose(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in vmx");
            } else if (extra.key().startsWith("sched.")) {
                out.extra(
                        "sched." + node + ".",
                        new Extra(VmxDialect.ID, extra.key().substring(6), extra.value()));
            } else if (!out.has(node + "." + extra.key())) {
                out.extra(node + ".", extra);
            }
        }
    }

    /** Said only where VMware would not take it for the first anyway. */
    private void bootDisk() {
        List<Disk> disks = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .filter(disk -> VmxDrives.node(disk.slot()).isPresent())
                .sorted(Comparator.comparing(Disk::slot, VmxDrives.BY_PLACE))
                .toList();
        Optional<Slot> boots = disks.stream().filter(Disk::boot).map(Disk::slot).findFirst();
        Optional<String> kept = ownExtra("bios.hddOrder", machine.extras());
        if (boots.isPresent() && kept.isEmpty() && !disks.getFirst().slot().equals(boots.get())) {
            out.set("bios.hddOrder", VmxDrives.node(boots.get()));
        }
    }

    private static Optional<String> ownExtra(String key, List<Extra> extras) {
        return extras.stream()
                .filter(extra ->
                        extra.dialect().equals(VmxDialect.ID) && extra.key().equalsIgnoreCase(key))
                .map(Extra::value)
                .findFirst();
    }
}
