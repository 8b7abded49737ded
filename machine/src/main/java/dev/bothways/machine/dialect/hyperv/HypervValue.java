package dev.bothways.machine.dialect.hyperv;

/** The value of a key. */
sealed interface HypervValue {

    /** A whole number; an unsigned one above the range of {@code long} is a {@link Text} of its digits. */
    record Whole(long number) implements HypervValue {}

    record Real(double number) implements HypervValue {}

    record Text(String text) implements HypervValue {}

    record Truth(boolean truth) implements HypervValue {}

    /** Bytes, as hexadecimal digits in small letters. */
    record Bytes(String digits) implements HypervValue {}

    /** The value as people write it. */
    default String shown() {
        return switch (this) {
            case Whole whole -> Long.toString(whole.number());
            case Real real -> Double.toString(real.number());
            case Text text -> text.text();
            case Truth truth -> Boolean.toString(truth.truth());
            case Bytes bytes -> bytes.digits();
        };
    }
}
