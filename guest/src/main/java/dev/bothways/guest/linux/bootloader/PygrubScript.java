package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.PygrubImage.Raised;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A {@code grub.cfg} read line by line as pygrub of Xen 4.17 does, up to where it would raise an exception. It knows no variables,
 * runs both sides of every {@code if}, and passes over functions.
 */
final class PygrubScript {
    private final List<String> lines;
    private final List<PygrubImage> images = new ArrayList<>();
    private final List<String> pending = new ArrayList<>();
    private final List<Integer> pendingLines = new ArrayList<>();
    private Optional<PygrubImage> open = Optional.empty();
    private String wanted = "0";
    private String timeout = "-1";
    private int timeoutLine = -1;
    private boolean inFunction;
    private int submenus;

    private PygrubScript(List<String> lines) {
        this.lines = lines;
    }

    /** Where and why pygrub gives up. */
    enum Fault {
        /** In an entry; the line is that which begins it. */
        ENTRY,
        /** A brace that closes nothing that pygrub has seen opened. */
        BRACE,
        /** An assignment outside of entries. */
        ASSIGNMENT
    }

    /**
     * Why it cannot be read.
     *
     * @param line index of the line at fault
     */
    record Failure(Fault fault, int line, String why) {}

    /**
     * What pygrub makes of it.
     *
     * @param images those read, up to the failure
     * @param wanted the number of the one to start; more than there are where it names none
     * @param timeout seconds that it waits for a key; empty for ever
     */
    record Reading(List<PygrubImage> images, int wanted, OptionalInt timeout, Optional<Failure> failure) {

        /** The image that it starts; empty where it would start none. */
        Optional<PygrubImage> chosen() {
            return failure.isPresent() || images.isEmpty()
                    ? Optional.empty()
                    : Optional.of(images.get(wanted < images.size() ? wanted : 0));
        }
    }

    /** Lines of a text as pygrub counts them. */
    static List<String> lines(String text) {
        return List.of(text.split("\n", -1));
    }

    static Reading read(String text) {
        PygrubScript script = new PygrubScript(lines(text));
        Optional<Failure> failure = script.run();
        BigInteger number = PygrubImage.integer(script.wanted).orElse(BigInteger.ZERO);
        int seconds =
                PygrubImage.integer(script.timeout).map(BigInteger::intValue).orElse(-1);
        return new Reading(
                List.copyOf(script.images),
                number.bitLength() > 30 ? Integer.MAX_VALUE : number.intValue(),
                seconds < 0 ? OptionalInt.empty() : OptionalInt.of(seconds),
                failure);
    }

    private Optional<Failure> run() {
        for (int i = 0; i < lines.size(); i++) {
            String line = PygrubImage.strip(lines.get(i));
            if (!line.isEmpty() && !line.startsWith("#")) {
                Optional<Failure> failure = line(line, i);
                if (failure.isPresent()) {
                    return failure;
                }
            }
        }
        if (open.isPresent()) {
            return Optional.of(new Failure(Fault.ENTRY, open.get().start, "the entry is never closed"));
        }
        return PygrubImage.integer(timeout).isPresent()
                ? Optional.empty()
                : Optional.of(new Failure(Fault.ASSIGNMENT, timeoutLine, "the timeout is no number"));
    }

    private Optional<Failure> line(String line, int at) {
        if (line.startsWith("function") || inFunction) {
            inFunction = line.startsWith("function") || !line.startsWith("}");
            return Optional.empty();
        }
        Optional<String> title = title(line);
        if (title.isPresent()) {
            if (open.isPresent()) {
                return Optional.of(
                        new Failure(Fault.ENTRY, open.get().start, "the entry is not closed before the next"));
            }
            open = Optional.of(new PygrubImage(PygrubImage.strip(title.get()), at));
        } else if (line.startsWith("submenu")) {
            submenus++;
        } else if (line.startsWith("}")) {
            return close(at);
        } else if (open.isPresent()) {
            pending.add(line);
            pendingLines.add(at);
        } else {
            return outside(line, at);
        }
        return Optional.empty();
    }

