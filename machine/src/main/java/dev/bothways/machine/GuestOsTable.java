package dev.bothways.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rows of {@code guest-os.tsv}, read once, when they are first asked for. */
final class GuestOsTable {
    private static final String RESOURCE = "guest-os.tsv";
    private static final int COLUMNS = 10;
    /** Those of a year, linux2022, are libosinfo's. */
    private static final int NEWEST_KERNEL = 99;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
    private static final Pattern WIDTH = Pattern.compile("[-_ (]*(64|32)(?:-bit\\))?(?:guest)?$|guest(64)?$");

    /** The columns that systems are looked up by, in the table's order. */
    enum Column {
        ID(0),
        URI(3),
        VMWARE(4),
        OVF(5),
        VIRTUALBOX(8),
        TEMPLATE(9);

        private final int index;

        Column(int index) {
            this.index = index;
        }
    }

    /** A row with all its words. */
    private record Row(GuestOs system, List<List<String>> cells) {}

    /**
     * A word taken apart.
     *
     * @param product its beginning, up to the version
     * @param version the numbers in the rest
     * @param bits the width it says, or 32 where saying nothing means that
     */
    private record Name(String product, List<Integer> version, int bits) {}

    private static final GuestOsTable TABLE = read();

    private final List<Row> rows;
    private final Map<Column, Map<String, List<GuestOs>>> exact = new HashMap<>();

    private GuestOsTable(List<Row> rows) {
        this.rows = List.copyOf(rows);
        for (Column column : Column.values()) {
            Map<String, List<GuestOs>> words = new HashMap<>();
            for (Row row : rows) {
                for (String word : row.cells.get(column.index)) {
                    if (!word.startsWith("~")) {
                        words.computeIfAbsent(small(word), key -> new ArrayList<>())
                                .add(row.system);
                    }
                }
            }
            exact.put(column, words);
        }
    }

    /**
     * The system of a word: the row that has it, else the nearest version of its product, else the unknown one.
     *
     * @param bits the width, where the column's words do not say it
     */
    static GuestOs lookUp(Column column, String word, OptionalInt bits) {
        String wanted = small(word.strip());
        List<GuestOs> same = TABLE.having(column, wanted);
        Optional<GuestOs> found = same.stream()
                .filter(system -> bits.isEmpty() || system.bits() == bits.getAsInt())
                .findFirst();
        return found.or(() -> same.stream().findFirst())
                .or(() -> TABLE.nearest(column, wanted, bits))
                .orElseGet(TABLE::unknown);
    }

    /** The systems that have this number. */
    static List<GuestOs> withCim(int number) {
        String word = Integer.toString(number);
        return TABLE.rows.stream()
                .filter(row -> row.cells.get(7).contains(word))
                .map(Row::system)
                .toList();
    }

    /** Of these, the one of the first one's product that is nearest to a version. */
    static Optional<GuestOs> nearest(List<GuestOs> systems, String version) {
        String product = name(Column.ID, systems.getFirst().id()).product;
        return closest(
                TABLE.rows.stream().filter(row -> systems.contains(row.system)).toList(),
                Column.ID,
                product::equals,
                numbers(version));
    }

    /** Instead of a system that a hardware version does not know: an older one of the product, a Linux by its kernel, or any. */
    static GuestOs knownToVmware(GuestOs system, int hardwareVersion) {
        Name wanted = name(Column.ID, system.id());
        List<GuestOs> known = TABLE.rows.stream()
                .map(Row::system)
                .filter(other -> other.bits() == system.bits() && other.words().vmwareSince() <= hardwareVersion)
                .toList();
        List<Integer> newest = List.of(Integer.MAX_VALUE);
        return newest(known, wanted.product, wanted.version.isEmpty() ? newest : wanted.version)
                .or(() -> system.family() == GuestOs.Family.LINUX
                        ? newest(known, "linux", List.of(NEWEST_KERNEL))
                        : Optional.empty())
                .or(() -> known.stream()
                        .filter(other -> other.id().equals("unknown"))
                        .findFirst())
                .orElseGet(TABLE::unknown);
    }

    /** The newest of a product, up to a version. */
    private static Optional<GuestOs> newest(List<GuestOs> systems, String product, List<Integer> upTo) {
        return systems.stream()
                .filter(system -> name(Column.ID, system.id()).product.equals(product))
                .filter(system -> !version(system).isEmpty() && compare(version(system), upTo) <= 0)
                .max((one, other) -> compare(version(one), version(other)));
    }

    private static List<Integer> version(GuestOs system) {
        return name(Column.ID, system.id()).version;
    }

    private List<GuestOs> having(Column column, String word) {
        return exact.getOrDefault(column, Map.of()).getOrDefault(word, List.of());
    }

    private GuestOs unknown() {
        return having(Column.ID, "unknown").stream()
                .filter(system -> system.bits() == 64)
                .findFirst()
                .orElseThrow();
    }

    private Optional<GuestOs> nearest(Column column, String word, OptionalInt bits) {
        Name name = name(column, word);
        int width = bits.orElse(name.bits);
        List<Row> sameWidth =
                rows.stream().filter(row -> row.system.bits() == width).toList();
        return closest(sameWidth, column, name.product::equals, name.version)
                .or(() -> closest(rows, column, name.product::equals, name.version))
                .or(() -> column == Column.ID ? byBeginning(word) : Optional.empty());
    }

