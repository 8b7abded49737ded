package dev.bothways.disk.archive.xva;

import java.util.Optional;

/**
 * The name of a chunk or of its checksum.
 *
 * @param folder the disk's, {@code Ref:4}
 * @param number the chunk's, as its name has it
 * @param sum which checksum of it this is; none where it is the chunk itself
 */
record ChunkName(String folder, int number, Optional<ChunkSum> sum) {
    private static final int MOST_DIGITS = 9;

    /** The name taken apart; empty if it is no chunk's. */
    static Optional<ChunkName> of(String name) {
        int slash = name.lastIndexOf('/');
        if (slash <= 0) {
            return Optional.empty();
        }
        int end = slash + 1;
        while (end < name.length()
                && end - slash <= MOST_DIGITS
                && name.charAt(end) >= '0'
                && name.charAt(end) <= '9') {
            end++;
        }
        if (end == slash + 1) {
            return Optional.empty();
        }
        String folder = name.substring(0, slash);
        int number = Integer.parseInt(name, slash + 1, end, 10);
        if (end == name.length()) {
            return Optional.of(new ChunkName(folder, number, Optional.empty()));
        }
        return ChunkSum.ending(name.substring(end)).map(sum -> new ChunkName(folder, number, Optional.of(sum)));
    }

    /** Whether this is a checksum of that chunk. */
    boolean belongsTo(ChunkName chunk) {
        return sum.isPresent() && number == chunk.number && folder.equals(chunk.folder);
    }

    /** For messages. */
    String chunk() {
        return folder + "/%08d".formatted(number);
    }
}
