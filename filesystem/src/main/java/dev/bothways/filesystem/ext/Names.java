package dev.bothways.filesystem.ext;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;

/** Names as bytes on the disk and as strings: UTF-8, and what is none through the escapes U+DC80 to U+DCFF. */
final class Names {
    private static final int MAX = 255;

    private Names() {}

    static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (0xDC00 | (in.get() & 0xff)));
            }
            decoder.reset();
        }
    }

    static byte[] encode(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int plain = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean pair = i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
            if (c >= 0xDC80 && c <= 0xDCFF && !pair) {
                bytes.writeBytes(name.substring(plain, i).getBytes(StandardCharsets.UTF_8));
                bytes.write(c & 0xff);
                plain = i + 1;
            }
        }
        bytes.writeBytes(name.substring(plain).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /** The names of an absolute path, each as the disk has it; empty for the root. */
    static List<byte[]> split(String path) {
        if (!path.startsWith("/")) {
            throw new InvalidPathException(path, "a path in a file system begins with /");
        }
        List<byte[]> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                names.add(encode(name));
            }
        }
        return names;
    }

    /** Whether a file can have this name; of others none is ever found. */
    static boolean possible(byte[] name) {
        boolean dots = name.length <= 2 && name[0] == '.' && name[name.length - 1] == '.';
        boolean zero = false;
        for (byte b : name) {
            zero |= b == 0;
        }
        return !dots && !zero && name.length <= MAX;
    }
}
