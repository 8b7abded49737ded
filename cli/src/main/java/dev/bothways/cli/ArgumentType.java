package dev.bothways.cli;

import dev.bothways.disk.DiskFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

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
    static final ArgumentType<Path> PATH = new ArgumentType<>(Path.class, Optional.of(TypedPath::of));

    /** A format of disk images, by its label or by qemu-img's name for it. */
    static final ArgumentType<DiskFormat> FORMAT = new ArgumentType<>(DiskFormat.class, Optional.of(text -> {
        String word = text.toLowerCase(Locale.ROOT);
        return word.equals("vpc") ? DiskFormat.VHD : oneOf(DiskFormat.class, "format", word);
    }));

    /** One of an enum's names, in capital letters or small ones. */
    static <E extends Enum<E>> ArgumentType<E> oneOf(Class<E> type) {
        return new ArgumentType<>(type, Optional.of(text -> oneOf(type, "such value as", text)));
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, String what, String text) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        int found = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (found < 0) {
            throw new TypeConversionException("there is no " + what + " '" + text + "', only "
                    + String.join(", ", names) + Suggestion.after(text, names));
        }
        return type.getEnumConstants()[found];
    }

    private static <T> ArgumentType<T> of(Class<T> type) {
        return new ArgumentType<>(type, Optional.empty());
    }

    /** In the form in which picocli's builders take it. */
    ITypeConverter<?>[] converters() {
        return converter.stream().toArray(ITypeConverter<?>[]::new);
    }
}
