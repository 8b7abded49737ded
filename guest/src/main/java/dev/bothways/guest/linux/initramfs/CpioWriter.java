package dev.bothways.guest.linux.initramfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a cpio archive of the form the kernel unpacks as an initramfs: {@code newc}, magic 070701, as
 * Documentation/driver-api/early-userspace/buffer-format.rst of the kernel lays it out. Every entry is root's, dated to the
 * epoch and numbered in the order of writing, so the same entries give the same bytes.
 *
 * <p>A header is 110 bytes of ASCII: the magic, then 13 numbers of 8 hexadecimal digits (inode, mode, user, group, links,
 * time, size, device major and minor, special major and minor, length of the name with its NUL, check sum). The name and
 * the content that follow are each padded with zeros to a multiple of four.
 */
final class CpioWriter {
    private static final int DIRECTORY = 0040755;
    private static final int REGULAR = 0100644;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int inode;

    /** Adds a directory. The kernel makes no parents of its own accord: they come first. */
    void directory(String path) {
        entry(path, DIRECTORY, 2, new byte[0]);
    }

    /** Adds a regular file. */
    void file(String path, byte[] content) {
        // With one link the kernel never looks the inode number up among earlier archives' hard links.
        entry(path, REGULAR, 1, content);
    }

    /** The archive with its end mark. Nothing may be added afterwards. */
    byte[] finish() {
        inode = -1;
        entry("TRAILER!!!", 0, 1, new byte[0]);
        return out.toByteArray();
    }

    private void entry(String path, int mode, int links, byte[] content) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        inode++;
        int[] fields = {inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, name.length + 1, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08X", field));
        }
        out.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(name);
        out.write(0);
        pad();
        out.writeBytes(content);
        pad();
    }

    private void pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
    }
}
