package dev.bothways.filesystem.partition;

/**
 * A partition to be laid out.
 *
 * @param number the number it shall have: for an MBR 1 to 4, or 5 and on without a gap for logical ones
 * @param kind what it will hold
 * @param length how long it must be at least, in bytes; more than zero
 * @param name its label (GPT only; empty for none)
 * @param bootable whether a BIOS shall boot from it
 */
public record NewPartition(int number, PartitionKind kind, long length, String name, boolean bootable) {

    /** Refuses what no table can hold. */
    public NewPartition {
        if (number < 1 || length < 1) {
            throw new IllegalArgumentException("partition " + number + " of " + length + " bytes");
        }
    }

    /** A partition without a label that no BIOS boots from. */
    public static NewPartition of(int number, PartitionKind kind, long length) {
        return new NewPartition(number, kind, length, "", false);
    }

    /** The same one, marked as the one a BIOS boots from. */
    public NewPartition booted() {
        return new NewPartition(number, kind, length, name, true);
    }
}
