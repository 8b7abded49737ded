package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.DefinitionException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Encodings and escapes of VMware's configuration files. A byte is escaped as {@code |} and two hexadecimal digits; the bytes
 * of a file are in the encoding that its line {@code .encoding} names, in ICU's words.
 */
final class VmxText {
    private static final int ESCAPE_LENGTH = 3;

    /** VMware's words for encodings that Java calls otherwise. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "windows-932", "windows-31j",
            "windows-936", "GBK",
            "windows-949", "x-windows-949",
            "windows-950", "x-windows-950",
            "ascii", "US-ASCII",
            "latin1", "ISO-8859-1");

    private static final Pattern KNOWN = Pattern.compile(
            "utf-8|us-ascii|ascii|latin1|iso-8859-\\d{1,2}|windows-(125\\d|874|932|936|949|950)|shift_jis|gbk|gb2312|gb18030|"
                    + "big5|euc-(jp|kr|cn)|koi8-r",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern ENCODING_LINE =
            Pattern.compile("(?im)^[ \\t]*\\.encoding[ \\t]*=[ \\t]*\"?([^\"\\r\\n]*?)\"?[ \\t]*\\r?$");

    private VmxText() {}

    /** A file's text and encoding. */
    record Decoded(String text, Charset charset) {}

    /**
     * The text of a file. One that names no encoding is UTF-8, or, where it cannot be, windows-1252.
     *
     * @throws DefinitionException if the encoding is not known or not kept to
     */
    static Decoded decode(byte[] content, String file) throws DefinitionException {
        boolean marked = content.length >= ESCAPE_LENGTH
                && (content[0] & 0xFF) == 0xEF
                && (content[1] & 0xFF) == 0xBB
                && (content[2] & 0xFF) == 0xBF;
        int start = marked ? ESCAPE_LENGTH : 0;
        Matcher named = ENCODING_LINE.matcher(new String(content, StandardCharsets.ISO_8859_1));
        Optional<Charset> charset = Optional.empty();
        if (named.find()) {
            charset = charset(named.group(1));
            if (charset.isEmpty()) {
                throw DefinitionException.of(
                        file,
                        "has .encoding = \"" + named.group(1) + "\", which is no encoding known here; write the file in"
                                + " UTF-8 and say so in that line");
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(content, start, content.length - start);
        try {
            Charset first = charset.orElse(StandardCharsets.UTF_8);
            return new Decoded(first.newDecoder().decode(bytes).toString(), first);
        } catch (CharacterCodingException e) {
            if (charset.isPresent()) {
                throw DefinitionException.of(
                        file,
                        "holds bytes that are not " + charset.get().name() + ", as which its .encoding names them");
            }
            Charset western = Charset.forName("windows-1252");
            bytes.position(start);
            return new Decoded(western.decode(bytes).toString(), western);
        }
    }

    private static Optional<Charset> charset(String name) {
        String known = OTHER_NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
        return KNOWN.matcher(name).matches() && Charset.isSupported(known)
                ? Optional.of(Charset.forName(known))
                : Optional.empty();
    }

    /** The text that a value stands for; empty if an escape in it does not stand for anything. */
    static Optional<String> unescaped(String value, Charset charset) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < value.length()) {
            if (value.charAt(at) != '|') {
                out.append(value.charAt(at++));
                continue;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (at < value.length() && value.charAt(at) == '|') {
                int high = at + 2 < value.length() ? Character.digit(value.charAt(at + 1), 16) : -1;
                int low = at + 2 < value.length() ? Character.digit(value.charAt(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.write(high << 4 | low);
                at += ESCAPE_LENGTH;
            }
            try {
                out.append(charset.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())));
            } catch (CharacterCodingException e) {
                return Optional.empty();
            }
        }
        return Optional.of(out.toString());
    }

    /** A text as it stands between quotes. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().forEach(c -> {
            if (c < ' ' || c == 0x7f || c == '"' || c == '|') {
                out.append('|').append(String.format("%02X", c));
            } else {
                out.append((char) c);
            }
        });
        return out.toString();
    }

    /** The text without what cannot stand in a file: a NUL ends it for VMware, half a surrogate pair is no character. */
    static String expressiblePart(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().filter(c -> c != 0 && (c < 0xD800 || c > 0xDFFF)).forEach(out::appendCodePoint);
        return out.toString();
    }
}
