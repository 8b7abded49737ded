package dev.bothways.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What of a piece goes into a new image: the parts that differ from what the image would show without them. */
final class CopyParts {
    private static final int STEP = 4096;

    private final List<Part> parts = new ArrayList<>();

    /** Bytes {@code [start, end)} of the piece, and whether they are zeros that hide a parent's data. */
    record Part(int start, int end, boolean zeros) {}

    /**
     * Looks for bytes that are not all zeros, in steps of 4 KiB like most file systems' blocks.
     *
     * @param start where to look, in the buffer; it follows what was looked at before
     * @param end where to stop
     */
    void findNonzero(ByteBuffer buffer, int start, int end) {
        for (int at = start; at < end; ) {
            int next = Math.min(end, (at / STEP + 1) * STEP);
            if (plainlyNonzero(buffer, at, next) || !ZeroBytes.all(buffer, at, next - at)) {
                add(at, next, false);
            }
            at = next;
        }
    }

    /** Two looks that settle it for nearly all data, before the vector code is warm and even when it is. */
    private static boolean plainlyNonzero(ByteBuffer buffer, int start, int end) {
        return end - start >= Long.BYTES && (buffer.getLong(start) != 0 || buffer.getLong(end - Long.BYTES) != 0);
    }

    /** Looks for the steps of {@code grain} bytes in the first {@code length} bytes in which the piece and its parent differ. */
    void findDifferent(ByteBuffer buffer, ByteBuffer parent, int length, int grain) {
        for (int at = 0; at < length; at += grain) {
            int count = Math.min(grain, length - at);
            if (buffer.slice(at, count).mismatch(parent.slice(at, count)) >= 0) {
                add(at, at + count, ZeroBytes.all(buffer, at, count));
            }
        }
    }

    private void add(int start, int end, boolean zeros) {
        if (!parts.isEmpty() && parts.getLast().end == start && parts.getLast().zeros == zeros) {
            parts.set(parts.size() - 1, new Part(parts.getLast().start, end, zeros));
        } else {
            parts.add(new Part(start, end, zeros));
        }
    }

    /** The units that hold any part, each one a part: what can only be packed whole. Of a piece {@code length} bytes long. */
    List<Part> units(int unit, int length) {
        List<Part> units = new ArrayList<>();
        for (Part part : parts) {
            for (int at = part.start / unit * unit; at < part.end; at += unit) {
                if (units.isEmpty() || units.getLast().start < at) {
                    units.add(new Part(at, Math.min(length, at + unit), part.zeros));
                } else if (!part.zeros) {
                    units.set(units.size() - 1, new Part(at, Math.min(length, at + unit), false));
                }
            }
        }
        return units;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    List<Part> list() {
        return parts;
    }
}
