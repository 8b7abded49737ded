package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The definitions of Proxmox VE's machines: {@code /etc/pve/qemu-server/VMID.conf}, which is also {@code qemu-server.conf} in a
 * backup; qm.conf(5), and what {@code qemu-server} 9 does beyond it.
 *
 * <p>What Proxmox passes over with a warning is passed over with a warning: lines that are none, a value that is not of its
 * key's sort. Only where that would make another machine of it (memory, processors, a drive), the present state is refused; an
 * earlier one is read as Proxmox reads it.
 */
public final class ProxmoxDialect implements Dialect {
    public static final String ID = "proxmox";

    private static final int LOOKED_AT = 4096;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a .conf of Proxmox VE";
    }

    /** Whether all lines of the beginning are of its form, and a key of Proxmox's is among them. */
    @Override
    public boolean recognizes(byte[] content) {
        int length = Math.min(content.length, LOOKED_AT);
        String text = new String(content, 0, length, StandardCharsets.ISO_8859_1);
        int end = content.length > LOOKED_AT ? text.lastIndexOf('\n') + 1 : length;
        boolean known = false;
        for (String line : text.substring(0, end).split("\n")) {
            Optional<String> key = ConfParser.setting(line).map(setting -> setting.getKey());
            boolean ofItsForm = line.isBlank() || line.startsWith("#") || line.startsWith("[") || key.isPresent();
            if (!ofItsForm || line.indexOf('\0') >= 0) {
                return false;
            }
            known |= key.isPresent() && ConfKeys.known(key.get());
        }
        return known;
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        List<String> warnings = new ArrayList<>();
        List<ConfSection> sections = ConfParser.parse(content, fileName, warnings);
        String name = nameOf(fileName);
        Machine machine = new SectionReader(fileName, sections.getFirst(), name, warnings).machine();
        List<Extra> extras = new ArrayList<>(machine.extras());
        List<Snapshot> snapshots = new ArrayList<>();
        for (ConfSection section : sections.subList(1, sections.size())) {
            switch (section.kind()) {
                case SNAPSHOT ->
                    snapshots.add(new Snapshot(
                            section.name(), section.name(), lenient(fileName, section, machine.name(), warnings)));
                case PENDING, CLOUDINIT -> lines(section, extras);
                case MACHINE -> throw new IllegalStateException("a second section without a name");
            }
        }
        return List.of(
                new Parsed(machine.toBuilder().extras(extras).build(), SnapshotOrder.sorted(snapshots), warnings));
    }

    /**
     * The key that a drive has in a definition: {@code scsi0}. Backups call the drive's content by it.
     *
     * @param disk a drive as {@link #parse} gives it
     * @throws IllegalArgumentException if no definition of Proxmox can have it
     */
    public static String key(Disk disk) {
        Slot slot = disk.slot();
        Optional<Integer> number = slot.bus() == Bus.SCSI
                ? disk.adapter().flatMap(ScsiHardware::ofAdapter).flatMap(model -> model.number(slot))
                : Optional.of(slot.index()).filter(index -> index < DriveReader.count(slot.bus()));
        return slot.bus().id()
                + number.orElseThrow(() -> new IllegalArgumentException("Proxmox has no drive at " + slot));
    }

    /** A machine without a name is called by its number, as Proxmox does; a file by another name, by that. */
    private static String nameOf(String fileName) {
        String last = fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
        String stem = last.endsWith(".conf") ? last.substring(0, last.length() - ".conf".length()) : last;
        return stem.matches("[0-9]+") || stem.isEmpty() ? "vm" + stem : stem;
    }

    /** Each value that is wrong is passed over; there are only so many keys that can be. */
    private static Machine lenient(String file, ConfSection section, String name, List<String> warnings) {
        while (true) {
            List<String> found = new ArrayList<>();
            try {
                Machine machine = new SectionReader(file, section, name, found).machine();
                warnings.addAll(found);
                return machine;
            } catch (DefinitionException e) {
                String key = e.key().orElseThrow();
                warnings.add(e.getMessage() + ", so the snapshot " + section.name() + " is read without it");
                section.settings().remove(key);
            }
        }
    }

    /** A section whose meaning lies in the future or past is kept line by line. */
    private static void lines(ConfSection section, List<Extra> extras) {
        String header = section.kind().header();
        section.description()
                .ifPresent(text -> text.lines()
                        .forEach(line -> extras.add(new Extra(ID, header, "#" + ProxmoxText.encodedLine(line)))));
        section.settings().forEach((key, setting) -> {
            if (ProxmoxText.expressible(setting.value())) {
                extras.add(new Extra(ID, header, key + ": " + setting.value()));
            }
        });
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    /** Writes the machine alone; {@link #write(Machine, List)} writes its earlier states too. */
    @Override
    public Written write(Machine machine) {
        return write(machine, List.of());
    }

    /**
     * Writes a machine with its earlier states.
     *
     * @param snapshots in any order; what is lost of them is among what is lost
     * @throws IllegalArgumentException if the machine is not defined for {@link Platform#KVM}
     */
    public Written write(Machine machine, List<Snapshot> snapshots) {
        if (machine.platform() != Platform.KVM) {
            throw new IllegalArgumentException(
                    "Proxmox defines no machine for " + machine.platform().id());
        }
        return ConfWriter.write(machine, snapshots);
    }
}
