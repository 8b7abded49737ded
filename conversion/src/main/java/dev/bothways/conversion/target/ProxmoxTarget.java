package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Proxmox VE: a folder with the disks and {@code import.sh}, which checks them, creates the machine by {@code qm} and imports
 * them into a storage, since only Proxmox itself gives a machine its volumes. {@code NAME.conf} beside it is the same machine as
 * a definition, for people to read and for those whose disks lie in the machine's folder of the storage {@code local}.
 */
final class ProxmoxTarget implements Target {
    private static final Map<Bus, Integer> PLACES = Map.of(Bus.IDE, 4, Bus.SCSI, 31, Bus.VIRTIO, 16, Bus.SATA, 6);

    @Override
    public String id() {
        return "proxmox";
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.KVM);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.QCOW2, DiskFormat.RAW);
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        return FileNames.of(machine.name()) + "-" + index + "." + format.ending();
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return TargetLimits.PROXMOX;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        places(refusals, machine);
        limits(machine.platform()).check(machine, refusals);
        return refusals.list();
    }

    /** It has one line of drives for each bus; those of further controllers move up. */
    @Override
    public boolean takes(Machine machine, Disk disk) {
        boolean wrongKind = disk.slot().bus() == Bus.VIRTIO && disk.kind() == Disk.Kind.CDROM;
        return disk.slot().index() < PLACES.getOrDefault(disk.slot().bus(), 0) && !wrongKind;
    }

    private static void places(Refusals refusals, Machine machine) {
        for (Bus bus : Bus.values()) {
            long drives = machine.disks().stream()
                    .filter(disk -> disk.slot().bus() == bus)
                    .count();
            refusals.atMost(drives, "drives on " + bus.id(), PLACES.getOrDefault(bus, 0), "Proxmox");
        }
        for (Disk disk : machine.disks()) {
            if (disk.slot().partition().isPresent()) {
                refusals.add("the drive " + disk.slot().deviceName()
                        + " is a single partition, which Proxmox does not give a guest");
            }
            if (disk.slot().bus() == Bus.VIRTIO && disk.kind() == Disk.Kind.CDROM) {
                refusals.add("the CD drive " + disk.slot().deviceName() + " is on virtio, where Proxmox has none");
            }
        }
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        ProxmoxScript script = ProxmoxScript.of(HardDisks.withFiles(machine, disks), disks);
        String name = FileNames.of(machine.name()) + ".conf";
        List<String> steps = List.of(
                "carry the folder to the Proxmox host",
                "sh import.sh --storage STORAGE --bridge BRIDGE (try it first with --dry-run; --help tells the rest)");
        return new Definition(
                List.of(new DefinitionFile(name, script.definition()), new DefinitionFile("import.sh", script.text())),
                script.lost(),
                steps);
    }

    /** The script adds the volumes that the definition cannot have: those of the firmware and of the security chip. */
    @Override
    public Machine carried(Machine machine, Definition definition) throws DefinitionException {
        DefinitionFile file = definition.files().getFirst();
        Machine read = new ProxmoxDialect()
                .parse(file.text().getBytes(StandardCharsets.UTF_8), file.path())
                .getFirst()
                .machine();
        return read.toBuilder()
                .firmware(ProxmoxMachine.firmware(machine))
                .securityChip(machine.securityChip())
                .build();
    }
}
