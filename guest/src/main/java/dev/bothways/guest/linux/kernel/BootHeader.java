package dev.bothways.guest.linux.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The setup header of an x86 kernel image (Linux: Documentation/arch/x86/boot.rst). All numbers are little endian.
 *
 * <pre>
 * 0x1f1  1  setup_sects       sectors of 512 bytes before the protected-mode code, less one; 0 means 4
 * 0x202  4  magic             "HdrS"
 * 0x206  2  version           of the boot protocol
 * 0x20e  2  kernel_version    offset, less 0x200, of a text that begins with the release
 * 0x248  4  payload_offset    of the compressed kernel, from the protected-mode code on; since protocol 2.08
 * 0x24c  4  payload_length    in bytes
 * </pre>
 *
 * @param version text that the image gives for itself: {@code 6.1.0-50-amd64 (debian-kernel@...) #1 SMP ...}; may be empty
 * @param payloadOffset where the compressed kernel begins in the file, in bytes; 0 where the image does not tell
 * @param payloadLength in bytes
 */
record BootHeader(String version, long payloadOffset, long payloadLength) {
    /** As many bytes as hold the header and, in every kernel so far, the version. */
    static final int HEAD = 64 << 10;

    private static final int LONGEST_VERSION = 256;

    /** The header in the first {@link #HEAD} bytes of a file; empty where it is no such image. */
    static Optional<BootHeader> read(byte[] head) {
        if (head.length < 0x250 || !new String(head, 0x202, 4, StandardCharsets.ISO_8859_1).equals("HdrS")) {
            return Optional.empty();
        }
        int sectors = head[0x1f1] == 0 ? 4 : head[0x1f1] & 0xff;
        boolean payload = LittleEndian.u16(head, 0x206) >= 0x208;
        long start = (sectors + 1) * 512L;
        return Optional.of(new BootHeader(
                version(head),
                payload ? start + LittleEndian.u32(head, 0x248) : 0,
                payload ? LittleEndian.u32(head, 0x24c) : 0));
    }

    /** The release, the first word of the version, where it looks like one. */
    Optional<String> release() {
        String first = version.split(" ", 2)[0];
        return first.matches("[0-9]+\\.[0-9][A-Za-z0-9._+~-]*") ? Optional.of(first) : Optional.empty();
    }

    private static String version(byte[] head) {
        int at = LittleEndian.u16(head, 0x20e);
        if (at == 0 || at + 0x200 >= head.length) {
            return "";
        }
        int start = at + 0x200;
        int end = start;
        while (end < head.length && end - start < LONGEST_VERSION && head[end] != 0) {
            end++;
        }
        return new String(head, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
