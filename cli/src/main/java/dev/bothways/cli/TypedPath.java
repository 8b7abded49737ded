package dev.bothways.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.TypeConversionException;

/**
 * A path as it was typed. To Linux a name is bytes; Java hands over the arguments as text, in which a byte that the locale does not know
 * has become U+FFFD. Where that is so the bytes themselves are looked up, in {@code /proc/self/cmdline}.
 */
final class TypedPath {
    private static final char LOST = '\ufffd';
    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");
    private static final String WITHIN_IMAGE = ":/";

    private TypedPath() {}

    /**
     * The path of an argument, or of an option's value.
     *
     * @throws TypeConversionException where it cannot be told which file is meant
     */
    static Path of(String typed) {
        if (typed.indexOf(LOST) >= 0 && Files.isReadable(ARGUMENTS)) {
            Optional<Path> exact = among(arguments(), typed, encoding());
            if (exact.isPresent()) {
                return exact.get();
            }
        }
        try {
            return Path.of(typed);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + typed + "' is no path in this locale; set LC_ALL=C.UTF-8");
        }
    }

    private static Charset encoding() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);
    }

    private static List<byte[]> arguments() {
        byte[] all;
        try {
            all = Files.readAllBytes(ARGUMENTS);
        } catch (IOException e) {
            throw new TypeConversionException(ARGUMENTS + " cannot be read: " + e.getMessage());
        }
        List<byte[]> arguments = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < all.length; at++) {
            if (all[at] == 0) {
                arguments.add(Arrays.copyOfRange(all, start, at));
                start = at + 1;
            }
        }
        return arguments;
    }

    /** The path of the one argument that reads so in this encoding: whole, behind an option's {@code =}, or before the path inside an image. */
    static Optional<Path> among(List<byte[]> arguments, String typed, Charset encoding) {
        Set<Path> found = new LinkedHashSet<>();
        for (byte[] argument : arguments) {
            String bytes = new String(argument, StandardCharsets.ISO_8859_1);
            int value = bytes.startsWith("-") ? bytes.indexOf('=') + 1 : 0;
            int inside = bytes.lastIndexOf(WITHIN_IMAGE);
            for (String candidate :
                    List.of(bytes, bytes.substring(value), inside > 0 ? bytes.substring(0, inside) : bytes)) {
                byte[] name = candidate.getBytes(StandardCharsets.ISO_8859_1);
                if (new String(name, encoding).equals(typed)) {
                    found.add(of(name));
                }
            }
        }
        if (found.size() > 1) {
            throw new TypeConversionException("several arguments read '" + typed
                    + "' in this locale, and it is open which is meant; give them one at a time, or by other names");
        }
        return found.stream().findFirst();
    }

    /** The path of these bytes: a URI is the one way to it that is not through text. */
    private static Path of(byte[] name) {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream();
        for (byte b : name) {
            escaped.writeBytes((b == '/' ? "/" : "%%%02X".formatted(b & 0xff)).getBytes(StandardCharsets.US_ASCII));
        }
        String path = escaped.toString(StandardCharsets.US_ASCII);
        String folder = Path.of("").toAbsolutePath().toUri().getRawPath();
        return Path.of(URI.create("file://" + (path.startsWith("/") ? path : folder + path)));
    }
}
