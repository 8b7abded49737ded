package dev.bothways.disk;

import dev.bothways.disk.format.HostileImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a fuzzer that follows the code's branches runs: {@code testing/fuzz.sh}. It is given a sound image, and chooses the damage.
 * An input is a list of changes, each of
 *
 * <pre>
 * 0  bits 0-1: where (0 the first 4 KiB, 1 the first 512 KiB, 2 the last 4 KiB, 3 anywhere); bits 2-4: how many bytes, less one;
 *    bit 5: cut the image there in place of it
 * 1  the place there, 3 bytes, big-endian
 * 4  the bytes
 * </pre>
 *
 * <p>Checksums that would let nothing past the first look are made to fit again.
 */
public final class FuzzedImage {
    private static final int HEAD = 4096;
    private static final int TABLES = 512 << 10;
    private static final int CHANGE = 4;

    private static Optional<FuzzedImage> fuzzed = Optional.empty();

    private final HostileImage image;
    private final DiskFormat format;

    /** Takes a sound image, which is overwritten again and again. */
    FuzzedImage(Path path, DiskFormat format) throws IOException {
        this.image = new HostileImage(path, format);
        this.format = format;
    }

    /** What the fuzzer calls first. The one argument is a sound image; a copy of it is damaged. */
    public static void fuzzerInitialize(String[] arguments) throws IOException {
        Path sample = Path.of(arguments[0]);
        Path copy = Files.createTempDirectory("fuzz").resolve(sample.getFileName());
        Files.copy(sample, copy);
        fuzzed = Optional.of(new FuzzedImage(copy, DiskImages.formatOf(copy)));
    }

    /** What the fuzzer calls with each input. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        FuzzedImage target = fuzzed.orElseThrow();
        target.image.survivesUnmeasured(target.damaged(ByteBuffer.wrap(input)));
    }

    void survives(byte[] input, String description) throws IOException {
        image.survives(damaged(ByteBuffer.wrap(input)), description);
    }

    private byte[] damaged(ByteBuffer changes) {
        ByteBuffer bytes = ByteBuffer.wrap(image.part(0, image.length()));
        while (changes.remaining() > CHANGE) {
            int control = changes.get();
            int place = ((changes.get() & 0xff) << 16) | (changes.getShort() & 0xffff);
            int at = place(control & 3, place);
            if ((control & 0x20) != 0) {
                bytes.limit(Math.min(bytes.limit(), at));
                continue;
            }
            int count = Math.min(((control >>> 2) & 7) + 1, changes.remaining());
            int there = Math.clamp(bytes.limit() - at, 0, count);
            if (there > 0) {
                bytes.put(at, changes, changes.position(), there);
            }
            changes.position(changes.position() + count);
        }
        if (bytes.limit() == bytes.capacity()) {
            seal(bytes);
        }
        byte[] left = new byte[bytes.limit()];
        bytes.get(0, left);
        return left;
    }

    private int place(int where, int place) {
        int length = image.length();
        return switch (where) {
            case 0 -> place % Math.min(length, HEAD);
            case 1 -> place % Math.min(length, TABLES);
            case 2 -> length - 1 - place % Math.min(length, HEAD);
            default -> (int) (((long) place * length) >>> 24);
        };
    }

    private void seal(ByteBuffer image) {
        if (format == DiskFormat.VHD) {
            sealVhd(image.slice(image.capacity() - 512, 512), 64);
            if (image.getLong(0) == image.getLong(image.capacity() - 512)) {
                sealVhd(image.slice(0, 512), 64);
                sealVhd(image.slice(512, 1024), 36);
            }
        } else if (format == DiskFormat.VHDX) {
            sealVhdx(image.slice(64 << 10, 4096));
            sealVhdx(image.slice(128 << 10, 4096));
            sealVhdx(image.slice(192 << 10, 64 << 10));
            sealVhdx(image.slice(256 << 10, 64 << 10));
        }
    }

    /** The complement of the sum of all bytes but those of the sum itself. */
    private static void sealVhd(ByteBuffer structure, int at) {
        int sum = 0;
        structure.putInt(at, 0);
        for (int i = 0; i < structure.capacity(); i++) {
            sum += structure.get(i) & 0xff;
        }
        structure.putInt(at, ~sum);
    }

    private static void sealVhdx(ByteBuffer structure) {
        structure.putInt(4, 0);
        CRC32C crc = new CRC32C();
        crc.update(structure.duplicate());
        structure.order(ByteOrder.LITTLE_ENDIAN).putInt(4, (int) crc.getValue());
    }
}
