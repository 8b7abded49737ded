package dev.bothways.filesystem.partition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The sectors {@code [first, end)} that a partition takes. */
record Span(int number, long first, long end) {

    boolean outside(long sectors) {
        return first < 0 || first >= end || end > sectors;
    }

    /** A sentence for every partition that begins inside another. */
    static List<String> overlaps(List<Span> spans) {
        List<Span> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingLong(Span::first).thenComparingInt(Span::number));
        List<String> found = new ArrayList<>();
        Span reaching = new Span(0, 0, 0);
        for (Span span : sorted) {
            if (span.first < reaching.end) {
                found.add("partitions " + reaching.number + " and " + span.number + " overlap");
            }
            if (span.end > reaching.end) {
                reaching = span;
            }
        }
        return found;
    }

    /** A sentence for every partition that does not lie on a disk of so many sectors. */
    static List<String> beyond(List<Span> spans, long sectors) {
        List<String> found = new ArrayList<>();
        for (Span span : spans) {
            if (span.outside(sectors)) {
                found.add("partition " + span.number + " takes sectors " + Long.toUnsignedString(span.first) + " to "
                        + Long.toUnsignedString(span.end - 1) + ", but the disk has only " + sectors);
            }
        }
        return found;
    }
}
