package dev.bothways.machine.dialect.xml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of an XML file: XML 1.0, appendix F. Decoded here and not by the JDK's parser, which tells a wrong byte to standard
 * error whatever it is asked.
 */
final class XmlText {
    private static final Pattern DECLARED =
            Pattern.compile("^\\s*<\\?xml[^>]*encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");
    private static final int DECLARATION = 256;

    private XmlText() {}

    /**
     * Decodes a file, strictly.
     *
     * @throws CharacterCodingException whose message says what is wrong, and where
     */
    static String decode(byte[] content) throws CharacterCodingException {
        Charset charset = charset(content);
        ByteBuffer in = ByteBuffer.wrap(content);
        CharBuffer out = CharBuffer.allocate(content.length + 1);
        CoderResult result = charset.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw wrong("the byte " + in.position() + " is no " + charset.name());
        }
        String text = out.flip().toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static Charset charset(byte[] content) throws CharacterCodingException {
        int first = content.length < 2 ? 0 : (content[0] & 0xff) << 8 | (content[1] & 0xff);
        switch (first) {
            case 0xfeff, 0x003c -> {
                return StandardCharsets.UTF_16BE;
            }
            case 0xfffe, 0x3c00 -> {
                return StandardCharsets.UTF_16LE;
            }
            default -> {
                // One byte a character, as far as the declaration goes.
            }
        }
        String beginning = new String(content, 0, Math.min(content.length, DECLARATION), StandardCharsets.ISO_8859_1);
        Matcher declared = DECLARED.matcher(beginning);
        if (!declared.find()) {
            return StandardCharsets.UTF_8;
        }
        try {
            Charset named = Charset.forName(declared.group(1));
            // A declaration that can be read byte by byte is not in UTF-16, whatever it says.
            return named.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : named;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw wrong(
                    "the encoding " + declared.group(1) + " is not known; convert it to UTF-8, for example with iconv");
        }
    }

    private static CharacterCodingException wrong(String message) {
        return new CharacterCodingException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                return message;
            }
        };
    }
}
