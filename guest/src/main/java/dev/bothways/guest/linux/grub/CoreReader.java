package dev.bothways.guest.linux.grub;

import dev.bothways.disk.VirtualDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what is built into the GRUB 2 of a disk. Everything on the disk is hostile: lengths are capped by what a BIOS can load, and
 * whatever does not fit together is no core image.
 */
final class CoreReader {
    /** As much as fits below the BIOS' memory; an image with codes to repair it fills that. */
    private static final int MOST_SECTORS = 0x78000 / CoreImage.SECTOR;

    private static final int LARGEST_PAYLOAD = 4 << 20;
    private static final int SHORTEST_DECOMPRESSOR = 32;
    private static final int LONGEST_DECOMPRESSOR = 0x9000 - 0x8200;
    /** Enough to find out that something is not compressed data. */
    private static final int SAMPLE = 2048;

    private static final int MOST_ATTEMPTS = 16;

    private final VirtualDisk disk;

    CoreReader(VirtualDisk disk) {
        this.disk = disk;
    }

    Optional<BootCode.Core> read(byte[] bootSector) throws IOException {
        long first = ByteBuffer.wrap(bootSector).order(ByteOrder.LITTLE_ENDIAN).getLong(BootSector.CORE_SECTOR);
        byte[] image = loaded(first);
        if (image.length < LONGEST_DECOMPRESSOR || image[0] != CoreImage.FAR_JUMP) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int compressed = fields.getInt(CoreImage.COMPRESSED_SIZE);
        int length = fields.getInt(CoreImage.DECOMPRESSED_SIZE);
        if (compressed < 1 || compressed > image.length || length < SAMPLE || length > LARGEST_PAYLOAD) {
            return Optional.empty();
        }
        // Nothing says where the decompressor ends. LZMA always begins with a zero byte, and only the right one leads
        // to the area
        // of the modules.
        int attempts = 0;
        int end = Math.min(LONGEST_DECOMPRESSOR, image.length - compressed);
        for (int at = SHORTEST_DECOMPRESSOR; at <= end && attempts < MOST_ATTEMPTS; at++) {
            byte[] data = image[at] == 0 ? Arrays.copyOfRange(image, at, at + compressed) : new byte[0];
            if (data.length > 0 && decompressed(data, length, SAMPLE).isPresent()) {
                attempts++;
                Optional<BootCode.Core> core =
                        decompressed(data, length, length).flatMap(CoreReader::parse);
                if (core.isPresent()) {
                    return core;
                }
            }
        }
        return Optional.empty();
    }

    /** What the first sector of the core image would load: runs of sectors, listed from its end towards its start. */
    private byte[] loaded(long first) throws IOException {
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        if (!onDisk(first, 1)) {
            return new byte[0];
        }
        ByteBuffer list = sectors(first, 1);
        int sectors = 0;
        for (int at = CoreImage.BLOCK_LIST; at >= 0; at -= 12) {
            long start = list.getLong(at);
            int count = Short.toUnsignedInt(list.getShort(at + 8));
            if (count == 0) {
                break;
            }
            sectors += count;
            if (sectors > MOST_SECTORS || !onDisk(start, count)) {
                return new byte[0];
            }
            byte[] run = new byte[count * CoreImage.SECTOR];
            sectors(start, count).get(0, run);
            loaded.writeBytes(run);
        }
        return loaded.toByteArray();
    }

    private boolean onDisk(long first, int count) {
        return first > 0 && first <= disk.size() / CoreImage.SECTOR - count;
    }

    private ByteBuffer sectors(long first, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * CoreImage.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(first * CoreImage.SECTOR, bytes);
        return bytes.flip();
    }

    /** The first {@code wanted} of {@code length} bytes that this decompresses to; empty where it is not compressed. */
    private static Optional<byte[]> decompressed(byte[] data, int length, int wanted) {
        try {
            return Optional.of(CoreImage.decompress(data, length, wanted));
        } catch (IOException notCompressed) {
            return Optional.empty();
        }
    }

    /** The prefix and configuration in the area of the modules, which ends where the payload ends. */
    private static Optional<BootCode.Core> parse(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + ModuleArea.HEADER <= payload.length; at++) {
            if (bytes.getInt(at) == ModuleArea.MAGIC
                    && bytes.getInt(at + 4) == ModuleArea.HEADER
                    && bytes.getInt(at + 8) == payload.length - at) {
                return parseObjects(bytes, at + ModuleArea.HEADER);
            }
        }
        return Optional.empty();
    }

    private static Optional<BootCode.Core> parseObjects(ByteBuffer bytes, int start) {
        Optional<String> prefix = Optional.empty();
        String configuration = "";
        int at = start;
        while (at <= bytes.capacity() - ModuleArea.OBJECT_HEADER) {
            int length = bytes.getInt(at + 4);
            if (length < ModuleArea.OBJECT_HEADER || length > bytes.capacity() - at) {
                return Optional.empty();
            }
            switch (bytes.getInt(at)) {
                case ModuleArea.PREFIX -> prefix = Optional.of(text(bytes, at, length));
                case ModuleArea.CONFIGURATION -> configuration = text(bytes, at, length);
                default -> {}
            }
            at += length;
        }
        String commands = configuration;
        return prefix.map(found -> new BootCode.Core(found, commands));
    }

    private static String text(ByteBuffer bytes, int object, int length) {
        byte[] text = new byte[length - ModuleArea.OBJECT_HEADER];
        bytes.get(object + ModuleArea.OBJECT_HEADER, text);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
