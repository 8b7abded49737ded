package dev.bothways.guest;

import dev.bothways.disk.SliceDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.FileSystems;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeIdentity;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Finds the volumes of a machine's disks. */
final class Volumes {
    /** A partition that Xen attaches as if it were a disk. Of {@code nvme0n1} and its like the digit belongs to the disk. */
    private static final Pattern PARTITION_DEVICE = Pattern.compile("(xvd|sd|hd|vd)[a-z]+[0-9]+");

    private final List<Volume> volumes = new ArrayList<>();
    private final List<String> problems;

    private Volumes(List<String> problems) {
        this.problems = problems;
    }

    /**
     * Every partition, and every disk without a partition table, with its file system opened where that can be done.
     *
     * @param problems gets a sentence for each partition table or file system that could not be read
     */
    static List<Volume> find(List<AttachedDisk> disks, List<String> problems) throws IOException {
        Volumes found = new Volumes(problems);
        for (int i = 0; i < disks.size(); i++) {
            found.disk(disks.get(i), i);
        }
        return List.copyOf(found.volumes);
    }

    private void disk(AttachedDisk attached, int index) throws IOException {
        String device = attached.device();
        Optional<PartitionTable> table = Optional.empty();
        if (!PARTITION_DEVICE.matcher(device).matches()) {
            try {
                table = PartitionTable.read(attached.disk());
            } catch (VolumeException e) {
                problems.add("the partition table of " + device + " cannot be read: " + e.getMessage());
                return;
            }
        }
        if (table.isEmpty()) {
            volume(device, attached.disk(), index, Optional.empty());
            return;
        }
        table.get().warnings().forEach(warning -> problems.add(device + ": " + warning));
        String prefix = Character.isDigit(device.charAt(device.length() - 1)) ? device + "p" : device;
        for (Partition partition : table.get().partitions()) {
            volume(
                    prefix + partition.number(),
                    new SliceDisk(attached.disk(), partition.offset(), partition.length()),
                    index,
                    Optional.of(partition));
        }
    }

    private void volume(String device, VirtualDisk bytes, int disk, Optional<Partition> partition) throws IOException {
        Optional<VolumeIdentity> identity = FileSystems.probe(bytes);
        Optional<FileSystem> fileSystem = Optional.empty();
        if (identity.filter(found -> found.type().startsWith("ext")).isPresent()) {
            try {
                fileSystem = Optional.of(open(bytes));
            } catch (VolumeException e) {
                problems.add("the file system on " + device + " cannot be read: " + e.getMessage());
            }
        }
        volumes.add(new Volume(
                device,
                bytes,
                fileSystem,
                identity.map(VolumeIdentity::type).orElse(Volume.UNKNOWN),
                identity.flatMap(VolumeIdentity::uuid),
                identity.flatMap(VolumeIdentity::label),
                partition.flatMap(Partition::uuid),
                partition.flatMap(Partition::name).filter(name -> !name.isEmpty()),
                disk,
                partition.map(Partition::number).map(OptionalInt::of).orElse(OptionalInt.empty())));
    }

    /** Writable where the volume is (an overlay) and the file system can be; one that cannot may still be read. */
    private static FileSystem open(VirtualDisk bytes) throws IOException {
        if (!bytes.writable()) {
            return FileSystems.open(bytes);
        }
        try {
            return FileSystems.openWritable(bytes);
        } catch (VolumeException e) {
            if (e.kind() == VolumeException.Kind.UNSUPPORTED) {
                return FileSystems.open(bytes);
            }
            throw e;
        }
    }
}
