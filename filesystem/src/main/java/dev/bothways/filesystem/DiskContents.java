package dev.bothways.filesystem;

import dev.bothways.disk.Extent;
import dev.bothways.disk.SliceDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.GptTable;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionKind;
import dev.bothways.filesystem.partition.PartitionTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What can be told of a disk without opening a file system: its partition table, and what its signatures say that each partition,
 * or the disk itself, holds. Any bytes have an answer.
 *
 * @param table the name of the partition table: {@code GPT} or {@code MBR}; empty where there is none that can be read
 * @param contents the partitions by number, or the one whole disk
 * @param problems what is wrong with the table, a sentence each
 */
public record DiskContents(Optional<String> table, List<Content> contents, List<String> problems) {

    /**
     * A partition, or a disk without a table.
     *
     * @param partition empty for the whole disk
     * @param offset where it begins on the disk, in bytes
     * @param size in bytes
     * @param identity what it holds, where its signature is known
     * @param empty whether the image holds no data there at all
     */
    public record Content(
            Optional<Partition> partition, long offset, long size, Optional<VolumeIdentity> identity, boolean empty) {

        /** What it holds, in words: {@code XFS "data"}, {@code empty}. */
        public String description() {
            return identity.map(found -> found.kind().description()
                            + found.label().map(label -> " \"" + label + "\"").orElse(""))
                    .orElse(empty ? "empty" : "not recognized");
        }
    }

    /** Copies the lists. */
    public DiskContents {
        contents = List.copyOf(contents);
        problems = List.copyOf(problems);
    }

    /** Looks at a disk; a few blocks of each partition are read. */
    public static DiskContents of(VirtualDisk disk) throws IOException {
        List<String> problems = new ArrayList<>();
        Optional<PartitionTable> table = Optional.empty();
        try {
            table = PartitionTable.read(disk);
        } catch (VolumeException e) {
            problems.add("the partition table cannot be read: " + e.getMessage());
        }
        if (table.isEmpty()) {
            return new DiskContents(Optional.empty(), List.of(content(disk, Optional.empty())), problems);
        }
        problems.addAll(table.get().warnings());
        List<Content> contents = new ArrayList<>();
        for (Partition partition : table.get().partitions()) {
            contents.add(content(disk, Optional.of(partition)));
        }
        String name = switch (table.get()) {
            case GptTable gpt -> "GPT";
            case MbrTable mbr -> "MBR";
        };
        return new DiskContents(Optional.of(name), contents, problems);
    }

    /** What a volume that is known to have no partition table holds. */
    public static DiskContents ofVolume(VirtualDisk volume) throws IOException {
        return new DiskContents(Optional.empty(), List.of(content(volume, Optional.empty())), List.of());
    }

    private static Content content(VirtualDisk disk, Optional<Partition> partition) throws IOException {
        long offset = partition.map(Partition::offset).orElse(0L);
        long size = partition.map(Partition::length).orElse(disk.size());
        boolean empty = isEmpty(disk, offset, offset + size);
        Optional<VolumeIdentity> identity =
                empty ? Optional.empty() : FileSystems.probe(new SliceDisk(disk, offset, size));
        return new Content(partition, offset, size, identity, empty);
    }

    private static boolean isEmpty(VirtualDisk disk, long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            Extent extent = disk.extent(at, to);
            if (!(extent instanceof Extent.Zero)) {
                return false;
            }
            at += extent.length();
        }
        return true;
    }

    /** Whether a partition of the table is an EFI system partition, from which UEFI starts. */
    public boolean hasEfiSystemPartition() {
        return contents.stream()
                .flatMap(content -> content.partition().stream())
                .anyMatch(partition -> partition
                        .kind()
                        .filter(PartitionKind.EFI_SYSTEM::equals)
                        .isPresent());
    }
}
