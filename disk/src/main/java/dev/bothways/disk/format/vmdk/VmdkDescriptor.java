package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text that says what a disk consists of, a file of its own or embedded in an extent.
 *
 * @param values what stands before and behind each {@code =}; names in small letters, values as bytes; the first of two counts
 * @param extents the parts of the disk in order
 * @param notes what was odd but did not matter
 */
record VmdkDescriptor(SequencedMap<String, String> values, List<VmdkExtentLine> extents, List<String> notes) {
    /** What stands in the first line. */
    static final String MARK = "# Disk DescriptorFile";
    /** The longest text that is read, in bytes. */
    static final int LONGEST = 1 << 20;
    /** The id of "no disk". */
    static final long NO_CID = 0xFFFF_FFFFL;

    private static final int MOST_EXTENTS = 8192;
    private static final long MOST_SECTORS = Long.MAX_VALUE / 512;
    private static final Pattern EXTENT = Pattern.compile(
            "(RW|RDONLY|NOACCESS)\\s+(\\d{1,18})\\s+(\\w+)(?:\\s+\"([^\"]*)\"(?:\\s+(\\d{1,18}))?.*)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern VALUE = Pattern.compile("([\\w.:/-]+)\\s*=\\s*(.*)");

    /** Reads a descriptor of {@code length} bytes at most, which ends at the first zero byte. */
    static VmdkDescriptor read(HostFile file, long position, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, LONGEST));
        file.read(position, bytes);
        if (length > LONGEST && !holdsZero(bytes.flip())) {
            throw new DiskImageException(Kind.UNSAFE, file.path(), "the descriptor is longer than 1 MiB");
        }
        return of(file.path(), bytes.rewind());
    }

    private static boolean holdsZero(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Understands a descriptor that ends at the first zero byte. */
    static VmdkDescriptor of(Path path, ByteBuffer bytes) throws DiskImageException {
        String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
        int end = text.indexOf('\0');
        return parse(path, end < 0 ? text : text.substring(0, end));
    }

    /** Understands a text, a byte a character. */
    static VmdkDescriptor parse(Path path, String text) throws DiskImageException {
        List<String> lines = text.lines().map(String::strip).toList();
        List<String> notes = new ArrayList<>();
        SequencedMap<String, String> values = new LinkedHashMap<>();
        List<Integer> extentLines = new ArrayList<>();
        boolean begun = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (isMark(line)) {
                if (begun) {
                    notes.add("a second descriptor follows in line " + (i + 1) + "; it is not looked at");
                    break;
                }
                begun = true;
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                parseLine(path, i + 1, line, values, extentLines);
            }
        }
        if (extentLines.size() > MOST_EXTENTS) {
            throw new DiskImageException(
                    Kind.UNSAFE, path, "the descriptor names more than " + MOST_EXTENTS + " extents");
        }
        String encoding = values.getOrDefault("encoding", values.getOrDefault("ddb.encoding", "UTF-8"));
        List<VmdkExtentLine> extents = new ArrayList<>();
        for (int index : extentLines) {
            extents.add(extent(path, index, lines.get(index - 1), encoding));
        }
        return new VmdkDescriptor(values, List.copyOf(extents), List.copyOf(notes));
    }

    private static boolean isMark(String line) {
        return line.regionMatches(true, Math.max(0, line.indexOf('#')), MARK, 0, MARK.length());
    }

    private static void parseLine(
            Path path, int number, String line, SequencedMap<String, String> values, List<Integer> extents)
            throws DiskImageException {
        Matcher value = VALUE.matcher(line);
        if (value.matches()) {
            String key = value.group(1).toLowerCase(Locale.ROOT);
            values.putIfAbsent(key, unquoted(value.group(2)));
        } else if (EXTENT.matcher(line).matches()) {
            extents.add(number);
        } else {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    "line " + number
                            + " of the descriptor is neither an extent (RW, RDONLY or NOACCESS, sectors, type, name) "
                            + "nor a value");
        }
    }

    private static String unquoted(String value) {
        String stripped = value.strip();
        boolean quoted = stripped.length() >= 2 && stripped.startsWith("\"") && stripped.endsWith("\"");
        return quoted ? stripped.substring(1, stripped.length() - 1).strip() : stripped;
    }

    private static VmdkExtentLine extent(Path path, int number, String line, String encoding)
            throws DiskImageException {
        Matcher match = EXTENT.matcher(line);
        if (!match.matches()) {
            throw new IllegalArgumentException(line);
        }
        long sectors = Long.parseLong(match.group(2));
        String name = match.group(4) == null ? "" : match.group(4);
        long offset = match.group(5) == null ? 0 : Long.parseLong(match.group(5));
        if (sectors > MOST_SECTORS - offset) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    "line " + number + " of the descriptor gives an extent " + sectors + " sectors");
        }
        return new VmdkExtentLine(
                VmdkExtentLine.Access.of(match.group(1)),
                sectors,
                match.group(3).toUpperCase(Locale.ROOT),
                name.isEmpty() ? List.of() : DescriptorText.readings(name, encoding),
                offset);
    }

    /** The value of this name (in small letters), as its encoding reads it; empty where there is none. */
    String value(String name) {
        return readings(name).stream().findFirst().orElse("");
    }

    /** The value of this name in all encodings that it may be in; none where there is no value. */
    List<String> readings(String name) {
        String raw = values.getOrDefault(name, "");
        String encoding = values.getOrDefault("encoding", values.getOrDefault("ddb.encoding", "UTF-8"));
        return raw.isEmpty() ? List.of() : DescriptorText.readings(raw, encoding);
    }

    /** The id of the disk's content; empty where it has none. */
    OptionalLong cid() {
        return hex(value("cid"));
    }

    /** The id of the content of the parent's disk, where there is a parent. */
    OptionalLong parentCid() {
        OptionalLong parent = hex(value("parentcid"));
        return parent.isPresent() && parent.getAsLong() == NO_CID ? OptionalLong.empty() : parent;
    }

    private static OptionalLong hex(String text) {
        return text.matches("[0-9a-fA-F]{1,8}") ? OptionalLong.of(Long.parseLong(text, 16)) : OptionalLong.empty();
    }

    /** What kind of disk it is; empty where it does not say. */
    String createType() {
        return value("createtype");
    }

    /** How many sectors all parts have together. */
    long sectors(Path path) throws DiskImageException {
        long all = 0;
        for (VmdkExtentLine extent : extents) {
            if (extent.sectors() > MOST_SECTORS - all) {
                throw new DiskImageException(
                        Kind.MALFORMED, path, "the extents in the descriptor are longer than any disk");
            }
            all += extent.sectors();
        }
        return all;
    }
}
