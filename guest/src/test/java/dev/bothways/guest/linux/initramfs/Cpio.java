package dev.bothways.guest.linux.initramfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes cpio archives for tests. */
public final class Cpio {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Cpio file(String name, String content) {
        return entry(name, 0100644, content.getBytes(StandardCharsets.UTF_8));
    }

    public Cpio directory(String name) {
        return entry(name, 0040755, new byte[0]);
    }

    private Cpio entry(String name, int mode, byte[] content) {
        byte[] bytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
        out.writeBytes(String.format(
                        "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
                        out.size(), mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, bytes.length, 0)
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        pad(4);
        out.writeBytes(content);
        pad(4);
        return this;
    }

    /** The archive with its trailer. */
    public byte[] done() {
        entry("TRAILER!!!", 0, new byte[0]);
        return out.toByteArray();
    }

    private void pad(int unit) {
        while (out.size() % unit != 0) {
            out.write(0);
        }
    }
}
