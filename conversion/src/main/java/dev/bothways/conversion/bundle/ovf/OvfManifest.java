package dev.bothways.conversion.bundle.ovf;

import dev.bothways.conversion.ConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The digests of a package's files (DSP0243, clause 6): a line each, {@code SHA256(disk1.vmdk)= 0f3a...}. OVF 1.x has SHA1, 2.x
 * SHA256 and SHA512. Programs differ in blanks, case and line ends, and some write SHA-256.
 *
 * @param entries in order
 */
public record OvfManifest(List<Entry> entries) {
    private static final Pattern LINE =
            Pattern.compile("\\s*(SHA-?\\d+)\\s*\\((.+)\\)\\s*=\\s*([0-9a-f]+)\\s*", Pattern.CASE_INSENSITIVE);
    private static final Map<String, String> ALGORITHMS =
            Map.of("SHA1", "SHA-1", "SHA256", "SHA-256", "SHA384", "SHA-384", "SHA512", "SHA-512");
    private static final int STEP = 1 << 18;

    /**
     * A file's digest.
     *
     * @param algorithm by Java's name for it
     * @param file as the manifest calls it
     * @param digest in small hexadecimal digits
     */
    public record Entry(String algorithm, String file, String digest) {

        /** Whether these bytes have this digest. They are read to their end, a piece at a time. */
        public boolean matches(InputStream content) throws IOException {
            MessageDigest hash = hash(algorithm);
            byte[] step = new byte[STEP];
            for (int count = content.read(step); count >= 0; count = content.read(step)) {
                hash.update(step, 0, count);
            }
            return HexFormat.of().formatHex(hash.digest()).equals(digest);
        }
    }

    public OvfManifest {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a manifest.
     *
     * @param called what messages call it
     * @throws ConversionException where a line is none of a manifest
     */
    public static OvfManifest read(byte[] content, Path called) throws ConversionException {
        List<Entry> entries = new ArrayList<>();
        int number = 0;
        for (String line : new String(content, StandardCharsets.UTF_8)
                .replaceFirst("^\ufeff", "")
                .split("\r\n|\n|\r")) {
            number++;
            if (!line.isBlank()) {
                entries.add(entry(line, called, number));
            }
        }
        return new OvfManifest(entries);
    }

    private static Entry entry(String line, Path called, int number) throws ConversionException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw wrong(called, number, "is no line of a manifest, such as SHA256(disk1.vmdk)= and the digest");
        }
        String algorithm =
                ALGORITHMS.get(matcher.group(1).toUpperCase(Locale.ROOT).replace("-", ""));
        if (algorithm == null) {
            throw wrong(called, number, "has a digest of the unknown kind " + matcher.group(1));
        }
        String digest = matcher.group(3).toLowerCase(Locale.ROOT);
        if (digest.length() != 2 * hash(algorithm).getDigestLength()) {
            throw wrong(called, number, "has a digest of the wrong length for " + matcher.group(1));
        }
        return new Entry(algorithm, matcher.group(2).strip(), digest);
    }

    private static ConversionException wrong(Path called, int line, String message) {
        return new ConversionException(ConversionException.Kind.SOURCE, called + ": line " + line + " " + message);
    }

    /** What the manifest says of a file. */
    public Optional<Entry> entry(String file) {
        return entries.stream().filter(entry -> entry.file().equals(file)).findFirst();
    }

    /** The text of a manifest, as ovftool writes it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(entry.algorithm().replace("-", ""))
                .append('(')
                .append(entry.file())
                .append(")= ")
                .append(entry.digest())
                .append('\n'));
        return text.toString();
    }

    static MessageDigest hash(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has " + algorithm, e);
        }
    }
}
