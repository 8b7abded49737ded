package dev.bothways.guest.fixup;

import dev.bothways.guest.Consoles.Getty;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel prints, and someone asks for a login, where the target has a console. Xen's {@code hvc0} is nowhere else, and a
 * paravirtual Xen guest has no screen and no serial port. Without this a boot runs blind, and a prompt for a terminal that is
 * not there holds up the boot for ninety seconds.
 */
final class ConsoleSettings implements Fixup {
    private static final Pattern CONSOLE = Pattern.compile("console=([A-Za-z0-9]+)(,.*)?");
    /** Terminals that only some hypervisors have. Others, and those of real hardware, are let alone. */
    private static final Pattern HYPERVISORS_OWN = Pattern.compile("hvc[0-9]|xvc[0-9]|tty0|ttyS[0-9]{1,2}");

    private static final String WANTS = "/etc/systemd/system/getty.target.wants";

    @Override
    public String name() {
        return "consoles";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        List<String> there = draft.needs().consoles();
        commandLines(draft, there);
        for (Getty getty : draft.guest().consoles().gettys()) {
            if (isForeign(getty.terminal(), there)) {
                switch (getty.source()) {
                    case SYSTEMD -> systemd(draft, getty, there);
                    case INITTAB -> {} // The file is edited as a whole below.
                    case UPSTART -> upstart(draft, getty, there);
                }
            }
        }
        inittab(draft, there);
        securetty(draft, there);
    }

    /** Whether a terminal is one of a hypervisor's, and not of this one. */
    private static boolean isForeign(String terminal, List<String> there) {
        if (terminal.startsWith("ttyS") || terminal.equals("tty0")) {
            // A platform with any serial port may have the others too.
            return there.stream().noneMatch(console -> console.startsWith("tty"));
        }
        return HYPERVISORS_OWN.matcher(terminal).matches() && !there.contains(terminal);
    }

    /** The terminal that takes over from one that is not there: the last in the platform's list that is no screen. */
    private static String successor(List<String> there) {
        return there.stream()
                .filter(console -> !console.equals("tty0"))
                .reduce((first, second) -> second)
                .orElse("tty1");
    }

    private static void commandLines(Draft draft, List<String> there) throws IOException {
        new BootMenus(draft).edit((line, complete) -> withConsoles(line, there), reason(draft, there));
    }

    /** The line with the platform's consoles in place of those it has not. A line that names none is let alone. */
    static CommandLine withConsoles(CommandLine line, List<String> there) {
        CommandLine kept = line.without(word -> {
            Matcher console = CONSOLE.matcher(word);
            return console.matches() && isForeign(console.group(1), there);
        });
        if (kept.equals(line)) {
            return line;
        }
        List<String> named = kept.words().stream()
                .map(CONSOLE::matcher)
                .filter(Matcher::matches)
                .map(console -> console.group(1))
                .toList();
        List<String> added = there.stream()
                .filter(console -> !named.contains(console))
                .map(console -> "console=" + console)
                .toList();
        return kept.with(added);
    }

    /** {@code serial-getty@hvc0.service} is wanted by a link; systemd waits for the terminal's device. */
    private static void systemd(Draft draft, Getty getty, List<String> there) throws IOException {
        if (!getty.path().startsWith("/etc/") || !draft.exists(getty.path())) {
            return;
        }
        String successor = successor(there);
        draft.remove(getty.path(), reason(draft, there));
        String link = WANTS + "/serial-getty@" + successor + ".service";
        boolean wanted = draft.guest().consoles().has(successor) || draft.exists(link);
        if (!wanted) {
            draft.link(link, unit(draft), reason(draft, there));
        }
    }

    private static String unit(Draft draft) throws IOException {
        String usual = "/lib/systemd/system/serial-getty@.service";
        return draft.exists(usual) ? usual : "/usr" + usual;
    }

    private static void upstart(Draft draft, Getty getty, List<String> there) throws IOException {
        Optional<String> job = draft.text(getty.path());
        String successor = successor(there);
        String path = "/etc/init/" + successor + ".conf";
        if (job.isEmpty()) {
            return;
        }
        draft.remove(getty.path(), reason(draft, there));
        if (!draft.exists(path)) {
            draft.write(
                    path,
                    job.get().replaceAll("\\b" + Pattern.quote(getty.terminal()) + "\\b", successor),
                    reason(draft, there));
        }
    }

    private static void inittab(Draft draft, List<String> there) throws IOException {
        Optional<String> text = draft.text("/etc/inittab");
        if (text.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>(Arrays.asList(text.get().split("\n", -1)));
        boolean prompt = lines.stream().anyMatch(line -> asksOn(line, successor(there)));
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Optional<String> foreign = foreignTerminal(line, there);
            if (foreign.isPresent()) {
                lines.set(
                        i,
                        prompt
                                ? "# " + line
                                : line.replaceAll("\\b" + Pattern.quote(foreign.get()) + "\\b", successor(there)));
                prompt = true;
            }
        }
        draft.write("/etc/inittab", String.join("\n", lines), reason(draft, there));
    }

    private static boolean asksOn(String line, String terminal) {
        return isActive(line) && line.matches(".*\\b" + Pattern.quote(terminal) + "\\b.*");
    }

    private static boolean isActive(String line) {
        return !line.startsWith("#") && line.contains("getty") && line.contains("respawn");
    }

    private static Optional<String> foreignTerminal(String line, List<String> there) {
        if (!isActive(line)) {
            return Optional.empty();
        }
        return Arrays.stream(line.split("[\\s:]+"))
                .filter(word -> HYPERVISORS_OWN.matcher(word).matches() && !word.equals("tty0"))
                .filter(word -> isForeign(word, there))
                .findFirst();
    }

    /** Where root may log in, in guests that keep such a list. */
    private static void securetty(Draft draft, List<String> there) throws IOException {
        Optional<String> text = draft.text("/etc/securetty");
        if (text.isEmpty()) {
            return;
        }
        List<String> listed = text.get().lines().map(String::strip).toList();
        StringBuilder all = new StringBuilder(text.get());
        for (String console : there) {
            String terminal = console.equals("tty0") ? "tty1" : console;
            if (!listed.contains(terminal)) {
                all.append(all.isEmpty() || all.charAt(all.length() - 1) == '\n' ? "" : "\n")
                        .append(terminal)
                        .append('\n');
            }
        }
        draft.write("/etc/securetty", all.toString(), "root may log in only on terminals that /etc/securetty lists");
    }

    private static String reason(Draft draft, List<String> there) {
        return draft.target().platform().id() + " has " + String.join(" and ", there)
                + ", and a console that is not there shows nothing and holds up the boot";
    }
}