    /** The lines of an entry are looked at when it ends. */
    private Optional<Failure> close(int at) {
        if (open.isEmpty()) {
            return submenus-- > 0
                    ? Optional.empty()
                    : Optional.of(new Failure(Fault.BRACE, at, "a brace closes nothing"));
        }
        PygrubImage image = open.get();
        try {
            for (int i = 0; i < pending.size(); i++) {
                inside(image, pending.get(i), pendingLines.get(i));
            }
        } catch (Raised e) {
            return Optional.of(new Failure(Fault.ENTRY, image.start, String.valueOf(e.getMessage())));
        }
        images.add(image);
        pending.clear();
        pendingLines.clear();
        open = Optional.empty();
        return Optional.empty();
    }

    private static void inside(PygrubImage image, String line, int at) throws Raised {
        String[] command = command(line);
        String value = PygrubImage.strip(command[1]);
        switch (command[0]) {
            case "set:root" -> image.root(value);
            case "linux", "linux16" -> image.kernel(value, at);
            case "initrd", "initrd16" -> image.initramfs(value);
            default -> {}
        }
    }

    private Optional<Failure> outside(String line, int at) {
        try {
            String[] command = command(line);
            String value = PygrubImage.strip(command[1]);
            if (command[0].equals("set:default")) {
                boolean variable = value.equals("${saved_entry}") || value.equals("${next_entry}");
                wanted = variable || PygrubImage.integer(value).isEmpty() ? "0" : value;
                if (wanted.startsWith("-")
                        && PygrubImage.integer(wanted).orElseThrow().signum() < 0) {
                    throw new Raised("the default is a negative number");
                }
            } else if (command[0].equals("set:timeout")) {
                boolean variable = value.equals("${saved_entry}") || value.equals("${next_entry}");
                timeout = variable ? "0" : value;
                timeoutLine = at;
            }
            return Optional.empty();
        } catch (Raised e) {
            return Optional.of(new Failure(Fault.ASSIGNMENT, at, String.valueOf(e.getMessage())));
        }
    }

    /** Name and argument; of {@code set a=b} the name is {@code set:a}. */
    private static String[] command(String line) throws Raised {
        String[] command = PygrubImage.split(line);
        if (!command[0].equals("set")) {
            return command;
        }
        List<String> parts = assignment(command[1]);
        if (parts.size() != 2) {
            throw new Raised("an assignment has " + parts.size() + " parts: " + line);
        }
        return new String[] {"set:" + parts.get(0), unquoted(parts.get(1))};
    }

    /** What stands between a quote that the text begins with and the last of its kind. */
    private static String unquoted(String text) {
        boolean quoted = text.startsWith("\"") || text.startsWith("'");
        int end = quoted ? text.lastIndexOf(text.charAt(0)) : 0;
        return end > 0 ? text.substring(1, end) : text;
    }

    /** What stands between the quote after {@code menuentry} and the next one that a blank and, later, a brace follow. */
    static Optional<String> title(String line) {
        if (!line.startsWith("menuentry \"") && !line.startsWith("menuentry '")) {
            return Optional.empty();
        }
        int start = "menuentry '".length();
        int brace = line.lastIndexOf('{');
        for (int i = start; i + 1 < brace; i++) {
            if ((line.charAt(i) == '"' || line.charAt(i) == '\'') && line.charAt(i + 1) == ' ') {
                return Optional.of(line.substring(start, i));
            }
        }
        return Optional.empty();
    }

    /** The parts of an assignment, all of them or three: parted at equals signs, or at blanks where one comes first. */
    private static List<String> assignment(String text) {
        int equals = text.indexOf('=');
        int space = text.indexOf(' ');
        int tab = text.indexOf('\t');
        int blank = space < 0 ? tab : tab < 0 ? space : Math.min(space, tab);
        if (equals >= 0 && (blank < 0 || equals < blank)) {
            return List.of(text.split("=", 3));
        }
        List<String> parts = new ArrayList<>();
        String rest = PygrubImage.stripLeading(text);
        while (!rest.isEmpty()) {
            int end = parts.size() == 2 ? rest.length() : PygrubImage.blank(rest, 0);
            parts.add(rest.substring(0, end));
            rest = PygrubImage.stripLeading(rest.substring(end));
        }
        return parts;
    }
}
