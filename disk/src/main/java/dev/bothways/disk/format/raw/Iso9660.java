package dev.bothways.disk.format.raw;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file system of CDs, as far as to name it: ECMA-119 (ISO 9660), clause 8. Volume descriptors of 2048 bytes each begin at
 * sector 16; behind the primary one there may be one for Joliet (UCS-2 names), one for booting (El Torito). Rock Ridge (IEEE
 * P1282) shows in the first directory's own record.
 *
 * @param volume its name, blanks at the end left out
 * @param extensions of {@code Rock Ridge}, {@code Joliet} and {@code El Torito} those that it has
 */
record Iso9660(String volume, List<String> extensions) {
    private static final int SECTOR = 2048;
    private static final long FIRST = 16L * SECTOR;
    private static final int MOST_DESCRIPTORS = 16;
    private static final int BOOT = 0;
    private static final int PRIMARY = 1;
    private static final int SUPPLEMENTARY = 2;
    private static final int END = 255;
    private static final int NAME = 40;
    private static final int NAME_BYTES = 32;
    private static final int ESCAPES = 88;
    private static final int ROOT = 156;
    /** A directory's record of itself: 33 bytes and a name of one byte. */
    private static final int SELF = 34;

    Iso9660 {
        extensions = List.copyOf(extensions);
    }

    /** What a file's content shows; empty if it is none. */
    static Optional<Iso9660> of(HostFile file) throws IOException {
        Optional<String> volume = Optional.empty();
        List<String> extensions = new ArrayList<>();
        for (int i = 0; i < MOST_DESCRIPTORS; i++) {
            Optional<ByteBuffer> read = sector(file, FIRST + (long) i * SECTOR);
            if (read.isEmpty() || !text(read.get(), 1, 5).equals("CD001")) {
                break;
            }
            ByteBuffer descriptor = read.get();
            int type = Byte.toUnsignedInt(descriptor.get(0));
            if (type == END) {
                break;
            }
            if (type == PRIMARY && volume.isEmpty()) {
                volume = Optional.of(text(descriptor, NAME, NAME_BYTES).stripTrailing());
                if (hasRockRidge(file, descriptor)) {
                    extensions.add("Rock Ridge");
                }
            }
            if (type == SUPPLEMENTARY && text(descriptor, ESCAPES, 3).matches("%/[@CE]")) {
                extensions.add("Joliet");
            }
            if (type == BOOT && text(descriptor, 7, 23).equals("EL TORITO SPECIFICATION")) {
                extensions.add("El Torito");
            }
        }
        return volume.map(name -> new Iso9660(name, extensions));
    }

    /** SUSP has its mark, SP, behind the record's name, and what follows tells the extension. */
    private static boolean hasRockRidge(HostFile file, ByteBuffer primary) throws IOException {
        long place = Integer.toUnsignedLong(primary.getInt(ROOT + 2)) * SECTOR;
        Optional<ByteBuffer> read = sector(file, place);
        if (read.isEmpty()) {
            return false;
        }
        ByteBuffer directory = read.get();
        int end = Byte.toUnsignedInt(directory.get(0));
        boolean marked = false;
        int at = SELF;
        while (at + 4 <= end) {
            String entry = text(directory, at, 2);
            int length = Byte.toUnsignedInt(directory.get(at + 2));
            marked |= entry.equals("SP");
            if (marked && (entry.equals("RR") || entry.equals("PX"))) {
                return true;
            }
            if (length < 4) {
                return false;
            }
            at += length;
        }
        return false;
    }

    private static Optional<ByteBuffer> sector(HostFile file, long place) throws IOException {
        if (place + SECTOR > file.size()) {
            return Optional.empty();
        }
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.read(place, sector);
        return Optional.of(sector);
    }

    private static String text(ByteBuffer bytes, int at, int length) {
        byte[] text = new byte[length];
        bytes.get(at, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
