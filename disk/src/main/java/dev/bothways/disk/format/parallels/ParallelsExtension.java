package dev.bothways.disk.format.parallels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The extension of an image: one cluster of features, of which bitmaps of what changed since a backup are the only known kind.
 * They say nothing of the guest's data, so they are named and not read.
 *
 * @param features in words
 * @param fault what is wrong with it, if anything is
 */
record ParallelsExtension(List<String> features, Optional<String> fault) {
    private static final long MAGIC = 0xAB234CEF23DCEA87L;
    private static final long DIRTY_BITMAP = 0x20385FAE252CB34AL;
    private static final int HEADER_BYTES = 24;
    private static final int CHECKSUM_BYTES = 16;
    private static final int MOST_FEATURES = 100;
    /** Larger clusters are not looked through. */
    private static final long MOST_BYTES = 16 << 20;

    /** The extension of an image; empty where it has none. */
    static Optional<ParallelsExtension> of(ParallelsStructure structure) throws IOException {
        long sector = structure.header().extensionSector();
        // Programs that do not know of extensions leave another mark when they close an image, and what they left is
        // old.
        if (sector == 0 || structure.header().inUse() != ParallelsHeader.CLOSED) {
            return Optional.empty();
        }
        long bytes = structure.header().clusterBytes();
        long at = sector * ParallelsHeader.SECTOR_BYTES;
        if (sector < 0 || at < structure.dataOffset() || at > structure.fileLength() - bytes || bytes > MOST_BYTES) {
            return Optional.of(faulty("the extension does not lie in the file"));
        }
        ByteBuffer in = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        structure.file().read(at, in);
        if (bytes < HEADER_BYTES || in.getLong(0) != MAGIC) {
            return Optional.of(faulty("there is no extension where it should be"));
        }
        if (!checksumHolds(in)) {
            return Optional.of(faulty("the extension's checksum does not hold"));
        }
        return Optional.of(features(in));
    }

    private static ParallelsExtension faulty(String message) {
        return new ParallelsExtension(List.of(), Optional.of(message));
    }

    private static boolean checksumHolds(ByteBuffer in) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(in.slice(HEADER_BYTES, in.capacity() - HEADER_BYTES));
            byte[] wanted = new byte[CHECKSUM_BYTES];
            in.get(Long.BYTES, wanted);
            return Arrays.equals(digest.digest(), wanted);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ParallelsExtension features(ByteBuffer in) {
        List<String> found = new ArrayList<>();
        int at = HEADER_BYTES;
        while (at <= in.capacity() - HEADER_BYTES && found.size() < MOST_FEATURES) {
            long magic = in.getLong(at);
            int size = in.getInt(at + 16);
            if (magic == 0) {
                break;
            }
            if (size < 0 || size > in.capacity() - HEADER_BYTES - at) {
                return new ParallelsExtension(
                        List.copyOf(found), Optional.of("a feature reaches beyond the extension"));
            }
            found.add(magic == DIRTY_BITMAP ? "dirty bitmap" : "unknown feature %#x".formatted(magic));
            at += HEADER_BYTES + Math.ceilDiv(size, 8) * 8;
        }
        return new ParallelsExtension(List.copyOf(found), Optional.empty());
    }
}
