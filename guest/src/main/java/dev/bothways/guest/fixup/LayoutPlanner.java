package dev.bothways.guest.fixup;

import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.NewPartition;
import dev.bothways.filesystem.partition.PartitionKind;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.PlatformNeeds;
import dev.bothways.guest.PlatformNeeds.Boot;
import dev.bothways.guest.Volume;
import dev.bothways.guest.VolumeNames.Sort;
import dev.bothways.machine.Firmware;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides how the disks are laid out. A firmware starts a boot loader from a partitioned disk, where a Xen host reads files
 * out of anything: so partitions that were attached one by one become one disk, and a disk that a firmware could not start
 * from gets a partition table. Everything else stays as it is.
 */
final class LayoutPlanner {
    /** Where the boot loader's second stage lies, before the first partition. */
    private static final long BOOT_GAP = PartitionTable.ALIGNMENT;

    private final List<AttachedDisk> attached;
    private final LinuxGuest guest;
    private final TargetHardware target;
    private final PlatformNeeds needs;
    private final Volume bootVolume;
    private final DiskNaming naming;
    private final Set<String> partitionUuids = new HashSet<>();

    /** With disks called by their order, as the platform's usual driver does. */
    LayoutPlanner(List<AttachedDisk> attached, LinuxGuest guest, TargetHardware target) throws IOException {
        this(attached, guest, target, drives -> byOrder(attached, target, drives));
    }

    LayoutPlanner(List<AttachedDisk> attached, LinuxGuest guest, TargetHardware target, DiskNaming naming)
            throws IOException {
        this.naming = naming;
        this.attached = attached;
        this.guest = guest;
        this.target = target;
        this.needs = PlatformNeeds.of(target.platform());
        this.bootVolume = guest.volumeOf("/boot");
        guest.volumes().forEach(volume -> volume.partitionUuid().ifPresent(partitionUuids::add));
    }

    /** A disk before it has a name: attached disks that form one. */
    private record Group(List<Integer> sources, boolean partitions) {}

