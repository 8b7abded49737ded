package dev.bothways.conversion;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.Extent;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.DiskContents;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A hard disk of a source as it was found, whatever is on it.
 *
 * @param device the name that the guest knows it by, without {@code /dev/}
 * @param file where it lies
 * @param format of the file
 * @param size what the guest sees, in bytes
 * @param data how much of it may be other than zeros, in bytes
 * @param contents its partitions, and what they hold
 */
public record InspectedDisk(String device, Path file, DiskFormat format, long size, long data, DiskContents contents) {

    static InspectedDisk of(OpenDisks.Opened disk) throws IOException {
        boolean partition = disk.source().disk().slot().partition().isPresent();
        return new InspectedDisk(
                disk.device(),
                disk.source().file(),
                disk.image().describe().format(),
                disk.image().size(),
                data(disk.image()),
                partition ? DiskContents.ofVolume(disk.image()) : DiskContents.of(disk.image()));
    }

    /** Bytes of a disk that are not known to be zeros. */
    static long data(VirtualDisk disk) throws IOException {
        long data = 0;
        VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
        while (extents.hasNext()) {
            Extent extent = extents.next();
            data += extent instanceof Extent.Zero ? 0 : extent.length();
        }
        return data;
    }
}
