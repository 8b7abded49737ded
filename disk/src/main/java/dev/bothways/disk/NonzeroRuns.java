package dev.bothways.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The runs of a piece that are not all zeros, found in steps of 4 KiB, like most file systems' blocks. */
final class NonzeroRuns {
    private static final int STEP = 4096;

    private final List<Run> runs = new ArrayList<>();

    /** Bytes {@code [start, end)} of the piece. */
    record Run(int start, int end) {}

    /** Looks at bytes {@code [start, end)} of the buffer, which follow those looked at before. */
    void find(ByteBuffer buffer, int start, int end) {
        int runStart = -1;
        for (int at = start; at < end; ) {
            int next = Math.min(end, (at / STEP + 1) * STEP);
            boolean zero = !plainlyNonzero(buffer, at, next) && ZeroBytes.all(buffer, at, next - at);
            if (zero && runStart >= 0) {
                add(runStart, at);
                runStart = -1;
            } else if (!zero && runStart < 0) {
                runStart = at;
            }
            at = next;
        }
        if (runStart >= 0) {
            add(runStart, end);
        }
    }

    /** Two looks that settle it for nearly all data, before the vector code is warm and even when it is. */
    private static boolean plainlyNonzero(ByteBuffer buffer, int start, int end) {
        return end - start >= Long.BYTES && (buffer.getLong(start) != 0 || buffer.getLong(end - Long.BYTES) != 0);
    }

    private void add(int start, int end) {
        if (!runs.isEmpty() && runs.getLast().end == start) {
            runs.set(runs.size() - 1, new Run(runs.getLast().start, end));
        } else {
            runs.add(new Run(start, end));
        }
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    List<Run> list() {
        return runs;
    }
}
