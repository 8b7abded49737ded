package dev.bothways.disk.format.vmdk;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;

/**
 * Names in a descriptor are in the encoding that its writer's host had; the line {@code encoding} tells which, but not always
 * the truth. So names are kept as bytes (a Latin-1 string) and read in every way that makes sense.
 */
final class DescriptorText {
    private static final String WINDOWS = "windows-1252";

    private DescriptorText() {}

    /** What the bytes of {@code raw}, one a character, say in the encoding declared, in UTF-8 and in windows-1252. */
    static List<String> readings(String raw, String declared) {
        if (raw.chars().allMatch(c -> c < 128)) {
            return List.of(raw);
        }
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        SequencedSet<String> readings = new LinkedHashSet<>();
        for (Charset charset : charsets(declared)) {
            read(bytes, charset).ifPresent(readings::add);
        }
        readings.add(raw);
        return List.copyOf(readings);
    }

    private static Optional<String> read(byte[] bytes, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException anotherEncoding) {
            return Optional.empty();
        }
    }

    private static List<Charset> charsets(String declared) {
        return Stream.of(declared, "UTF-8", WINDOWS)
                .flatMap(name -> charset(name).stream())
                .toList();
    }

    private static Optional<Charset> charset(String name) {
        try {
            return Optional.of(Charset.forName(name));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return Optional.empty();
        }
    }
}