    /** {@code debiantrixie}: no version, but a product that is known. */
    private Optional<GuestOs> byBeginning(String id) {
        Set<String> products = rows.stream()
                .map(row -> name(Column.ID, row.system.id()).product)
                .filter(product -> product.length() > 2)
                .collect(Collectors.toSet());
        return products.stream()
                .filter(id::startsWith)
                .max((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length())
                .flatMap(product -> closest(
                        rows.stream().filter(row -> row.system.bits() == 64).toList(),
                        Column.ID,
                        product::equals,
                        List.of()));
    }

    /** The same major version's closest, else the newest that is older, else the oldest. Without a version the first row. */
    private static Optional<GuestOs> closest(
            List<Row> rows, Column column, Predicate<String> product, List<Integer> version) {
        Optional<GuestOs> best = Optional.empty();
        List<Integer> bestVersion = List.of();
        for (Row row : rows) {
            for (String word : row.cells.get(column.index)) {
                Name name = name(column, word.startsWith("~") ? word.substring(1) : word);
                if (product.test(name.product)
                        && (best.isEmpty() || (!version.isEmpty() && closer(name.version, bestVersion, version)))) {
                    best = Optional.of(row.system);
                    bestVersion = name.version;
                }
            }
        }
        return best;
    }

    private static boolean closer(List<Integer> candidate, List<Integer> best, List<Integer> wanted) {
        if (candidate.isEmpty() || best.isEmpty()) {
            return best.isEmpty() && !candidate.isEmpty();
        }
        boolean sameMajor = candidate.getFirst().equals(wanted.getFirst());
        boolean bestSameMajor = best.getFirst().equals(wanted.getFirst());
        if (sameMajor != bestSameMajor) {
            return sameMajor;
        }
        boolean older = compare(candidate, wanted) <= 0;
        boolean bestOlder = compare(best, wanted) <= 0;
        if (older != bestOlder) {
            return older;
        }
        return older ? compare(candidate, best) > 0 : compare(candidate, best) < 0;
    }

    private static int compare(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = Integer.compare(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static Name name(Column column, String word) {
        String text = small(word);
        int bits = 32;
        if (column != Column.ID && column != Column.URI) {
            Matcher width = WIDTH.matcher(text);
            // The templates of XenServer that say no width are of 64 bits.
            bits = column == Column.TEMPLATE ? 64 : 32;
            if (width.find()) {
                bits = width.group().contains("64") ? 64 : 32;
                text = text.substring(0, width.start());
            }
        }
        int digit = 0;
        while (digit < text.length() && !Character.isDigit(text.charAt(digit))) {
            digit++;
        }
        if (text.startsWith("win2k") || text.startsWith("win2000")) {
            digit = 5;
        }
        String product = text.substring(0, digit);
        if (column == Column.TEMPLATE) {
            product = firstWords(product);
        }
        return new Name(product.replaceAll("[^a-z0-9]+(unknown)?$", ""), numbers(text.substring(digit)), bits);
    }

    /** Templates have code names between the product and the version. */
    private static String firstWords(String product) {
        Matcher words = Pattern.compile("windows server|\\S+").matcher(product);
        return words.find() ? words.group() : "";
    }

    private static List<Integer> numbers(String text) {
        return NUMBER.matcher(text)
                .results()
                .map(found -> Integer.valueOf(found.group()))
                .toList();
    }

    private static String small(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static GuestOsTable read() {
        List<Row> rows = new ArrayList<>();
        List<String[]> lines = lines();
        for (String[] line : lines) {
            List<List<String>> cells = new ArrayList<>();
            for (String cell : line) {
                cells.add(cell.equals("-") ? List.of() : List.of(cell.split(";", -1)));
            }
            boolean sole =
                    lines.stream().filter(other -> other[0].equals(line[0])).count() == 1;
            GuestOs.Words words = new GuestOs.Words(
                    first(cells.get(3)),
                    first(cells.get(4)).orElseThrow(),
                    first(cells.get(5)).orElseThrow(),
                    Integer.parseInt(line[6]),
                    Integer.parseInt(first(cells.get(7)).orElseThrow()),
                    first(cells.get(8)).orElseThrow(),
                    first(cells.get(9)));
            rows.add(new Row(
                    new GuestOs(
                            first(cells.getFirst()).orElseThrow(),
                            Integer.parseInt(line[1]),
                            GuestOs.Family.valueOf(line[2].toUpperCase(Locale.ROOT)),
                            words,
                            sole),
                    cells));
        }
        return new GuestOsTable(rows);
    }

    private static Optional<String> first(List<String> cell) {
        return cell.stream().findFirst().map(word -> word.startsWith("~") ? word.substring(1) : word);
    }

    private static List<String[]> lines() {
        try (InputStream in = GuestOsTable.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not in the program");
            }
            List<String[]> lines = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    String[] cells = line.split("\t", -1);
                    if (cells.length != COLUMNS) {
                        throw new IllegalStateException(
                                RESOURCE + " has a line of " + cells.length + " cells: " + line);
                    }
                    lines.add(cells);
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
