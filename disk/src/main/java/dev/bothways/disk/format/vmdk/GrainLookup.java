package dev.bothways.disk.format.vmdk;

import java.io.IOException;
import java.util.List;

/** What the tables of a sparse extent say of its grains. Safe for any number of threads. */
sealed interface GrainLookup permits GrainTables, MarkedGrains, SeSparseTables {
    /** The grain was never written. */
    long ABSENT = -1;
    /** The grain reads as zeros, whatever a parent has. */
    long ZERO = -2;

    /** A range of the file that holds tables and the like, in bytes. */
    record Range(String name, long start, long end) {
        boolean overlaps(long from, long to) {
            return start < to && from < end;
        }
    }

    /** How many grains there are. */
    long grains();

    /** The byte of the file where a grain is said to lie, not checked, or {@link #ABSENT} or {@link #ZERO}. */
    long place(long grain) throws IOException;

    /** The first grain after {@code grain} whose table is another one, if that of {@code grain} is not there; else {@code grain}. */
    long behindAbsentTable(long grain) throws IOException;

    /** The header, the descriptor and the directories: where a grain cannot be. */
    List<Range> fixedParts();
}
