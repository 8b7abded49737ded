package dev.bothways.guest.network;

import java.util.Collection;

/** Whether something holds, as far as that is known. */
public enum Verdict {
    YES,
    NO,
    UNKNOWN;

    /** The opposite. */
    Verdict not() {
        return switch (this) {
            case YES -> NO;
            case NO -> YES;
            case UNKNOWN -> UNKNOWN;
        };
    }

    /** Whether all hold. */
    static Verdict all(Collection<Verdict> each) {
        return each.contains(NO) ? NO : each.contains(UNKNOWN) ? UNKNOWN : YES;
    }

    /** Whether one holds. */
    static Verdict any(Collection<Verdict> each) {
        return each.contains(YES) ? YES : each.contains(UNKNOWN) ? UNKNOWN : NO;
    }
}
