package dev.bothways.disk.format;

import dev.bothways.disk.Extent;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** What the tests of formats do with disks: digests of what the guest sees, plain copies, random contents. */
public final class Disks {
    private static final int CHUNK = 1 << 20;

    private Disks() {}

    /** SHA-256 of all bytes, read straight through. */
    public static String sha256(VirtualDisk disk) {
        MessageDigest digest = newSha256();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        try {
            for (long at = 0; at < disk.size(); at += CHUNK) {
                chunk.clear().limit((int) Math.min(CHUNK, disk.size() - at));
                disk.read(at, chunk);
                digest.update(chunk.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of the whole file. */
    public static String sha256(Path file) throws IOException {
        return HexFormat.of().formatHex(newSha256().digest(Files.readAllBytes(file)));
    }

    /** SHA-256 over index and bytes of each MiB that is not all zeros; only extents of data are read. */
    public static String sparseDigest(VirtualDisk disk) throws IOException {
        MessageDigest digest = newSha256();
        byte[] zeros = new byte[CHUNK];
        long next = 0;
        VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
        while (extents.hasNext()) {
            Extent extent = extents.next();
            if (extent instanceof Extent.Zero) {
                continue;
            }
            for (long index = Math.max(next, extent.offset() / CHUNK); index * CHUNK < extent.end(); index++) {
                ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, disk.size() - index * CHUNK));
                disk.read(index * CHUNK, chunk);
                if (!Arrays.equals(chunk.array(), 0, chunk.capacity(), zeros, 0, chunk.capacity())) {
                    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, index));
                    digest.update(chunk.flip());
                }
                next = index + 1;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Copies the data extents of a disk into a new image, in steps of {@code step} bytes, and finishes it. */
    public static void copy(VirtualDisk from, ImageWriter to, int step) throws IOException {
        VirtualDisk.ExtentIterator extents = from.extents(0, from.size());
        while (extents.hasNext()) {
            Extent extent = extents.next();
            if (extent instanceof Extent.Zero) {
                continue;
            }
            for (long at = extent.offset(); at < extent.end(); at += step) {
                place(from, to, at, Math.min(step, extent.end() - at));
            }
        }
        to.finish();
    }

    private static void place(VirtualDisk from, ImageWriter to, long at, long length) throws IOException {
        for (ImageWriter.Place place : to.place(at, length)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) place.length());
            from.read(place.offset(), bytes);
            place.file().write(place.fileOffset(), bytes.flip());
        }
    }

    /** Places a range in a new image, and fills it with ones. */
    public static void fill(ImageWriter to, long offset, int length) throws IOException {
        for (ImageWriter.Place place : to.place(offset, length)) {
            byte[] ones = new byte[(int) place.length()];
            Arrays.fill(ones, (byte) 1);
            place.file().write(place.fileOffset(), ByteBuffer.wrap(ones));
        }
    }

    /** Writes a raw file of {@code size} bytes with some random runs, aligned to {@code alignment}, and holes. */
    public static void randomRaw(Path path, long size, Random random, int alignment) throws IOException {
        try (HostFile file = HostFile.create(path)) {
            file.write(size - 1, ByteBuffer.allocate(1));
            int runs = 1 + random.nextInt(20);
            for (int i = 0; i < runs; i++) {
                long offset = random.nextLong(size) / alignment * alignment;
                int length = (int) Math.min(size - offset, 1L + random.nextInt(3 << 20));
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                file.write(offset, ByteBuffer.wrap(bytes));
            }
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
