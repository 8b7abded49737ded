package dev.bothways.disk.format;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;

/**
 * A disk's content split between a parent and what will become its child, sector by sector. Where the child has a sector, the
 * parent has something else.
 */
public record SplitDisk(BitSet childSectors, Path parent, Path child) {
    private static final int SECTOR = 512;

    /** Splits {@code bytes}, whole sectors, into two images that know nothing of each other yet. */
    public static SplitDisk of(byte[] bytes, DiskFormat format, Path scratch, Random random) throws IOException {
        BitSet childSectors = new BitSet();
        int sectors = bytes.length / SECTOR;
        for (int at = 0; at < sectors; at++) {
            int end = Math.min(sectors, at + 1 + random.nextInt(1 << random.nextInt(13)));
            childSectors.set(at, end, random.nextInt(3) == 0);
            at = end;
        }
        Path parent = scratch.resolve("parent." + format.ending());
        Path child = scratch.resolve("child." + format.ending());
        CreateOptions options = CreateOptions.usual();
        try (ImageWriter above = DiskImages.create(child, format, bytes.length, options.withIdentity("child"));
                ImageWriter below = DiskImages.create(parent, format, bytes.length, options.withIdentity("parent"))) {
            for (int start = 0; start < sectors; ) {
                boolean inChild = childSectors.get(start);
                int next = inChild ? childSectors.nextClearBit(start) : childSectors.nextSetBit(start);
                int end = next < 0 ? sectors : Math.min(next, sectors);
                byte[] run = new byte[(end - start) * SECTOR];
                random.nextBytes(run);
                if (inChild) {
                    write(below, start, run);
                }
                System.arraycopy(bytes, start * SECTOR, run, 0, run.length);
                write(inChild ? above : below, start, run);
                start = end;
            }
            above.finish();
            below.finish();
        }
        return new SplitDisk(childSectors, parent, child);
    }

    private static void write(ImageWriter to, int sector, byte[] run) throws IOException {
        long offset = (long) sector * SECTOR;
        for (ImageWriter.Place place : to.place(offset, run.length)) {
            ByteBuffer bytes = ByteBuffer.wrap(run, (int) (place.offset() - offset), (int) place.length());
            place.file().write(place.fileOffset(), bytes);
        }
    }
}
