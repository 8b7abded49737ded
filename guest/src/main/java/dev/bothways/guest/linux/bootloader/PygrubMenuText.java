package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.GrubBlocks.Block;
import dev.bothways.guest.linux.bootloader.PygrubScript.Failure;
import dev.bothways.guest.linux.bootloader.PygrubScript.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A {@code grub.cfg} that pygrub reads to its end. pygrub gives up the whole file for one line that it cannot take apart, so
 * entries with such a line go; a line outside of entries is put in other words, which mean the same to GRUB. All else stays, byte
 * for byte.
 *
 * @param text the file
 * @param removed the first lines of the entries that went
 * @param problem why there is no such text, where there is none
 */
public record PygrubMenuText(String text, List<String> removed, Optional<String> problem) {
    private static final int LARGEST = 1 << 20;
    private static final int MOST_REPAIRS = 200;

    public PygrubMenuText {
        removed = List.copyOf(removed);
    }

    /** The text for a file with this content. */
    public static PygrubMenuText of(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        List<String> removed = new ArrayList<>();
        if (content.length > LARGEST) {
            return new PygrubMenuText(text, removed, Optional.of("it is longer than 1 MiB, and pygrub reads no more"));
        }
        if (Pygrub.decoded(content).isEmpty()) {
            // Titles and comments alone may hold such bytes; what the kernel gets is ASCII.
            text = text.replace('\ufffd', '?');
        }
        for (int i = 0; i < MOST_REPAIRS; i++) {
            Optional<Failure> failure = PygrubScript.read(text).failure();
            if (failure.isEmpty()) {
                return new PygrubMenuText(text, removed, Optional.empty());
            }
            Optional<String> repaired = repaired(text, failure.get(), removed);
            if (repaired.isEmpty()) {
                return new PygrubMenuText(
                        text,
                        removed,
                        Optional.of("line " + (failure.get().line() + 1) + ": "
                                + failure.get().why()));
            }
            text = repaired.get();
        }
        return new PygrubMenuText(text, removed, Optional.of("it has too many lines that pygrub cannot read"));
    }

    /** Seconds that pygrub waits for a key before it starts the default; empty where it waits for ever. */
    public OptionalInt timeout() {
        return PygrubScript.read(text).timeout();
    }

    private static Optional<String> repaired(String text, Failure failure, List<String> removed) {
        GrubBlocks blocks = GrubBlocks.of(text);
        return switch (failure.fault()) {
            case ENTRY -> blocks.startingAt(failure.line()).map(block -> without(text, block, removed));
            case BRACE -> {
                Optional<Block> block = blocks.endingAt(failure.line());
                yield block.isEmpty() ? Optional.empty() : brace(text, blocks, block.get(), removed);
            }
            case ASSIGNMENT -> assignment(text, failure.line());
        };
    }

    private static Optional<String> brace(String text, GrubBlocks blocks, Block block, List<String> removed) {
        if (block.isEntry()) {
            return Optional.of(without(text, block, removed));
        }
        if (block.head().equals("submenu")) {
            // An entry in it that pygrub does not know for one has closed it.
            List<String> lines = PygrubScript.lines(text);
            Optional<Block> unknown = blocks.entriesIn(block).stream()
                    .filter(entry -> PygrubScript.title(PygrubImage.strip(lines.get(entry.start())))
                            .isEmpty())
                    .findFirst();
            return Optional.of(without(text, unknown.orElse(block), removed));
        }
        return joined(text, block.end());
    }

    /** The text without the lines of a block. */
    private static String without(String text, Block block, List<String> removed) {
        List<String> lines = new ArrayList<>(PygrubScript.lines(text));
        removed.add(PygrubImage.strip(lines.get(block.start())));
        lines.subList(block.start(), block.end() + 1).clear();
        return String.join("\n", lines);
    }

    /** A closing brace counts for pygrub at the start of a line alone; GRUB takes it behind a semicolon too. */
    private static Optional<String> joined(String text, int brace) {
        List<String> lines = new ArrayList<>(PygrubScript.lines(text));
        int before = brace - 1;
        while (before >= 0 && PygrubImage.strip(lines.get(before)).isEmpty()) {
            before--;
        }
        if (before < 0 || PygrubImage.strip(lines.get(before)).startsWith("#")) {
            return Optional.empty();
        }
        String end = lines.get(before).stripTrailing();
        boolean opens = end.endsWith("{") || end.endsWith(";");
        lines.set(before, end + (opens ? " " : "; ") + PygrubImage.stripLeading(lines.get(brace)));
        lines.subList(before + 1, brace + 1).clear();
        return Optional.of(String.join("\n", lines));
    }

    /** GRUB takes an assignment without {@code set}, too; {@code set} alone prints variables. */
    private static Optional<String> assignment(String text, int at) {
        if (at < 0) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>(PygrubScript.lines(text));
        String line = lines.get(at);
        String edited = line.replaceFirst("^(\\s*)set(?:\\s+|$)", "$1");
        if (edited.equals(line) || (!edited.isBlank() && !edited.strip().matches("[A-Za-z_][A-Za-z_0-9]*=.*"))) {
            return Optional.empty();
        }
        lines.set(at, edited);
        return Optional.of(String.join("\n", lines));
    }

    /** What pygrub reads of the text. */
    Reading reading() {
        return PygrubScript.read(text);
    }
}
