package dev.bothways.disk.format.vmdk;

import java.util.List;
import java.util.Locale;

/**
 * A line of a descriptor that names a part of the disk.
 *
 * @param access who may do what
 * @param sectors how long the part is, in sectors of 512 bytes
 * @param type the kind of file, in capital letters: {@code FLAT}, {@code SPARSE} ...
 * @param names the file's name as the possible encodings read it, the likeliest first; empty where there is none
 * @param offset where a flat part begins in its file, in sectors
 */
record VmdkExtentLine(Access access, long sectors, String type, List<String> names, long offset) {

    /** What a machine may do with a part. */
    enum Access {
        RW,
        RDONLY,
        NOACCESS;

        static Access of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Copies the list. */
    VmdkExtentLine {
        names = List.copyOf(names);
    }

    /** The name for messages. */
    String name() {
        return names.isEmpty() ? "" : names.getFirst();
    }

    /** Whether the file holds the bytes of the disk as they are. */
    boolean isFlat() {
        return type.equals("FLAT") || type.equals("VMFS");
    }
}
