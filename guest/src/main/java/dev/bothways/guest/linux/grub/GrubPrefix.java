package dev.bothways.guest.linux.grub;

import dev.bothways.filesystem.partition.GptTable;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.PartitionTable;

/** Where GRUB looks for its menu and modules, in its own words. */
public final class GrubPrefix {
    private GrubPrefix() {}

    /**
     * A folder on a partition of the disk that GRUB is started from.
     *
     * @param partition the partition's number
     * @param folder the folder's path inside that partition: {@code /boot/grub}, or {@code /grub} where /boot is the partition
     */
    public static String onBootDisk(PartitionTable table, int partition, String folder) {
        String kind = switch (table) {
            case MbrTable ignored -> "msdos";
            case GptTable ignored -> "gpt";
        };
        return "(," + kind + partition + ")" + folder;
    }

    /**
     * Commands that find the folder on whichever disk has the file system of this UUID; for {@link GrubBiosImage#build} as
     * configuration.
     */
    public static String searchedFor(String fileSystemUuid, String folder) {
        if (!fileSystemUuid.matches("[0-9A-Za-z-]+") || !folder.matches("/[0-9A-Za-z_./@-]*")) {
            throw new IllegalArgumentException(fileSystemUuid + " and " + folder + " cannot stand in GRUB's commands");
        }
        return "search.fs_uuid " + fileSystemUuid + " root\nset prefix=($root)" + folder + "\n";
    }
}
