package dev.bothways.disk;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What an image says of itself.
 *
 * @param format the format
 * @param variant the kind within the format, in the format's own word: {@code dynamic}, {@code fixed}; empty if it has none
 * @param size the size the guest sees, in bytes
 * @param sectorSize the logical sector size, in bytes
 * @param unit the block or cluster size, in bytes; 1 where space is given out by the byte
 * @param files the files it lies in, the one that was opened first
 * @param details what else the format records and matters to people, by name, in order
 */
public record ImageDescription(
        DiskFormat format,
        String variant,
        long size,
        int sectorSize,
        long unit,
        List<Path> files,
        SequencedMap<String, String> details) {

    /** Copies the collections. */
    public ImageDescription {
        files = List.copyOf(files);
        details = new LinkedHashMap<>(details);
    }
}
