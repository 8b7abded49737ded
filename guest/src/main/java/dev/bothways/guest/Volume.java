package dev.bothways.guest;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileSystem;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A partition, or a disk that has no partition table.
 *
 * @param device its name in the guest without {@code /dev/}: {@code xvda1}, or {@code xvda} for a bare disk
 * @param bytes its content
 * @param fileSystem what is on it, where it could be opened
 * @param type as {@code blkid} names it: {@code ext4}, {@code swap}, {@code LVM2_member}, {@code crypto_LUKS}; {@code unknown}
 *     where nothing is recognised
 * @param uuid identity of the file system or swap area
 * @param label its label
 * @param partitionUuid identity of the partition as {@code PARTUUID=} names it
 * @param partitionLabel name of the partition as {@code PARTLABEL=} names it; a GPT alone has such names
 * @param disk index of the attached disk that it lies on
 * @param partition number in the partition table; empty for a bare disk and for a partition attached as a device
 */
public record Volume(
        String device,
        VirtualDisk bytes,
        Optional<FileSystem> fileSystem,
        String type,
        Optional<String> uuid,
        Optional<String> label,
        Optional<String> partitionUuid,
        Optional<String> partitionLabel,
        int disk,
        OptionalInt partition) {

    /** The type of a volume of which nothing is recognised. */
    public static final String UNKNOWN = "unknown";

    /** Whether it is a part of something larger, whose identity it carries: a RAID, a volume group. */
    public boolean isMember() {
        return type.equals("LVM2_member") || type.equals("linux_raid_member") || type.equals("zfs_member");
    }

    /** Whether it is a swap area. */
    public boolean isSwap() {
        return type.equals("swap") || type.equals("swsuspend");
    }
}
