package dev.bothways.guest.linux.kernel;

import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.CountedInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ELF notes by which a kernel tells Xen how to start it (Xen: public/elfnote.h). They lie in the {@code PT_NOTE} segments of the
 * vmlinux inside the image, so the image's payload is decompressed up to the last of them, as a stream.
 *
 * @param pv whether there is an entry for paravirtual guests ({@code XEN_ELFNOTE_ENTRY}, 1)
 * @param pvh whether there is one for PVH guests ({@code XEN_ELFNOTE_PHYS32_ENTRY}, 18)
 */
record XenNotes(boolean pv, boolean pvh) {
    private static final int ENTRY = 1;
    private static final int PHYS32_ENTRY = 18;
    private static final int PROGRAM_HEADER_NOTE = 4;
    private static final int MOST_PROGRAM_HEADERS = 64;
    private static final long LONGEST_NOTES = 1 << 20;

    /** No vmlinux is larger before its notes; stops a decompression bomb. */
    private static final long FARTHEST_NOTES = 512L << 20;

    private record Segment(long offset, long size) {}

    /**
     * The notes of a kernel image: a bzImage, a compressed vmlinux or a plain one.
     *
     * @throws IOException where the image is damaged or of another kind; one sentence without its name
     */
    static XenNotes read(ByteSource image) throws IOException {
        byte[] head = image.head(BootHeader.HEAD);
        Optional<BootHeader> header = BootHeader.read(head);
        if (header.isPresent() && header.get().payloadOffset() == 0) {
            throw new IOException("its boot protocol is too old to tell where the compressed kernel begins");
        }
        try (InputStream file = image.open()) {
            CountedInput in = new CountedInput(file);
            if (header.isPresent()) {
                in.skipNBytes(header.get().payloadOffset());
            }
            byte[] magic = in.peek(Compression.MAGIC_BYTES);
            Optional<Compression> compression = Compression.detect(magic);
            if (compression.isEmpty()) {
                return ofElf(in);
            }
            try (InputStream plain = compression.get().open(in)) {
                return ofElf(new CountedInput(plain));
            }
        }
    }

    private static XenNotes ofElf(CountedInput in) throws IOException {
        boolean pv = false;
        boolean pvh = false;
        for (Segment segment : noteSegments(in)) {
            if (segment.offset() < in.position() || segment.offset() > FARTHEST_NOTES) {
                throw new IOException("the kernel inside it has notes at an impossible place");
            }
            in.skipNBytes(segment.offset() - in.position());
            byte[] notes = in.take((int) segment.size());
            for (int type : xenTypes(notes)) {
                pv |= type == ENTRY;
                pvh |= type == PHYS32_ENTRY;
            }
        }
        return new XenNotes(pv, pvh);
    }

    /** The note segments in the order of their place in the file. Only little-endian ELF: Xen's paravirtual guests are x86. */
    private static List<Segment> noteSegments(CountedInput in) throws IOException {
        byte[] header = in.take(52);
        boolean elf = header[0] == 0x7f && header[1] == 'E' && header[2] == 'L' && header[3] == 'F';
        if (!elf || (header[4] != 1 && header[4] != 2) || header[5] != 1) {
            throw new IOException("what it holds is no little-endian ELF kernel");
        }
        boolean wide = header[4] == 2;
        byte[] rest = wide ? in.take(12) : new byte[12];
        long tableOffset = wide ? LittleEndian.u64(header, 32) : LittleEndian.u32(header, 28);
        int entrySize = wide ? LittleEndian.u16(append(header, rest), 54) : LittleEndian.u16(header, 42);
        int count = wide ? LittleEndian.u16(append(header, rest), 56) : LittleEndian.u16(header, 44);
        if (entrySize != (wide ? 56 : 32) || count > MOST_PROGRAM_HEADERS) {
            throw new IOException("the kernel inside it has a malformed ELF header");
        }
        if (tableOffset < in.position() || tableOffset > FARTHEST_NOTES) {
            throw new IOException("the kernel inside it has its program headers at an impossible place");
        }
        in.skipNBytes(tableOffset - in.position());
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] entry = in.take(entrySize);
            if (LittleEndian.u32(entry, 0) == PROGRAM_HEADER_NOTE) {
                long offset = wide ? LittleEndian.u64(entry, 8) : LittleEndian.u32(entry, 4);
                long size = wide ? LittleEndian.u64(entry, 32) : LittleEndian.u32(entry, 16);
                if (size < 0 || size > LONGEST_NOTES) {
                    throw new IOException("the kernel inside it has notes of an impossible size");
                }
                segments.add(new Segment(offset, size));
            }
        }
        segments.sort(java.util.Comparator.comparingLong(Segment::offset));
        return segments;
    }

    private static byte[] append(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** A note: sizes of name and content, type (32 bits each), then both, each padded to four bytes. */
    private static List<Integer> xenTypes(byte[] notes) {
        List<Integer> types = new ArrayList<>();
        long at = 0;
        while (at + 12 <= notes.length) {
            long name = LittleEndian.u32(notes, (int) at);
            long content = LittleEndian.u32(notes, (int) at + 4);
            int type = (int) LittleEndian.u32(notes, (int) at + 8);
            boolean xen = name == 4
                    && at + 16 <= notes.length
                    && new String(notes, (int) at + 12, 4, StandardCharsets.ISO_8859_1).equals("Xen\0");
            if (xen) {
                types.add(type);
            }
            at += 12 + roundUp(name) + roundUp(content);
        }
        return types;
    }

    private static long roundUp(long size) {
        return (size + 3) & ~3L;
    }
}
