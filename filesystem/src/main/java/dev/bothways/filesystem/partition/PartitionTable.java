package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The partition table of a disk, as a value: reading it keeps everything that {@link #write} needs to make it again.
 *
 * <p>What is wrong with a table but does not keep Linux from using it (a partition that reaches beyond the end, a lost backup)
 * is told by {@link #warnings}; what makes it unreadable raises a {@link dev.bothways.filesystem.VolumeException}.
 */
public sealed interface PartitionTable permits MbrTable, GptTable {

    /** Where partitions begin and end, in bytes: what every current partitioner does. */
    long ALIGNMENT = 1 << 20;

    /** The unit of the table's numbers, in bytes: 512 or 4096. */
    int sectorSize();

    /** The disk's size in sectors when the table was read or laid out. */
    long sectors();

    /**
     * The partitions that can be used, by number: those that hold others (extended ones) are left out, one that reaches
     * beyond the disk's end is cut there, one that begins behind it is left out. All lie on the disk.
     */
    List<Partition> partitions();

    /** What is wrong with the table, a sentence each. */
    List<String> warnings();

    /** The disk's own identity as {@code blkid} prints it (PTUUID): eight hexadecimal digits, or a GUID. */
    String uuid();

    /**
     * Writes the table. Boot code in the first sector stays as it is.
     *
     * @throws dev.bothways.filesystem.VolumeException where partitions overlap or do not fit on {@code disk}
     */
    void write(VirtualDisk disk) throws IOException;

    /** The same table with identities of its own, of the disk and of its partitions: the same words, the same identities. */
    PartitionTable identified(String words);

    /** Writes the identities of this table onto a disk that has the same table with others. */
    void writeIdentity(VirtualDisk disk) throws IOException;

    /**
     * The table of a disk; empty where there is none: a blank disk, or one whose only content is a file system that begins
     * at its first byte. A boot sector of FAT or NTFS has the signature of an MBR and is not taken for one.
     *
     * @throws dev.bothways.filesystem.VolumeException where there is one that cannot be read
     */
    static Optional<PartitionTable> read(VirtualDisk disk) throws IOException {
        Optional<MbrSector> sector = MbrSector.read(disk);
        if (sector.isEmpty()) {
            return Optional.empty();
        }
        MbrSector mbr = sector.get();
        if (mbr.protective()) {
            return Optional.of(new GptReader(disk, mbr).read());
        }
        if (!mbr.plausible(disk) && WholeDisk.holdsFileSystem(disk)) {
            return Optional.empty();
        }
        return Optional.of(new MbrReader(disk, mbr).read());
    }
}
