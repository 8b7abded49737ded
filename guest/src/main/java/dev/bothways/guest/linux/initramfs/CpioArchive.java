package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.linux.compression.CountedInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A cpio archive in the "new ASCII" format, with or without checksums ({@code 070701}, {@code 070702}), read from a stream. A header
 * is 110 characters: the magic number and 13 numbers of eight hexadecimal digits; name and content are padded to multiples of
 * four bytes counted from the start of the archive. Linux: Documentation/driver-api/early-userspace/buffer-format.rst.
 */
final class CpioArchive {
    static final int MAGIC_BYTES = 6;
    private static final int HEADER = 110;

    /** The kernel's own bound, PATH_MAX. */
    private static final int LONGEST_NAME = 4096;

    private static final String END = "TRAILER!!!";

    private final CountedInput in;
    private final long start;
    private long contentLeft;
    private boolean ended;

    /** The archive that begins at {@code in}'s position. */
    CpioArchive(CountedInput in) {
        this.in = in;
        this.start = in.position();
    }

    static boolean begins(byte[] head) {
        return head.length >= MAGIC_BYTES
                && new String(head, 0, 5, StandardCharsets.ISO_8859_1).equals("07070")
                && (head[5] == '1' || head[5] == '2');
    }

    /** The next file; empty at the trailer. Content of the one before that was not read is passed over. */
    Optional<CpioEntry> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        skip(contentLeft);
        contentLeft = 0;
        pad();
        byte[] header = in.readNBytes(HEADER);
        if (header.length == 0) {
            throw new EOFException("the cpio archive has no trailer");
        }
        if (header.length < HEADER) {
            throw new EOFException("a cpio header is cut short");
        }
        if (!begins(header)) {
            throw new IOException(
                    "no cpio header at byte " + (in.position() - HEADER - start) + " of the unpacked archive");
        }
        long nameLength = number(header, 11);
        if (nameLength == 0 || nameLength > LONGEST_NAME) {
            throw new IOException("a cpio header gives a name of " + nameLength + " bytes");
        }
        byte[] name = in.take((int) nameLength);
        pad();
        contentLeft = number(header, 6);
        int length = name.length;
        while (length > 0 && name[length - 1] == 0) {
            length--;
        }
        String text = new String(name, 0, length, StandardCharsets.UTF_8);
        if (text.equals(END)) {
            skip(contentLeft);
            pad();
            ended = true;
            return Optional.empty();
        }
        return Optional.of(new CpioEntry(relative(text), (int) number(header, 1), contentLeft));
    }

    /** The content of the file that {@link #next} gave last, which must not be longer than {@code limit} bytes. */
    byte[] content(int limit) throws IOException {
        if (contentLeft > limit) {
            throw new IOException("a file in the archive is " + contentLeft + " bytes long");
        }
        byte[] content = in.take((int) contentLeft);
        contentLeft = 0;
        return content;
    }

    private static String relative(String name) {
        int at = 0;
        while (name.startsWith("./", at) || name.startsWith("/", at)) {
            at += name.charAt(at) == '/' ? 1 : 2;
        }
        return name.substring(at);
    }

    private void pad() throws IOException {
        long odd = (in.position() - start) & 3;
        if (odd != 0) {
            skip(4 - odd);
        }
    }

    private void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            long skipped = in.skip(left);
            if (skipped <= 0) {
                throw new EOFException("the cpio archive is cut short");
            }
            left -= skipped;
        }
    }

    /** The number in the header's field {@code index}: eight hexadecimal digits. */
    private static long number(byte[] header, int index) throws IOException {
        long value = 0;
        for (int i = 6 + index * 8; i < 14 + index * 8; i++) {
            int digit = Character.digit(header[i], 16);
            if (digit < 0) {
                throw new IOException("a cpio header holds a number that is none");
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
