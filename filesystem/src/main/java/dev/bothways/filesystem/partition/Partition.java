package dev.bothways.filesystem.partition;

import java.util.Optional;

/**
 * One partition of a disk.
 *
 * @param number its number as Linux counts (the 2 of {@code sda2}), from 1 on
 * @param offset where it begins on the disk, in bytes
 * @param length how long it is, in bytes; more than zero
 * @param type its type as the table has it: {@code 0x83}, or a GUID in small letters
 * @param kind what the type means, where it is known
 * @param name its label in the table; from outside, so print it with care
 * @param uuid its own identity as {@code blkid} prints it (PARTUUID): a GUID, or {@code ssssssss-NN}; none where the disk's
 *     signature is zero
 * @param bootable whether it is marked as the one a BIOS boots from
 */
public record Partition(
        int number,
        long offset,
        long length,
        String type,
        Optional<PartitionKind> kind,
        Optional<String> name,
        Optional<String> uuid,
        boolean bootable) {

    /** Where it ends on the disk, in bytes, exclusive. */
    public long end() {
        return offset + length;
    }
}
