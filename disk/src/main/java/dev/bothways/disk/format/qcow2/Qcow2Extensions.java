package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The extensions behind the header, by their kind. Unknown ones can be ignored, says the specification; of a kind that comes
 * twice the last counts.
 */
record Qcow2Extensions(Map<Integer, ByteBuffer> byKind) {
    static final int END = 0;
    static final int BACKING_FORMAT = 0xe2792aca;
    static final int FEATURE_NAMES = 0x6803f857;
    static final int BITMAPS = 0x23852875;
    static final int ENCRYPTION = 0x0537be77;
    static final int DATA_FILE = 0x44415441;

    static final int FEATURE_BYTES = 48;
    private static final int RANGE_BYTES = 16;
    private static final int BITMAPS_BYTES = 24;

    Qcow2Extensions {
        byKind = Collections.unmodifiableMap(new LinkedHashMap<>(byKind));
    }

    /** A range of the file that an extension points to, in bytes, as unsigned as the file says it. */
    record Range(long offset, long length) {}

    /** Reads what stands between the header and the parent's name, or the end of the first cluster. */
    static Qcow2Extensions read(HostFile file, Qcow2Header header) throws IOException {
        long end = Math.min(file.size(), header.clusterBytes());
        if (header.backingOffset() > 0) {
            end = Math.min(end, header.backingOffset());
        }
        Map<Integer, ByteBuffer> found = new LinkedHashMap<>();
        int start = header.headerBytes();
        if (end <= start) {
            return new Qcow2Extensions(found);
        }
        ByteBuffer area = ByteBuffer.allocate((int) (end - start));
        file.read(start, area);
        area.flip();
        while (area.remaining() >= 8) {
            int at = start + area.position();
            int kind = area.getInt();
            int length = area.getInt();
            if (kind == END) {
                break;
            }
            if (length < 0 || length > area.remaining()) {
                throw new DiskImageException(
                        Kind.MALFORMED,
                        file.path(),
                        at,
                        "the header extension %08x is said to have %s bytes, more than there is room for"
                                .formatted(kind, Integer.toUnsignedString(length)));
            }
            found.put(kind, area.slice(area.position(), length).asReadOnlyBuffer());
            area.position(Math.min(area.limit(), area.position() + (length + 7) / 8 * 8));
        }
        return new Qcow2Extensions(found);
    }

    private Optional<ByteBuffer> data(int kind, int atLeast) {
        return Optional.ofNullable(byKind.get(kind)).filter(data -> data.capacity() >= atLeast);
    }

    private Optional<String> text(int kind) {
        return data(kind, 1)
                .map(data -> StandardCharsets.UTF_8
                        .decode(data.duplicate())
                        .toString()
                        .replaceAll("\0+$", ""));
    }

    /** The format of the parent, in QEMU's word. */
    Optional<String> backingFormat() {
        return text(BACKING_FORMAT).filter(name -> !name.isEmpty());
    }

    /** The name of the file that holds the guest's data. */
    Optional<String> dataFile() {
        return text(DATA_FILE);
    }

    /** Where the header of the encryption lies. */
    Optional<Range> encryption() {
        return data(ENCRYPTION, RANGE_BYTES).map(data -> new Range(data.getLong(0), data.getLong(8)));
    }

    /** Where the directory of bitmaps lies. */
    Optional<Range> bitmapDirectory() {
        return data(BITMAPS, BITMAPS_BYTES).map(data -> new Range(data.getLong(16), data.getLong(8)));
    }

    /** How many bitmaps there are. */
    long bitmapCount() {
        return data(BITMAPS, BITMAPS_BYTES)
                .map(data -> Integer.toUnsignedLong(data.getInt(0)))
                .orElse(0L);
    }

    /** The name of an incompatible feature, if the image gives it one. */
    Optional<String> featureName(int bit) {
        Optional<ByteBuffer> table = data(FEATURE_NAMES, FEATURE_BYTES);
        if (table.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer names = table.get();
        for (int at = 0; at + FEATURE_BYTES <= names.capacity(); at += FEATURE_BYTES) {
            if (names.get(at) == 0 && names.get(at + 1) == bit) {
                byte[] name = new byte[FEATURE_BYTES - 2];
                names.get(at + 2, name);
                String text = new String(name, StandardCharsets.UTF_8);
                int end = text.indexOf('\0');
                return Optional.of(end < 0 ? text : text.substring(0, end));
            }
        }
        return Optional.empty();
    }
}