    /** The layout. */
    DiskLayout plan() throws IOException {
        List<Group> groups = groups();
        if (!byHost()) {
            // A firmware starts from the first disk.
            groups.sort(Comparator.comparing(group -> !group.sources().contains(bootVolume.disk())));
        }
        List<Optional<String>> reasons = new ArrayList<>();
        List<DiskNaming.Drive> drives = new ArrayList<>();
        for (Group group : groups) {
            Optional<String> reason = reasonToWrap(group);
            reasons.add(reason);
            if (reason.isPresent()) {
                drives.add(new DiskNaming.Drive(group.sources().getFirst(), true));
            } else {
                group.sources().forEach(source -> drives.add(new DiskNaming.Drive(source, false)));
            }
        }
        Iterator<String> names = naming.of(drives).iterator();
        List<DiskLayout.TargetDisk> disks = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            if (reasons.get(i).isPresent()) {
                disks.add(wrapped(names.next(), groups.get(i), reasons.get(i).get()));
            } else {
                for (int source : groups.get(i).sources()) {
                    disks.add(new DiskLayout.Kept(names.next(), source, identity(source)));
                }
            }
        }
        return new DiskLayout(disks);
    }

    private static List<String> byOrder(
            List<AttachedDisk> attached, TargetHardware target, List<DiskNaming.Drive> drives) {
        String prefix = PlatformNeeds.of(target.platform()).diskPrefix();
        Map<String, Integer> letters = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (DiskNaming.Drive drive : drives) {
            Optional<DeviceName> partition = partition(attached, drive.source());
            int place = letters.computeIfAbsent(key(attached, drive.source()), ignored -> letters.size());
            String number = drive.whole()
                    ? ""
                    : partition.map(name -> "" + name.partition().orElseThrow()).orElse("");
            names.add(prefix + DeviceName.letters(place) + number);
        }
        return names;
    }

    /** The name of an attached disk that is a single partition. */
    private static Optional<DeviceName> partition(List<AttachedDisk> attached, int source) {
        return DeviceName.parse(attached.get(source).device())
                .filter(parsed -> parsed.partition().isPresent());
    }

    /** What the attached disks of one group have in common. */
    private static String key(List<AttachedDisk> attached, int source) {
        return partition(attached, source)
                .map(parsed -> parsed.kind() + parsed.disk())
                .orElse("whole " + source);
    }

    private boolean byHost() {
        return needs.boot() == Boot.BY_HOST;
    }

    private int number(int source) {
        return DeviceName.parse(attached.get(source).device())
                .orElseThrow()
                .partition()
                .orElseThrow();
    }

    /** Partitions attached as devices of one disk belong together; every other attached disk is one by itself. */
    private List<Group> groups() {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < attached.size(); i++) {
            groups.computeIfAbsent(key(attached, i), ignored -> new ArrayList<>())
                    .add(i);
        }
        List<Group> ordered = new ArrayList<>();
        groups.forEach((key, sources) -> {
            boolean partitions = !key.startsWith("whole ");
            if (partitions) {
                sources.sort(Comparator.comparingInt(this::number));
            }
            ordered.add(new Group(sources, partitions));
        });
        return ordered;
    }

    private Optional<String> reasonToWrap(Group group) throws IOException {
        if (byHost()) {
            return Optional.empty();
        }
        if (group.partitions()) {
            return Optional.of("single partitions were attached as devices, which only Xen can do");
        }
        if (!group.sources().contains(bootVolume.disk()) || !(target.firmware() instanceof Firmware.Bios)) {
            return Optional.empty();
        }
        AttachedDisk disk = attached.get(bootVolume.disk());
        Optional<PartitionTable> table = PartitionTable.read(disk.disk());
        if (table.isEmpty()) {
            return Optional.of(
                    "the file system fills the whole disk, and a BIOS starts only a disk with a boot sector");
        }
        if (BootLoaderInstallation.isInstalled(guest, disk)) {
            return Optional.empty();
        }
        if (!(table.get() instanceof MbrTable)) {
            return Optional.of("the disk has a GPT without a boot loader for BIOS, and no room for one");
        }
        boolean gap = table.get().partitions().stream().allMatch(partition -> partition.offset() >= BOOT_GAP);
        return gap ? Optional.empty() : Optional.of("there is no room for a boot loader before the first partition");
    }

    private DiskLayout.Wrapped wrapped(String device, Group group, String reason) throws VolumeException {
        List<Volume> volumes = guest.volumes().stream()
                .filter(volume -> group.sources().contains(volume.disk()))
                .sorted(Comparator.comparingInt(volume -> order(group, volume)))
                .toList();
        List<DiskLayout.Piece> pieces = new ArrayList<>();
        List<NewPartition> wanted = new ArrayList<>();
        StringBuilder identity = new StringBuilder("bothways");
        boolean keepNumbers = volumes.stream().allMatch(volume -> order(group, volume) <= 4);
        for (Volume volume : volumes) {
            // Four primary partitions keep their numbers whatever gaps are between them; more are counted anew.
            int number = keepNumbers ? order(group, volume) : countedAnew(pieces.size(), volumes.size());
            NewPartition partition =
                    NewPartition.of(number, kind(volume), volume.bytes().size());
            wanted.add(volume.equals(bootVolume) ? partition.booted() : partition);
            pieces.add(new DiskLayout.Piece(volume, number));
            identity.append(' ').append(number).append('=').append(volume.uuid().orElse(volume.device()));
        }
        int sectorSize = attached.get(group.sources().getFirst()).disk().sectorSize();
        return new DiskLayout.Wrapped(device, pieces, table(identity.toString(), sectorSize, wanted), reason);
    }

    /**
     * The order of disks is no name: Linux looks for several at once, and which is found first changes from boot to boot. So a disk
     * that the guest uses, and of which the machine has a copy with all the same names, gets identities of its own.
     */
    private Optional<PartitionTable> identity(int source) throws IOException {
        boolean used = guest.files().mounts().values().stream().anyMatch(volume -> volume.disk() == source);
        boolean named = guest.volumes().stream()
                .filter(volume -> volume.disk() == source && volume.partition().isPresent())
                .allMatch(this::hasName);
        if (byHost() || !used || named) {
            return Optional.empty();
        }
        Optional<PartitionTable> table =
                PartitionTable.read(attached.get(source).disk());
        if (table.isEmpty()) {
            return Optional.empty();
        }
        String words = "bothways " + table.get().uuid() + " " + source;
        while (true) {
            PartitionTable own = table.get().identified(words);
            List<String> uuids = uuids(own);
            if (Collections.disjoint(partitionUuids, uuids)) {
                partitionUuids.addAll(uuids);
                return Optional.of(own);
            }
            words += " again";
        }
    }

    /** Whether something names this volume and no other. */
    private boolean hasName(Volume volume) {
        return Stream.of(Sort.UUID, Sort.LABEL, Sort.PARTUUID).anyMatch(sort -> {
            Optional<String> name = sort.in(volume);
            return name.isPresent()
                    && guest.volumes().stream()
                                    .filter(other -> sort.is(other, name.get()))
                                    .count()
                            == 1;
        });
    }

    private static List<String> uuids(PartitionTable table) {
        return table.partitions().stream()
                .flatMap(partition -> partition.uuid().stream())
                .toList();
    }

    /** Disks that are copies of each other get tables that are not. */
    private MbrTable table(String identity, int sectorSize, List<NewPartition> wanted) throws VolumeException {
        String words = identity;
        while (true) {
            MbrTable table = MbrTable.layOut(words, sectorSize, wanted);
            List<String> uuids = uuids(table);
            if (Collections.disjoint(partitionUuids, uuids)) {
                partitionUuids.addAll(uuids);
                return table;
            }
            words += " again";
        }
    }

    /** 1, 2 and 3, then (4 being the extended partition) 5 and on; up to 4 where no more are there. */
    private static int countedAnew(int index, int count) {
        return count > 4 && index >= 3 ? index + 2 : index + 1;
    }

    private int order(Group group, Volume volume) {
        return group.partitions() ? number(volume.disk()) : volume.partition().orElse(1);
    }

    private static PartitionKind kind(Volume volume) {
        return switch (volume.type()) {
            case "swap", "swsuspend" -> PartitionKind.LINUX_SWAP;
            case "LVM2_member" -> PartitionKind.LINUX_LVM;
            case "linux_raid_member" -> PartitionKind.LINUX_RAID;
            case "vfat" -> PartitionKind.FAT32_LBA;
            case "ntfs" -> PartitionKind.MICROSOFT_DATA;
            default -> PartitionKind.LINUX;
        };
    }
}
