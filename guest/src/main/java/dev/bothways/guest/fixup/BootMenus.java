package dev.bothways.guest.fixup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every file in which a guest keeps the kernel's command line: the menus themselves, and what the guest's own tools make new
 * menus from, so that its next update brings nothing back.
 */
final class BootMenus {
    private static final List<String> MENUS = List.of(
            "/boot/grub/grub.cfg",
            "/boot/grub2/grub.cfg",
            "/boot/grub/custom.cfg",
            "/boot/grub/menu.lst",
            "/boot/grub/grub.conf",
            "/boot/extlinux/extlinux.conf",
            "/boot/extlinux.conf",
            "/boot/syslinux/syslinux.cfg");
    private static final String LOADER_ENTRIES = "/boot/loader/entries";
    private static final String GRUB_DEFAULTS = "/etc/default/grub";
    private static final String KERNEL_COMMAND_LINE = "/etc/kernel/cmdline";

    /** The argument of {@code linux} and its like begins after the kernel's path. */
    private static final Pattern MENU_LINE = Pattern.compile(
            "^([ \\t]*(?:linux|linux16|linuxefi|kernel|module|module2|multiboot|multiboot2)[ \\t]+(?:--\\S+[ \\t]+)*\\S+)([ \\t][^\\r\\n]*)?(\\r?)$",
            Pattern.MULTILINE);

    private static final Pattern APPEND_LINE = Pattern.compile(
            "^([ \\t]*(?:append|options)[ \\t]+)([^\\r\\n]*)(\\r?)$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /** Debian's update-grub of GRUB legacy keeps what it makes entries from in comments. */
    private static final Pattern LEGACY_DEFAULTS =
            Pattern.compile("^(# (?:kopt|xenkopt|defoptions)(?:_[^=\\s]*)?=)([^\\r\\n]*)(\\r?)$", Pattern.MULTILINE);

    private static final Pattern SHELL_VARIABLE = Pattern.compile(
            "^([ \\t]*(?:export[ \\t]+)?GRUB_CMDLINE_LINUX(?:_[A-Z_]+)?\\+?=)(?:\"([^\"\\r\\n]*)\"|'([^'\\r\\n]*)'|([^\\s\"'#]*))",
            Pattern.MULTILINE);

    private final Draft draft;

    BootMenus(Draft draft) {
        this.draft = draft;
    }

    /**
     * What to make of a command line.
     */
    @FunctionalInterface
    interface Change {
        /**
         * The command line changed, or as it is.
         *
         * @param complete whether this is the whole of what a kernel gets; else the part that the guest's tools add
         */
        CommandLine of(CommandLine line, boolean complete);
    }

    /** Changes the command line of every entry, everywhere. */
    void edit(Change change, String reason) throws IOException {
        for (String path : menus()) {
            String text = draft.text(path).orElseThrow();
            String edited = replace(MENU_LINE, text, line -> change.of(line, true));
            edited = replace(APPEND_LINE, edited, line -> change.of(line, true));
            draft.write(path, replace(LEGACY_DEFAULTS, edited, line -> change.of(line, false)), reason);
        }
        for (String path : defaults()) {
            String text = draft.text(path).orElseThrow();
            draft.write(path, editVariables(text, change), reason);
        }
        Optional<String> whole = draft.text(KERNEL_COMMAND_LINE);
        if (whole.isPresent()) {
            String line = whole.get().stripTrailing();
            draft.write(
                    KERNEL_COMMAND_LINE,
                    change.of(new CommandLine(line), true) + whole.get().substring(line.length()),
                    reason);
        }
    }

    /** Menus that are there or will be: the usual places, and where inspection found one. */
    Set<String> menus() throws IOException {
        Set<String> candidates = new LinkedHashSet<>(MENUS);
        draft.guest().bootLoader().configuration().ifPresent(candidates::add);
        for (String name : draft.list(LOADER_ENTRIES)) {
            if (name.endsWith(".conf")) {
                candidates.add(LOADER_ENTRIES + "/" + name);
            }
        }
        return present(candidates);
    }

    private Set<String> defaults() throws IOException {
        Set<String> candidates = new LinkedHashSet<>(List.of(GRUB_DEFAULTS));
        for (String name : draft.list(GRUB_DEFAULTS + ".d")) {
            if (name.endsWith(".cfg")) {
                candidates.add(GRUB_DEFAULTS + ".d/" + name);
            }
        }
        return present(candidates);
    }

    private Set<String> present(Set<String> candidates) throws IOException {
        Set<String> present = new LinkedHashSet<>();
        List<String> seen = new ArrayList<>();
        for (String path : candidates) {
            if (draft.text(path).isPresent() && !seen.contains(draft.key(path))) {
                seen.add(draft.key(path));
                present.add(path);
            }
        }
        return present;
    }

    private interface LineChange {
        CommandLine of(CommandLine line);
    }

    private static String replace(Pattern pattern, String text, LineChange change) {
        return pattern.matcher(text).replaceAll(match -> {
            String rest = match.group(2) == null ? "" : match.group(2);
            String line = rest.stripLeading();
            String blanks = rest.substring(0, rest.length() - line.length());
            String edited = change.of(new CommandLine(line)).text();
            boolean glued =
                    blanks.isEmpty() && !edited.isEmpty() && match.group(1).matches("(?s).*\\S(?<!=)");
            return Matcher.quoteReplacement(match.group(1) + blanks + (glued ? " " : "") + edited + match.group(3));
        });
    }

    private static String editVariables(String text, Change change) {
        return SHELL_VARIABLE.matcher(text).replaceAll(match -> {
            boolean doubled = match.group(2) != null;
            boolean single = match.group(3) != null;
            String value = doubled ? match.group(2) : single ? match.group(3) : match.group(4);
            String edited = change.of(new CommandLine(value), false).text();
            // A value without quotes gets them when it has come to hold blanks.
            String quote = doubled ? "\"" : single ? "'" : edited.contains(" ") ? "\"" : "";
            return Matcher.quoteReplacement(match.group(1) + quote + edited + quote);
        });
    }
}
