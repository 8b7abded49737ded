package dev.bothways.disk.format.mapped;

import java.io.IOException;

/**
 * The map of a format whose tables tell of one small unit at a time: it joins neighbours of one kind into one piece, and what
 * lies beyond the end of the file reads as zeros.
 */
public final class JoinedMap implements RangeMap {
    private static final int LONGEST_WALK = 1 << 14;

    private final RangeMap parts;
    private final long fileLength;

    /**
     * Joins the pieces of {@code parts}, which may lie beyond the end of the file.
     *
     * @param fileLength the length in bytes of the file that holds the pieces
     */
    public JoinedMap(RangeMap parts, long fileLength) {
        this.parts = parts;
        this.fileLength = fileLength;
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        Piece piece = part(offset, limit);
        if (piece instanceof Piece.Packed || piece instanceof Piece.Held) {
            return piece;
        }
        long length = piece.length();
        for (int walked = 1; walked < LONGEST_WALK && offset + length < limit; walked++) {
            Piece next = part(offset + length, limit);
            if (!follows(piece, length, next)) {
                break;
            }
            length += next.length();
        }
        return switch (piece) {
            case Piece.Zeros zeros -> new Piece.Zeros(length);
            case Piece.Below below -> new Piece.Below(length);
            case Piece.InFile stored -> new Piece.InFile(length, stored.fileOffset());
            case Piece.Held held -> held;
            case Piece.Packed packed -> packed;
        };
    }

    private static boolean follows(Piece piece, long length, Piece next) {
        return switch (next) {
            case Piece.Zeros zeros -> piece instanceof Piece.Zeros;
            case Piece.Below below -> piece instanceof Piece.Below;
            case Piece.InFile stored ->
                piece instanceof Piece.InFile first && stored.fileOffset() == first.fileOffset() + length;
            case Piece.Held held -> false;
            case Piece.Packed packed -> false;
        };
    }

    private Piece part(long offset, long limit) throws IOException {
        Piece piece = parts.at(offset, limit);
        if (!(piece instanceof Piece.InFile stored)) {
            return piece;
        }
        long there = fileLength - stored.fileOffset();
        if (there >= stored.length()) {
            return stored;
        }
        return there > 0 ? new Piece.InFile(there, stored.fileOffset()) : new Piece.Zeros(stored.length());
    }
}
