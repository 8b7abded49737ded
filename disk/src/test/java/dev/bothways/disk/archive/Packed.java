package dev.bothways.disk.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar archive made by hand, with members of any sort. */
public final class Packed {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Packed file(String name, byte[] content) {
        return member(name, '0', content);
    }

    Packed member(String name, char type, byte[] content) {
        out.writeBytes(header(name, content.length, type));
        out.writeBytes(Arrays.copyOf(content, Math.ceilDiv(content.length, 512) * 512));
        return this;
    }

    public byte[] bytes() {
        byte[] all = out.toByteArray();
        return Arrays.copyOf(all, all.length + 1024);
    }

    static byte[] header(String name, long size, char type) {
        byte[] block = new byte[512];
        ByteBuffer.wrap(block)
                .put(0, name.getBytes(StandardCharsets.UTF_8))
                .put(124, "%011o".formatted(size).getBytes(StandardCharsets.US_ASCII))
                .put(156, (byte) type)
                .put(257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        sum(block);
        return block;
    }

    /** Makes the checksum of the header at the beginning right. */
    static void sum(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += block[i] & 0xff;
        }
        ByteBuffer.wrap(block).put(148, "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII));
    }
}
