package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A state of the disk that is kept inside of the image.
 *
 * @param l1Offset where its table of tables lies
 * @param l1Entries how many entries that has, unsigned
 * @param size of the disk then, in bytes
 * @param stateBytes of the machine's memory and devices that are kept with it
 */
record Qcow2Snapshot(String id, String name, long l1Offset, int l1Entries, long size, long stateBytes) {
    private static final int MOST = 65536;
    private static final int FIXED_BYTES = 40;
    private static final int MOST_EXTRA = 1024;
    private static final long MOST_BYTES = 16 << 20;

    /** What the table of snapshots says, and where it ends. */
    record Table(List<Qcow2Snapshot> snapshots, long end) {}

    static Table readAll(HostFile file, Qcow2Header header) throws IOException {
        int count = header.snapshotCount();
        if (count == 0) {
            return new Table(List.of(), 0);
        }
        if (count < 0 || count > MOST) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    "it is said to hold %s snapshots; 65536 is the most".formatted(Integer.toUnsignedString(count)));
        }
        long at = header.snapshotsOffset();
        if (at % header.clusterBytes() != 0) {
            throw malformed(file, at, "the table of snapshots does not begin at a whole cluster");
        }
        List<Qcow2Snapshot> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (at - header.snapshotsOffset() > MOST_BYTES) {
                throw malformed(file, at, "the table of snapshots is longer than 16 MiB");
            }
            ByteBuffer fixed = part(file, at, FIXED_BYTES);
            int idBytes = Short.toUnsignedInt(fixed.getShort(12));
            int nameBytes = Short.toUnsignedInt(fixed.getShort(14));
            int extra = fixed.getInt(36);
            if (extra < 0 || extra > MOST_EXTRA) {
                throw malformed(file, at, "snapshot " + i + " has more extra data than the format allows");
            }
            ByteBuffer rest = part(file, at + FIXED_BYTES, extra + idBytes + nameBytes);
            found.add(new Qcow2Snapshot(
                    text(rest, extra, idBytes),
                    text(rest, extra + idBytes, nameBytes),
                    fixed.getLong(0),
                    fixed.getInt(8),
                    extra >= 16 ? rest.getLong(8) : header.size(),
                    extra >= 8 ? rest.getLong(0) : Integer.toUnsignedLong(fixed.getInt(32))));
            at += (FIXED_BYTES + extra + idBytes + nameBytes + 7L) / 8 * 8;
        }
        return new Table(List.copyOf(found), at);
    }

    private static ByteBuffer part(HostFile file, long at, int length) throws IOException {
        if (at < 0 || at > file.size() - length) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the table of snapshots does not lie in the file; copy it again from where it came from");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(at, bytes);
        return bytes;
    }

    private static DiskImageException malformed(HostFile file, long at, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), at, message);
    }

    private static String text(ByteBuffer bytes, int at, int length) {
        return StandardCharsets.UTF_8.decode(bytes.slice(at, length)).toString();
    }
}
