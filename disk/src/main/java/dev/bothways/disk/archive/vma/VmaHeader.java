package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The header of an archive.
 *
 * <pre>
 * 0      VMA, NUL                       version, 4 bytes: 1
 * 8      UUID of the archive            16 bytes
 * 24     time of its making             8 bytes, seconds since 1970
 * 32     MD5 of the header              16 bytes, taken with zeros here
 * 48     place and length of the blobs  4 bytes each
 * 56     length of the header           4 bytes, with the blobs
 * 2044   names of configurations        4 bytes each, 256 times: places among the blobs
 * 3068   their contents                 likewise
 * 4096   devices                        32 bytes each, 256 times: place of the name (4), 4 unused, size (8), 16 unused
 * 12288  blobs                          each with its length in front, 2 bytes, little-endian; the first one begins at 1
 * </pre>
 *
 * All other numbers are big-endian.
 *
 * @param most how long the archive can be at most: each cluster of each device in an extent of its own
 */
record VmaHeader(
        UUID uuid,
        Instant created,
        int length,
        List<VmaConfiguration> configurations,
        List<VmaDevice> devices,
        long most) {
    static final int FIXED = 12_288;
    static final String MAGIC = "VMA\0";

    private static final int VERSION = 1;
    private static final int SECTOR = 512;
    private static final int TABLE = 256;
    private static final int SUM = 32;
    private static final int NAMES = 2044;
    private static final int CONTENTS = 3068;
    private static final int DEVICES = 4096;
    private static final int DEVICE = 32;
    /** Two blobs of 64 KiB for each configuration and one for each device are 48 MiB. */
    private static final int LARGEST = 64 << 20;
    /** The number of a cluster has 32 bits; half of that is 128 TiB. */
    private static final long LARGEST_DEVICE = (1L << 31) * VmaExtent.CLUSTER;

    VmaHeader {
        configurations = List.copyOf(configurations);
        devices = List.copyOf(devices);
    }

    /** Gives the first bytes of an archive, or fewer where it ends. */
    @FunctionalInterface
    interface Start {
        ByteBuffer first(int length) throws IOException;
    }

    static VmaHeader read(HostFile file) throws IOException {
        return read(file.path(), length -> {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, file.size()));
            file.read(0, bytes);
            return bytes.rewind();
        });
    }

    static VmaHeader read(Path path, Start start) throws IOException {
        ByteBuffer fixed = whole(path, start, FIXED);
        if (!isMagic(fixed)) {
            throw new DiskImageException(Kind.MALFORMED, path, "this is no VMA: it does not begin with VMA");
        }
        if (fixed.getInt(4) != VERSION) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "the archive is of version " + Integer.toUnsignedString(fixed.getInt(4)) + ", and only version "
                            + VERSION + " is read");
        }
        long length = Integer.toUnsignedLong(fixed.getInt(56));
        if (length < FIXED || length > LARGEST || length % SECTOR != 0) {
            throw new DiskImageException(Kind.MALFORMED, path, 56, "the header cannot have " + length + " bytes");
        }
        ByteBuffer header = whole(path, start, (int) length);
        if (!VmaSum.matches(header, SUM)) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    SUM,
                    "the header is damaged (its checksum differs); copy the archive again from where it came from");
        }
        ByteBuffer blobs = blobs(path, header);
        return new VmaHeader(
                new UUID(header.getLong(8), header.getLong(16)),
                created(path, header.getLong(24)),
                (int) length,
                configurations(path, header, blobs),
                devices(path, header, blobs),
                mostBytes(fixed));
    }

    static boolean isMagic(ByteBuffer bytes) {
        return bytes.capacity() >= MAGIC.length()
                && bytes.getInt(0)
                        == ByteBuffer.wrap(MAGIC.getBytes(StandardCharsets.ISO_8859_1))
                                .getInt();
    }

    /**
     * How long an archive can be at most, by its header.
     *
     * @param start the first {@link #FIXED} bytes, or what there is of them
     */
    static long mostBytes(ByteBuffer start) {
        if (start.capacity() < FIXED) {
            return start.capacity();
        }
        long most = Math.min(LARGEST, Integer.toUnsignedLong(start.getInt(56)));
        for (int i = 1; i < TABLE; i++) {
            long size = start.getLong(DEVICES + i * DEVICE + 8);
            if (size > 0 && size <= LARGEST_DEVICE) {
                most += Math.ceilDiv(size, VmaExtent.CLUSTER) * (VmaExtent.CLUSTER + VmaExtent.BYTES);
            }
        }
        return Math.max(most, FIXED);
    }

    private static ByteBuffer whole(Path path, Start start, int length) throws IOException {
        ByteBuffer bytes = start.first(length);
        if (bytes.capacity() < length) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    path,
                    "the archive ends within its header, which has at least " + length + " bytes");
        }
        return bytes;
    }

    private static Instant created(Path path, long seconds) throws DiskImageException {
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw new DiskImageException(Kind.MALFORMED, path, 24, "there is no such time: " + seconds);
        }
        return Instant.ofEpochSecond(seconds);
    }

    private static ByteBuffer blobs(Path path, ByteBuffer header) throws DiskImageException {
        long at = Integer.toUnsignedLong(header.getInt(48));
        long length = Integer.toUnsignedLong(header.getInt(52));
        if (at < FIXED || at + length > header.capacity()) {
            throw new DiskImageException(
                    Kind.MALFORMED, path, 48, "the blobs, " + length + " bytes at " + at + ", lie outside the header");
        }
        return header.slice((int) at, (int) length);
    }

    private static List<VmaConfiguration> configurations(Path path, ByteBuffer header, ByteBuffer blobs)
            throws DiskImageException {
        List<VmaConfiguration> configurations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < TABLE; i++) {
            int name = NAMES + i * Integer.BYTES;
            int content = CONTENTS + i * Integer.BYTES;
            if (header.getInt(name) == 0 && header.getInt(content) == 0) {
                continue;
            }
            VmaConfiguration read =
                    new VmaConfiguration(text(path, header, name, blobs), blob(path, header, content, blobs));
            if (!names.add(read.name())) {
                throw new DiskImageException(
                        Kind.MALFORMED, path, name, "there are two configurations called " + read.name());
            }
            configurations.add(read);
        }
        return configurations;
    }

    private static List<VmaDevice> devices(Path path, ByteBuffer header, ByteBuffer blobs) throws DiskImageException {
        List<VmaDevice> devices = new ArrayList<>();
        Set<String> names = new HashSet<>();
        // Number 0 marks what is not used in an extent.
        for (int i = 1; i < TABLE; i++) {
            int at = DEVICES + i * DEVICE;
            if (header.getInt(at) == 0) {
                continue;
            }
            String name = text(path, header, at, blobs);
            long size = header.getLong(at + 8);
            if (size <= 0 || size > LARGEST_DEVICE) {
                throw new DiskImageException(
                        Kind.MALFORMED,
                        path,
                        at + 8L,
                        "the device " + name + " cannot have " + Long.toUnsignedString(size) + " bytes");
            }
            if (!names.add(name)) {
                throw new DiskImageException(Kind.MALFORMED, path, at, "there are two devices called " + name);
            }
            devices.add(new VmaDevice(i, name, size));
        }
        return devices;
    }

    /** A blob that is a name: it ends with a NUL, and holds nothing that a terminal would obey. */
    private static String text(Path path, ByteBuffer header, int pointer, ByteBuffer blobs) throws DiskImageException {
        byte[] bytes = blob(path, header, pointer, blobs);
        int length = bytes.length > 0 && bytes[bytes.length - 1] == 0 ? bytes.length - 1 : bytes.length;
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        boolean plain = !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '\\');
        if (!plain) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    pointer,
                    "a name in the header is empty or holds other than plain characters");
        }
        return text;
    }

    private static byte[] blob(Path path, ByteBuffer header, int pointer, ByteBuffer blobs) throws DiskImageException {
        long at = Integer.toUnsignedLong(header.getInt(pointer));
        long start = at + Short.BYTES;
        long length = -1;
        if (at > 0 && start <= blobs.capacity()) {
            length = Short.toUnsignedInt(blobs.slice((int) at, Short.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getShort(0));
        }
        if (length < 0 || start + length > blobs.capacity()) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    pointer,
                    "the blob at " + at + " lies outside the " + blobs.capacity() + " bytes of blobs");
        }
        byte[] bytes = new byte[(int) length];
        blobs.get((int) start, bytes);
        return bytes;
    }
}
