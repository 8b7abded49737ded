package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Proxmox VE: a folder with the disks and {@code import.sh}, which checks them, creates the machine by {@code qm} and imports
 * them into a storage, since only Proxmox itself gives a machine its volumes. {@code NAME.conf} beside it is the same machine as
 * a definition, for people to read and for those whose disks lie in the machine's folder of the storage {@code local}.
 */
final class ProxmoxTarget implements Target {
    private static final Map<Bus, Integer> PLACES = Map.of(Bus.IDE, 4, Bus.SCSI, 31, Bus.VIRTIO, 16, Bus.SATA, 6);
    private static final int MOST_NICS = 32;
    private static final int MOST_PROCESSORS = 4096;
    /** What the schema of {@code qm} takes. */
    private static final long MOST_MEMORY = 4_178_944L << 20;

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
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        List<String> refusals = new ArrayList<>();
        places(refusals, machine);
        if (machine.nics().size() > MOST_NICS) {
            refusals.add("the machine has " + machine.nics().size() + " network cards, and Proxmox gives a guest "
                    + MOST_NICS);
        }
        for (Nic nic : machine.nics()) {
            boolean group = nic.mac()
                    .map(MacAddress::text)
                    .map(text -> (Integer.parseInt(text.substring(0, 2), 16) & 1) != 0)
                    .orElse(false);
            if (group) {
                refusals.add(
                        "the MAC address " + nic.mac().orElseThrow() + " is one of a group, which Proxmox refuses");
            }
        }
        if (machine.processors().maximum() > MOST_PROCESSORS) {
            refusals.add("the machine has " + machine.processors().maximum() + " processors, and KVM gives a guest "
                    + MOST_PROCESSORS);
        }
        if (machine.memory().startup() > MOST_MEMORY) {
            refusals.add("the machine has " + machine.memory().startup()
                    + " bytes of memory, and Proxmox gives a guest " + MOST_MEMORY);
        }
        return refusals;
    }

    private static void places(List<String> refusals, Machine machine) {
        for (Bus bus : Bus.values()) {
            long drives = machine.disks().stream()
                    .filter(disk -> disk.slot().bus() == bus)
                    .count();
            int places = PLACES.getOrDefault(bus, 0);
            if (drives > places) {
                refusals.add("the machine has " + drives + " drives on " + bus.id() + ", and Proxmox gives a guest "
                        + places);
            }
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
