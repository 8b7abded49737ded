package dev.bothways.disk.format.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a guest range are, as a {@link RangeMap} answers. Never empty. */
public sealed interface Piece {

    /** How many bytes of the guest it covers. */
    long length();

    /** Zeros, stored nowhere. */
    record Zeros(long length) implements Piece {}

    /** In the image's file, as they are, from {@code fileOffset} on. */
    record InFile(long length, long fileOffset) implements Piece {}

    /** Not in this image: the parent has them, at the same guest offset; zeros where there is none or where it ends. */
    record Below(long length) implements Piece {}

    /** In memory: {@code bytes} is read-only and holds exactly the piece. */
    record Held(ByteBuffer bytes) implements Piece {
        @Override
        public long length() {
            return bytes.remaining();
        }
    }

    /** In the image, but not as it is: packed or encrypted. */
    record Packed(long length, Source source) implements Piece {}

    /** Gives the bytes of a packed piece. Safe for any number of threads. */
    @FunctionalInterface
    interface Source {
        /** Fills {@code into} with the piece's first bytes; it asks for no more than there are. */
        void read(ByteBuffer into) throws IOException;
    }
}
