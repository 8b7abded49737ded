package dev.bothways.conversion;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.Extent;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * How large a disk's file becomes. Formats give out space in units; what the source knows to be zeros takes none, and zeros that it
 * does not know of are found while it is copied, so that only reading tells the exact size.
 *
 * @param format of the files
 * @param bundled whether they go into one archive
 */
record OutputSize(DiskFormat format, boolean bundled) {
    private static final int MIB = 1 << 20;
    private static final int STEP = 1 << 20;
    /** VHDX keeps its table small by larger blocks beyond this. */
    private static final long SMALL_BLOCKS = 4L << 40;
    /** Headers, logs and first tables, of whatever format. */
    private static final long ALWAYS = 4 * MIB;

    /** The unit in which space is given out, in bytes; of a sparse raw file it is the host's. */
    private long unit(VirtualDisk disk) {
        return switch (format) {
            case VHD -> 2 * MIB;
            case VHDX -> disk.size() <= SMALL_BLOCKS ? MIB : 32 * MIB;
            case VDI -> MIB;
            case QCOW2, VMDK -> 64 << 10;
            case RAW -> bundled ? MIB : 4096;
            case PARALLELS, QCOW, QED, DMG, CLOOP ->
                throw new IllegalArgumentException(format.label() + " is not written");
        };
    }

    /** Only an archive's images are compressed, where their format can be. */
    private boolean packed() {
        return bundled && format == DiskFormat.VMDK;
    }

    /** Tables that map so much data on a disk of this size. */
    private long tables(long size, long data) {
        return format == DiskFormat.RAW && !bundled ? 0 : ALWAYS + size / 8192 + data / 512;
    }

    /** What the disk's file takes at most, in bytes, found without reading the disk. */
    long most(VirtualDisk disk) throws IOException {
        long unit = unit(disk);
        long units = 0;
        long counted = -1;
        VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
        while (extents.hasNext()) {
            Extent extent = extents.next();
            if (!(extent instanceof Extent.Zero)) {
                long first = Math.max(extent.offset() / unit, counted + 1);
                counted = (extent.end() - 1) / unit;
                units += Math.max(0, counted - first + 1);
            }
        }
        return units * unit + tables(disk.size(), units * unit);
    }

    /** What the disk's file really takes, in bytes, found by reading the disk's data. */
    long measured(VirtualDisk disk) throws IOException {
        long unit = unit(disk);
        byte[] bytes = new byte[(int) Math.min(unit, STEP)];
        byte[] zeros = new byte[bytes.length];
        long data = 0;
        long done = 0;
        long counted = -1;
        Deflater deflater = new Deflater();
        try {
            VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
            while (extents.hasNext()) {
                Extent extent = extents.next();
                if (extent instanceof Extent.Zero) {
                    continue;
                }
                long at = Math.max(done, extent.offset() / bytes.length * bytes.length);
                for (; at < extent.end(); at += bytes.length) {
                    int length = (int) Math.min(bytes.length, disk.size() - at);
                    disk.read(at, ByteBuffer.wrap(bytes, 0, length));
                    done = at + bytes.length;
                    if (at / unit != counted && !Arrays.equals(bytes, 0, length, zeros, 0, length)) {
                        counted = at / unit;
                        data += packed() ? deflated(deflater, bytes, length) : unit;
                    }
                }
            }
        } finally {
            deflater.end();
        }
        return data + tables(disk.size(), data);
    }

    private static int deflated(Deflater deflater, byte[] bytes, int length) {
        byte[] out = new byte[length];
        deflater.reset();
        deflater.setInput(bytes, 0, length);
        deflater.finish();
        int size = deflater.deflate(out);
        // The mark in front, and the rest of the last sector.
        return (deflater.finished() ? size : length) + 512;
    }
}
