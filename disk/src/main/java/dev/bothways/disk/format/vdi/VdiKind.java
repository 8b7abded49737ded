package dev.bothways.disk.format.vdi;

import java.util.Arrays;
import java.util.Optional;

/** How a VDI holds its data. */
enum VdiKind {
    /** Only the blocks that were written. */
    DYNAMIC(1),
    /** A place for every block. */
    FIXED(2),
    /** Only the blocks that differ from a parent: the changes of a session that may be thrown away. Long out of use. */
    UNDO(3),
    /** Only the blocks that differ from a parent. */
    DIFFERENCING(4);

    private final int number;

    VdiKind(int number) {
        this.number = number;
    }

    /** The kind of this number in a header. */
    static Optional<VdiKind> of(int number) {
        return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
    }

    /** Its number in a header. */
    int number() {
        return number;
    }

    /** Whether there is a parent below. */
    boolean hasParent() {
        return this == UNDO || this == DIFFERENCING;
    }
}
