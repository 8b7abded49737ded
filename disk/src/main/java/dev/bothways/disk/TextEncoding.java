package dev.bothways.disk;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Tells text from the bytes of a disk, by a file's beginning: no disk begins with some thousand characters and no zero. */
final class TextEncoding {
    /** Fewer bytes are not looked at: any few may be letters. */
    private static final int LEAST = 4;

    private TextEncoding() {}

    /** The encoding of text; empty for what is none. Text in ASCII, UTF-8 or another encoding that extends ASCII is told as Latin-1. */
    static Optional<Charset> of(byte[] beginning) {
        if (beginning.length < LEAST) {
            return Optional.empty();
        }
        int first = (beginning[0] & 0xff) << 8 | (beginning[1] & 0xff);
        if (first == 0xfeff || (beginning[0] == 0 && beginning[1] != 0)) {
            return readable(beginning, StandardCharsets.UTF_16BE);
        }
        if (first == 0xfffe || (beginning[1] == 0 && beginning[0] != 0)) {
            return readable(beginning, StandardCharsets.UTF_16LE);
        }
        return readable(beginning, StandardCharsets.ISO_8859_1);
    }

    private static Optional<Charset> readable(byte[] bytes, Charset charset) {
        int whole = charset.equals(StandardCharsets.ISO_8859_1) ? bytes.length : bytes.length & ~1;
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, whole))
                    .toString();
            return text.chars().allMatch(TextEncoding::isOfText) ? Optional.of(charset) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether a character is one of text; the bytes from 0x80 to 0x9f are letters in the encodings of Windows. */
    private static boolean isOfText(int c) {
        return c >= ' ' ? c != 0x7f && c != 0xffff : c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }
}
