package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.qcow2.ClusterUses.Use;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The clusters of the bitmaps that backup programs keep in an image. Their content is nothing to us. */
final class Qcow2BitmapCheck {
    private static final int ENTRY_BYTES = 24;
    private static final long MOST_BYTES = 64 << 20;
    private static final long MOST_BITMAPS = 65535;

    private final Qcow2Structure structure;
    private final UsedRanges ranges;
    private final FindingList findings;

    Qcow2BitmapCheck(Qcow2Structure structure, UsedRanges ranges, FindingList findings) {
        this.structure = structure;
        this.ranges = ranges;
        this.findings = findings;
    }

    void run() throws IOException {
        Qcow2Extensions extensions = structure.extensions();
        if (extensions.bitmapDirectory().isEmpty()) {
            return;
        }
        if ((structure.header().autoclear() & Qcow2Header.BITMAPS) == 0) {
            findings.add(Severity.NOTE, "its bitmaps were not kept up to date and count for nothing");
            return;
        }
        Qcow2Extensions.Range directory = extensions.bitmapDirectory().get();
        if (directory.length() > MOST_BYTES || extensions.bitmapCount() > MOST_BITMAPS) {
            findings.add(Severity.ERROR, directory.offset(), "the directory of bitmaps is too long");
            return;
        }
        if (!ranges.add(Use.BITMAPS, directory.offset(), directory.length(), "'s directory")
                || directory.offset() + directory.length() > structure.length()) {
            return;
        }
        long at = directory.offset();
        long end = at + directory.length();
        for (long i = 0; i < extensions.bitmapCount() && at + ENTRY_BYTES <= end; i++) {
            ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
            structure.file().read(at, entry);
            addBitmap(entry.getLong(0), Integer.toUnsignedLong(entry.getInt(8)));
            long rest = Short.toUnsignedLong(entry.getShort(18)) + Integer.toUnsignedLong(entry.getInt(20));
            at += Math.ceilDiv(ENTRY_BYTES + rest, 8L) * 8;
        }
    }

    private void addBitmap(long offset, long entries) throws IOException {
        long bytes = entries * Long.BYTES;
        if (offset < 0 || offset % structure.header().clusterBytes() != 0 || bytes > MOST_BYTES) {
            findings.add(Severity.ERROR, offset, "the table of a bitmap is not at a whole cluster, or too long");
            return;
        }
        if (!ranges.add(Use.BITMAPS, offset, bytes, "'s table") || offset + bytes > structure.length()) {
            return;
        }
        for (long i = 0; i < entries; i++) {
            long cluster = Qcow2Entry.offset(structure.words().entry(offset / Long.BYTES + i));
            if (cluster != 0) {
                ranges.add(Use.BITMAPS, cluster, structure.header().clusterBytes(), "");
            }
        }
    }
}
