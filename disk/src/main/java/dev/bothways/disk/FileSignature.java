package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The first 4096 and the last 1024 bytes of a file: what tells its format. Shorter files give what they have. */
final class FileSignature {
    static final int HEAD = 4096;
    private static final int TAIL = 1024;

    /** What is not a disk image that we read, and must not be taken for a raw one. */
    private record Foreign(String name, Predicate<FileSignature> mark) {}

    private static final List<Foreign> FOREIGN = List.of(
            new Foreign("an encrypted Apple disk image", s -> s.startsWith("encrcdsa") || s.endsWith("cdsaencr", 8)),
            new Foreign("an Apple sparse image", s -> s.startsWith("sprs")),
            new Foreign("a cloop image of another version than 2", s -> s.startsWith("#!/bin/sh\n#V")),
            new Foreign(
                    "a VMA, a backup of Proxmox VE (disk info lists its disks, each named as ARCHIVE/DISK)",
                    s -> s.startsWith("VMA\0\0\0\0\u0001")),
            new Foreign("compressed with gzip", s -> s.startsWith("\u001f\u008b\u0008")),
            new Foreign("compressed with lzop", s -> s.startsWith("\u0089LZO\0\r\n")),
            new Foreign("compressed with xz", s -> s.startsWith("\u00fd7zXZ\0")),
            new Foreign("compressed with zstd", s -> s.startsWith("(\u00b5/\u00fd")),
            new Foreign("compressed with bzip2", s -> s.startsWith("BZh") && s.holds(4, "1AY&SY")),
            new Foreign(
                    "a tar archive (perhaps an OVA or XVA; disk info lists its disks; one is named as ARCHIVE/MEMBER)",
                    s -> s.holds(257, "ustar")),
            new Foreign("a zip archive", s -> s.startsWith("PK\u0003\u0004")));

    private final byte[] head;
    private final byte[] tail;

    private FileSignature(byte[] head, byte[] tail) {
        this.head = head;
        this.tail = tail;
    }

    static FileSignature of(HostFile file) throws IOException {
        long size = file.size();
        return new FileSignature(bytes(file, 0, (int) Math.min(HEAD, size)), bytes(file, Math.max(0, size - TAIL), (int)
                Math.min(TAIL, size)));
    }

    /** Of a file of which only the beginning is known. */
    static FileSignature ofBeginning(byte[] beginning) {
        return new FileSignature(beginning, new byte[0]);
    }

    private static byte[] bytes(HostFile file, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.read(position, ByteBuffer.wrap(bytes));
        return bytes;
    }

    boolean startsWith(String mark) {
        return holds(0, mark);
    }

    /** Whether the first line that is not blank begins with {@code mark}, in any case of letters. */
    boolean startsWithLine(String mark) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String begun = text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text;
        return begun.stripLeading().regionMatches(true, 0, mark, 0, mark.length());
    }

    /** Whether the file is a text in whose beginning {@code word} stands. */
    boolean headContains(String word) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return (text.startsWith("<") || text.startsWith("\u00ef\u00bb\u00bf<")) && text.contains(word);
    }

    /** Whether the characters of {@code mark}, a byte each, stand at {@code offset}. */
    boolean holds(int offset, String mark) {
        return holds(head, offset, mark);
    }

    /** Whether {@code mark} stands {@code back} bytes before the end. */
    boolean endsWith(String mark, int back) {
        return holds(tail, tail.length - back, mark);
    }

    private static boolean holds(byte[] bytes, int offset, String mark) {
        byte[] expected = mark.getBytes(StandardCharsets.ISO_8859_1);
        return offset >= 0
                && offset + expected.length <= bytes.length
                && Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }

    /** The encoding of the file, if it is text. */
    Optional<Charset> textEncoding() {
        return TextEncoding.of(head);
    }

    /** What the file is, in words, if it is something we know and do not read. */
    Optional<String> foreign() {
        return FOREIGN.stream()
                .filter(foreign -> foreign.mark.test(this))
                .map(Foreign::name)
                .findFirst();
    }
}
