package dev.bothways.filesystem.ext;

import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The blocks of the file system itself: superblocks, descriptors, bitmaps, inode tables. No file may own one of them; with
 * flexible groups a group's bitmaps and tables lie in another group.
 */
final class SystemBlocks {
    private final Superblock superblock;
    private final Groups groups;
    private final NavigableMap<Long, Long> ranges = new TreeMap<>();

    SystemBlocks(Superblock superblock, Groups groups) {
        this.superblock = superblock;
        this.groups = groups;
    }

    /** Read on first use: reading alone never needs them. */
    private NavigableMap<Long, Long> ranges() throws IOException {
        if (ranges.isEmpty()) {
            NavigableMap<Long, Long> found = new TreeMap<>();
            long bytes = superblock.inodesPerGroup() * superblock.inodeSize();
            long table = (bytes + superblock.blockSize() - 1) / superblock.blockSize();
            for (long group = 0; group < superblock.groups(); group++) {
                Groups.Descriptor descriptor = groups.descriptor(group);
                add(found, groups.firstBlock(group), groups.headBlocks(group));
                add(found, descriptor.blockBitmap(), 1);
                add(found, descriptor.inodeBitmap(), 1);
                add(found, descriptor.inodeTable(), table);
            }
            ranges.putAll(found);
        }
        return ranges;
    }

    /** Neighbouring ranges become one. */
    private static void add(NavigableMap<Long, Long> ranges, long start, long length) {
        if (length == 0) {
            return;
        }
        long from = start;
        long to = start + length;
        Map.Entry<Long, Long> near = ranges.floorEntry(to);
        while (near != null && near.getValue() >= from) {
            from = Math.min(from, near.getKey());
            to = Math.max(to, near.getValue());
            ranges.remove(near.getKey());
            near = ranges.floorEntry(to);
        }
        ranges.put(from, to);
    }

    /** Whether any of these blocks is one of the file system's own. */
    boolean touches(long start, long length) throws IOException {
        Map.Entry<Long, Long> near = ranges().floorEntry(start + length - 1);
        return near != null && near.getValue() > start;
    }

    /** Marks a group's share of them in a fresh bitmap of its blocks. */
    void mark(byte[] bits, long group) throws IOException {
        long first = groups.firstBlock(group);
        long end = first + groups.length(group);
        Map.Entry<Long, Long> range = ranges().lowerEntry(end);
        while (range != null && range.getValue() > first) {
            Bitmap.fill(bits, Math.max(first, range.getKey()) - first, Math.min(end, range.getValue()) - first);
            range = ranges().lowerEntry(range.getKey());
        }
    }
}
