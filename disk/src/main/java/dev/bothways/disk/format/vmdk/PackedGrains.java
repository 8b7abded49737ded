package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ZeroBytes;
import dev.bothways.disk.format.packed.DeflateUnpacker;
import dev.bothways.disk.format.packed.DeflateWrapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Compressed grains: each a zlib stream, mostly behind a marker of its guest sector (8 bytes) and its length (4 bytes). A few
 * are kept unpacked for callers that read bit by bit. Safe for any number of threads.
 */
final class PackedGrains {
    static final int MARKER_BYTES = 12;

    private static final long MOST_KEPT_BYTES = 8 << 20;
    private static final int MOST_KEPT = 32;

    private record Unpacked(long grain, ByteBuffer bytes) {}

    private final HostFile file;
    private final long fileLength;
    private final int grainBytes;
    private final long size;
    private final boolean markers;
    private final DeflateUnpacker unpacker = new DeflateUnpacker(DeflateWrapping.ZLIB);
    private final AtomicReferenceArray<Unpacked> kept;

    /** The grains of an extent whose guest sees {@code size} bytes. */
    PackedGrains(HostFile file, int grainBytes, long size, boolean markers) throws IOException {
        this.file = file;
        this.fileLength = file.size();
        this.grainBytes = grainBytes;
        this.size = size;
        this.markers = markers;
        this.kept = new AtomicReferenceArray<>(Math.clamp(MOST_KEPT_BYTES / grainBytes, 1, MOST_KEPT));
    }

    /** Fills {@code into} with the bytes of a grain from {@code skip} on; the grain lies at byte {@code place} of the file. */
    void read(long grain, long place, int skip, ByteBuffer into) throws IOException {
        if (skip == 0 && into.remaining() == grainBytes) {
            unpack(grain, place, into);
            return;
        }
        into.put(unpacked(grain, place).slice(skip, into.remaining()));
    }

    private ByteBuffer unpacked(long grain, long place) throws IOException {
        int slot = (int) (grain % kept.length());
        Unpacked known = kept.get(slot);
        if (known != null && known.grain == grain) {
            return known.bytes;
        }
        ByteBuffer bytes = ByteBuffer.allocate(grainBytes);
        unpack(grain, place, bytes);
        kept.set(slot, new Unpacked(grain, bytes));
        return bytes;
    }

    /** How many bytes of the file a grain takes, its marker included; judged. */
    long storedBytes(long grain, long place) throws IOException {
        if (!markers) {
            return Math.min(2L * grainBytes, fileLength - place);
        }
        if (place > fileLength - MARKER_BYTES) {
            throw cut(grain, place);
        }
        ByteBuffer marker = ByteBuffer.allocate(MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(place, marker);
        long sector = marker.getLong(0);
        long length = Integer.toUnsignedLong(marker.getInt(8));
        if (sector != grain * (grainBytes / SparseHeader.SECTOR)) {
            throw malformed(grain, place, "it is marked as that of sector " + Long.toUnsignedString(sector));
        }
        if (length == 0 || length > longest(grainBytes)) {
            throw malformed(grain, place, "it is marked as " + length + " bytes long");
        }
        if (length > fileLength - place - MARKER_BYTES) {
            throw cut(grain, place);
        }
        return MARKER_BYTES + length;
    }

    /** The most bytes that a packed grain takes. */
    static long longest(int grainBytes) {
        return 2L * grainBytes + SparseHeader.SECTOR;
    }

    private void unpack(long grain, long place, ByteBuffer into) throws IOException {
        int before = markers ? MARKER_BYTES : 0;
        if (place >= fileLength) {
            throw cut(grain, place);
        }
        int length = (int) (storedBytes(grain, place) - before);
        ByteBuffer stored = ByteBuffer.allocate(length);
        file.read(place + before, stored);
        stored.flip();
        try {
            unpack(unpacker, stored, into, (int) Math.min(grainBytes, size - grain * grainBytes));
        } catch (IOException e) {
            throw malformed(grain, place, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Fills {@code into}, which has room for just a grain. Of the last one some programs leave out what lies beyond the end of the
     * disk.
     *
     * @param needed bytes that lie on the disk
     * @throws IOException where the data is damaged, in words that say no more
     */
    static void unpack(DeflateUnpacker unpacker, ByteBuffer stored, ByteBuffer into, int needed) throws IOException {
        int start = into.position();
        int end = into.limit();
        try {
            unpacker.unpack(stored, into);
        } catch (IOException e) {
            if (start + needed == end) {
                throw e;
            }
            unpacker.unpack(stored, into.position(start).limit(start + needed));
            ZeroBytes.fill(into.limit(end));
        }
    }

    private DiskImageException cut(long grain, long place) {
        return new DiskImageException(
                Kind.TRUNCATED,
                file.path(),
                place,
                "grain " + grain + " reaches beyond the end of the file; copy it again from where it came from");
    }

    private DiskImageException malformed(long grain, long place, String what) {
        return new DiskImageException(
                Kind.MALFORMED, file.path(), place, "grain " + grain + " should lie here, but " + what);
    }
}
