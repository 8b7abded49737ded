package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables of objects: which ranges of the file hold what.
 *
 * @param keyTables the ranges that hold keys
 * @param files the ranges that hold values too long for a table of keys
 * @param logs the ranges of further logs
 */
record VmcxObjects(List<Range> keyTables, List<Range> files, List<Range> logs) {
    /** Where the first table is: behind the two heads. */
    static final int FIRST = 0x2000;

    private static final long SIGNATURE = 0x01110001;
    private static final int HEAD = 8;
    private static final int ENTRY = 0x12;
    private static final int TABLE = 1;
    private static final int KEYS = 2;
    private static final int FILE = 3;
    private static final int LOG = 6;

    /** A range of the file; it lies within. */
    record Range(int offset, int size) {}

    VmcxObjects {
        keyTables = List.copyOf(keyTables);
        files = List.copyOf(files);
        logs = List.copyOf(logs);
    }

    /** All objects of the file, of further tables too. */
    static VmcxObjects read(VmcxBytes in) throws DefinitionException {
        List<Range> keyTables = new ArrayList<>();
        List<Range> files = new ArrayList<>();
        List<Range> logs = new ArrayList<>();
        Set<Integer> seen = new HashSet<>(List.of(FIRST));
        Deque<Integer> tables = new ArrayDeque<>(seen);
        while (!tables.isEmpty()) {
            int table = tables.remove();
            if (in.u32(table) != SIGNATURE) {
                throw in.malformed(table, "the table of objects has no right signature; copy the file again");
            }
            long count = in.u32(table + 4L);
            if (!in.holds(table + (long) HEAD, count * ENTRY)) {
                throw in.malformed(table, "the table of objects has " + count + " entries, beyond the file's end");
            }
            for (int i = 0; i < count; i++) {
                long at = table + HEAD + (long) i * ENTRY;
                if (!inUse(in, at)) {
                    continue;
                }
                Range range = range(in, at);
                switch (in.u8(at)) {
                    case TABLE -> {
                        if (!seen.add(range.offset)) {
                            throw in.malformed(at, "a table of objects is named twice; copy the file again");
                        }
                        tables.add(range.offset);
                    }
                    case KEYS -> keyTables.add(range);
                    case FILE -> files.add(range);
                    case LOG -> logs.add(range);
                    default -> {
                        // Free ranges, and what a saved state tracks of the machine's memory.
                    }
                }
            }
        }
        return new VmcxObjects(keyTables, files, logs);
    }

    private static boolean inUse(VmcxBytes in, long at) throws DefinitionException {
        if (in.allZero(at, ENTRY)) {
            return false;
        }
        if (!in.hasChecksum(at + 1, at, ENTRY)) {
            throw in.malformed(at, "an entry of the table of objects has a wrong checksum; copy the file again");
        }
        return in.u8(at + 17) != 0;
    }

    private static Range range(VmcxBytes in, long at) throws DefinitionException {
        long offset = in.i64(at + 5);
        long size = in.u32(at + 13);
        if (!in.holds(offset, size)) {
            throw in.malformed(at, "an object lies beyond the file's end; copy the file again");
        }
        return new Range((int) offset, (int) size);
    }
}
