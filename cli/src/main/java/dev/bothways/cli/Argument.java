package dev.bothways.cli;

/**
 * What was typed for an option or a parameter, to be read once the command runs. {@link Command} makes them.
 *
 * @param <T> what is read: an {@link java.util.Optional} or a list where it need not be there or may come several times
 */
@FunctionalInterface
interface Argument<T> {
    /** What was typed, or what stands for it where nothing was. */
    T value();
}
