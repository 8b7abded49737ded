package dev.bothways.disk.format.mapped;

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
}
