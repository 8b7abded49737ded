package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The header of an extent, behind which the blocks of its clusters lie.
 *
 * <pre>
 * 0    VMAE
 * 6    how many blocks lie behind    2 bytes
 * 8    UUID of the archive           16 bytes
 * 24   MD5 of this header            16 bytes, taken with zeros here
 * 40   clusters                      8 bytes each, 59 times
 * </pre>
 *
 * A cluster is a mask of 16 bits for its blocks that are there, the first one in the lowest bit; 8 unused bits; 8 bits of its
 * device, 0 where the entry is not used; 32 bits of its number.
 */
record VmaExtent(ByteBuffer header) {
    static final int BYTES = 512;
    static final int BLOCK = 4096;
    static final int CLUSTER = 65_536;
    static final int ENTRIES = 59;
    static final int WHOLE = 0xffff;

    private static final int MAGIC = 0x564d_4145;
    private static final int SUM = 24;
    private static final int CLUSTERS = 40;

    /** The extent that begins at byte {@code at}; the caller has made sure that its header is there. */
    static VmaExtent read(HostFile file, long at, UUID archive) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(BYTES);
        file.read(at, header);
        header.rewind();
        if (header.getInt(0) != MAGIC || !VmaSum.matches(header, SUM)) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    at,
                    "there is no extent, or its header is damaged; copy the archive again from where it came from");
        }
        if (!new UUID(header.getLong(8), header.getLong(16)).equals(archive)) {
            throw new DiskImageException(Kind.MALFORMED, file.path(), at, "the extent is of another archive");
        }
        VmaExtent extent = new VmaExtent(header);
        int blocks = 0;
        for (int i = 0; i < ENTRIES; i++) {
            blocks += extent.device(i) == 0 ? 0 : Integer.bitCount(extent.mask(i));
        }
        if (blocks != extent.blocks()) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    at,
                    "the extent has " + extent.blocks() + " blocks, and " + blocks + " in its list");
        }
        return extent;
    }

    int blocks() {
        return Short.toUnsignedInt(header.getShort(6));
    }

    /** How long it is with its blocks, in bytes. */
    long length() {
        return BYTES + (long) blocks() * BLOCK;
    }

    private long entry(int index) {
        return header.getLong(CLUSTERS + index * Long.BYTES);
    }

    /** Of which device an entry is; 0 where it is not used. */
    int device(int index) {
        return (int) (entry(index) >>> 32) & 0xff;
    }

    long cluster(int index) {
        return entry(index) & 0xffff_ffffL;
    }

    int mask(int index) {
        return (int) (entry(index) >>> 48);
    }
}
