package dev.bothways.disk.format.mapped;

import java.io.IOException;

/** From guest ranges to the places of their bytes. Safe for any number of threads. */
@FunctionalInterface
public interface RangeMap {

    /**
     * The piece that begins at guest byte {@code offset}, cut at {@code limit}. Neighbours that lie side by side are one
     * piece as far as that is cheap to see; a piece in the file lies wholly in the file.
     */
    Piece at(long offset, long limit) throws IOException;
}
