package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The snapshots of a machine, as the {@code .vmsd} beside its {@code .vmx} lists them. The hardware at a snapshot stands in a
 * binary file ({@code .vmsn}), which is not read: a state is the machine as it is now, with the disks of then.
 *
 * @param entries parents before children
 * @param current the {@link Entry#uid} of the one that the machine's present state follows
 */
public record SnapshotList(List<Entry> entries, OptionalInt current) {
    private static final int MOST_SNAPSHOTS = 1_000;
    private static final int MOST_DISKS = 1_000;

    public SnapshotList {
        entries = List.copyOf(entries);
    }

    /**
     * A snapshot.
     *
     * @param uid VMware's number of it, from 1
     * @param name what people call it; need not be unique
     * @param description what people wrote of it
     * @param parent the one it follows
     * @param disks its disks' files
     */
    public record Entry(int uid, String name, Optional<String> description, OptionalInt parent, List<DiskFile> disks) {
        public Entry {
            disks = List.copyOf(disks);
        }

        /** The machine with the disks of this snapshot: those that were left out of snapshots stay as they are. */
        public Machine machine(Machine now) {
            Map<Slot, DiskFile> then = new HashMap<>();
            disks.forEach(disk -> disk.slot().ifPresent(slot -> then.put(slot, disk)));
            List<Disk> drives = new ArrayList<>();
            Set<Slot> done = new HashSet<>();
            for (Disk disk : now.disks()) {
                Optional<DiskFile> file = Optional.ofNullable(then.get(disk.slot()));
                done.add(disk.slot());
                if (file.isPresent() && disk.kind() == Disk.Kind.DISK) {
                    drives.add(
                            disk.toBuilder().medium(file.get().file(), "vmdk").build());
                } else if (disk.kind() != Disk.Kind.DISK || independent(disk)) {
                    drives.add(disk);
                }
            }
            for (DiskFile disk : disks) {
                disk.slot()
                        .filter(done::add)
                        .ifPresent(slot -> drives.add(Disk.builder(Disk.Kind.DISK, slot)
                                .medium(disk.file(), "vmdk")
                                .build()));
            }
            if (drives.stream().noneMatch(disk -> disk.kind() == Disk.Kind.DISK && disk.boot())) {
                VmxDrives.bootFromFirst(drives, Disk.Kind.DISK);
            }
            return now.toBuilder().disks(drives).build();
        }

        private static boolean independent(Disk disk) {
            return disk.extras().stream()
                    .anyMatch(extra -> extra.key().equalsIgnoreCase("mode")
                            && VmxSettings.small(extra.value()).startsWith("independent"));
        }
    }

    /**
     * A disk of a snapshot.
     *
     * @param node where it was attached, as {@code scsi0:0}
     * @param file its VMDK, as the list writes it
     */
    public record DiskFile(String node, String file) {
        /** Where it was attached. */
        public Optional<Slot> slot() {
            return VmxDrives.slot(node);
        }
    }

    /**
     * Reads a {@code .vmsd}.
     *
     * @param fileName what to call it in messages
     */
    public static SnapshotList parse(byte[] content, String fileName) throws DefinitionException {
        VmxSettings settings = VmxSettings.parse(content, fileName, new ArrayList<>());
        long count = settings.number("snapshot.numSnapshots", 0, MOST_SNAPSHOTS).orElse(0);
        Map<Integer, Entry> entries = new HashMap<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String prefix = "snapshot" + i + ".";
            Optional<VmxSettings.Setting> place = settings.find(prefix + "uid");
            if (place.isPresent()) {
                Entry entry = entry(settings, prefix);
                if (entries.put(entry.uid(), entry) != null) {
                    throw settings.error(place.get(), "two snapshots have the number " + entry.uid());
                }
                order.add(entry.uid());
            }
        }
        return new SnapshotList(parentsFirst(entries, order, fileName), number(settings, "snapshot.current"));
    }

    private static Entry entry(VmxSettings settings, String prefix) throws DefinitionException {
        int uid = number(settings, prefix + "uid").orElse(0);
        OptionalInt parent = number(settings, prefix + "parent");
        List<DiskFile> disks = new ArrayList<>();
        long count = settings.number(prefix + "numDisks", 0, MOST_DISKS).orElse(0);
        for (int i = 0; i < count; i++) {
            Optional<String> file = settings.word(prefix + "disk" + i + ".fileName");
            Optional<String> node = settings.word(prefix + "disk" + i + ".node");
            if (file.isPresent() && node.isPresent()) {
                disks.add(new DiskFile(node.get(), file.get()));
            }
        }
        return new Entry(
                uid,
                settings.text(prefix + "displayName").orElse(Integer.toString(uid)),
                settings.word(prefix + "description"),
                parent,
                disks);
    }

    private static OptionalInt number(VmxSettings settings, String key) throws DefinitionException {
        var number = settings.number(key, 0, Integer.MAX_VALUE);
        return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
    }

    private static List<Entry> parentsFirst(Map<Integer, Entry> entries, List<Integer> order, String file)
            throws DefinitionException {
        List<Entry> sorted = new ArrayList<>();
        Set<Integer> done = new HashSet<>();
        List<Integer> waiting = new ArrayList<>(order);
        while (!waiting.isEmpty()) {
            List<Integer> ready = waiting.stream()
                    .filter(uid -> ready(Optional.ofNullable(entries.get(uid)), entries, done))
                    .toList();
            if (ready.isEmpty()) {
                throw DefinitionException.of(file, "has snapshots that are their own ancestors: " + waiting);
            }
            for (Integer uid : ready) {
                Optional.ofNullable(entries.get(uid)).ifPresent(sorted::add);
            }
            done.addAll(ready);
            waiting.removeAll(ready);
        }
        return sorted;
    }

    private static boolean ready(Optional<Entry> entry, Map<Integer, Entry> entries, Set<Integer> done) {
        return entry.map(Entry::parent).stream()
                .flatMapToInt(OptionalInt::stream)
                .allMatch(parent -> done.contains(parent) || !entries.containsKey(parent));
    }
}
