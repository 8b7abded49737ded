package dev.bothways.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/**
 * What an option or a parameter takes.
 *
 * @param type its class
 * @param converter reads it from the word typed, and throws {@link picocli.CommandLine.TypeConversionException} where that
 *     makes no sense; without one picocli reads it, which it can for numbers, text and enums
 */
record ArgumentType<T>(Class<T> type, Optional<ITypeConverter<T>> converter) {
    static final ArgumentType<Boolean> FLAG = of(Boolean.class);
    static final ArgumentType<String> TEXT = of(String.class);
    static final ArgumentType<Integer> NUMBER = of(Integer.class);
    static final ArgumentType<Long> SIZE = new ArgumentType<>(Long.class, Optional.of(new ByteSize()));
    static final ArgumentType<Path> PATH = new ArgumentType<>(Path.class, Optional.of(Path::of));

    /** One of an enum's names, in capital letters or small ones. */
    static <E extends Enum<E>> ArgumentType<E> oneOf(Class<E> type) {
        return of(type);
    }

    private static <T> ArgumentType<T> of(Class<T> type) {
        return new ArgumentType<>(type, Optional.empty());
    }

    /** In the form in which picocli's builders take it. */
    ITypeConverter<?>[] converters() {
        return converter.stream().toArray(ITypeConverter<?>[]::new);
    }
}
