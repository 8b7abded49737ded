package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.vbox.VboxDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * VirtualBox 7.0 and later: a folder with {@code NAME.vbox} and VDIs. The definition calls each disk by the id that is in its
 * image, without which VirtualBox would not take it.
 */
final class VirtualboxTarget implements Target {
    @Override
    public String id() {
        return "virtualbox";
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(new VboxDialect());
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.VIRTUALBOX);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.VDI);
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        return FileNames.of(machine.name()) + "-" + index + "." + format.ending();
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return TargetLimits.VIRTUALBOX;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        for (Disk disk : machine.disks()) {
            refusals.place(disk, takes(machine, disk), "virtualbox");
        }
        limits(machine.platform()).check(machine, refusals);
        return refusals.list();
    }

    @Override
    public boolean takes(Machine machine, Disk disk) {
        Slot slot = disk.slot();
        return switch (slot.bus()) {
            case IDE -> slot.controller() < 2;
            case SATA -> slot.unit() < 30;
            case SCSI -> slot.unit() < 16 && slot.unit() != 7;
            case NVME -> slot.index() < 255;
            case USB -> slot.index() < 8;
            case FLOPPY -> disk.kind() == Disk.Kind.FLOPPY && slot.index() < 2;
            case XEN, VIRTIO -> false;
        };
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        String name = FileNames.of(machine.name());
        Written written = new VboxDialect().write(withIds(HardDisks.withFiles(machine, disks), disks));
        List<String> steps = new ArrayList<>();
        steps.add("carry the folder to where the machine will stay");
        steps.add("VBoxManage registervm /WHERE/IT/IS/" + name + ".vbox");
        steps.add("choose the networks that this host has, in the machine's settings or with VBoxManage modifyvm");
        if (machine.firmware() instanceof Firmware.Uefi uefi && uefi.secureBoot()) {
            steps.add(
                    "VBoxManage modifynvram UUID inituefivarstore, then enrollmssignatures, then secureboot --enable, where UUID is "
                            + machine.uuid().map(Object::toString).orElse("the machine's"));
        }
        return new Definition(List.of(new DefinitionFile(name + ".vbox", written.text())), written.lost(), steps);
    }

    /** The registry of a source that was VirtualBox's own knows other media than these. */
    private static Machine withIds(Machine machine, List<ConvertedDisk> files) {
        List<Disk> disks = new ArrayList<>();
        int number = 0;
        for (Disk disk : machine.disks()) {
            List<Extra> extras = new ArrayList<>(disk.extras());
            if (disk.kind() == Disk.Kind.DISK) {
                extras.removeIf(extra -> isOurs(extra, "medium"));
                files.get(number++).id().ifPresent(id -> extras.add(new Extra(VboxDialect.ID, "medium", id)));
            }
            disks.add(disk.toBuilder().extras(extras).build());
        }
        List<Extra> extras = machine.extras().stream()
                .filter(extra -> !isOurs(extra, "MediaRegistry"))
                .toList();
        return machine.toBuilder().disks(disks).extras(extras).build();
    }

    private static boolean isOurs(Extra extra, String key) {
        return extra.dialect().equals(VboxDialect.ID) && extra.key().equals(key);
    }
}
