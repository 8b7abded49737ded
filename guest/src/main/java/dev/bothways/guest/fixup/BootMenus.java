package dev.bothways.guest.fixup;

import dev.bothways.guest.linux.bootloader.GrubDefaults;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every file in which a guest keeps the kernel's command line: the menus themselves with the files that they include, and what
 * the guest's own tools make new menus from, so that its next update brings nothing back. A line goes on behind a backslash at
 * its end.
 */
final class BootMenus {
    private static final List<String> MENUS = List.of(
            "/boot/grub/grub.cfg",
            "/boot/grub2/grub.cfg",
            "/boot/grub/custom.cfg",
            "/boot/grub2/custom.cfg",
            "/boot/grub/menu.lst",
            "/boot/grub/grub.conf",
            "/boot/extlinux/extlinux.conf",
            "/boot/extlinux.conf",
            "/boot/syslinux/syslinux.cfg");
    private static final List<String> ENVIRONMENTS = List.of("/boot/grub/grubenv", "/boot/grub2/grubenv");
    private static final List<String> LOADER_ENTRIES =
            List.of("/boot/loader/entries", "/boot/efi/loader/entries", "/efi/loader/entries");
    private static final String EFI_PROGRAMS = "/boot/efi/EFI";
    /** What grub-mkconfig runs: what stands there in the words of a menu gets into the next one. */
    private static final String GRUB_SCRIPTS = "/etc/grub.d";

    private static final String GRUB_DEFAULTS = "/etc/default/grub";
    private static final String KERNEL_COMMAND_LINE = "/etc/kernel/cmdline";
    private static final int MOST_INCLUDED = 64;

    /** The rest of a line, those included that it goes on in. */
    private static final String REST = "[^\\r\\n]*+(?:(?<=\\\\)\\r?\\n[^\\r\\n]*+){0,50}";

    /** The argument of {@code linux} and its like begins after the kernel's path. */
    private static final Pattern MENU_LINE = Pattern.compile(
            "^([ \\t]*(?:linux|linux16|linuxefi|kernel|module|module2|multiboot|multiboot2)[ \\t]+(?:--\\S+[ \\t]+)*\\S+)([ \\t]"
                    + REST + ")?(\\r?)$",
            Pattern.MULTILINE);

    private static final Pattern APPEND_LINE = Pattern.compile(
            "^([ \\t]*(?:append|options)[ \\t]+)(" + REST + ")(\\r?)$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /** Debian's update-grub of GRUB legacy keeps what it makes entries from in comments. */
    private static final Pattern LEGACY_DEFAULTS =
            Pattern.compile("^(# (?:kopt|xenkopt|defoptions)(?:_[^=\\s]*)?=)([^\\r\\n]*)(\\r?)$", Pattern.MULTILINE);

    private static final Pattern ENVIRONMENT_LINE =
            Pattern.compile("^((?:[a-z_]*(?:kernelopts|cmdline))=)([^\\r\\n]*)(\\r?)$", Pattern.MULTILINE);

    private static final Pattern SHELL_VARIABLE = Pattern.compile(
            "^([ \\t]*(?:export[ \\t]+)?GRUB_CMDLINE_LINUX(?:_[A-Z_]+)?\\+?=)"
                    + "(?:\"([^\"\\\\]*+(?:\\\\[\\s\\S][^\"\\\\]*+){0,500})\"|'([^']*)'|([^\\s\"'#]*))",
            Pattern.MULTILINE);

    /** {@code INCLUDE} of extlinux, {@code configfile} of GRUB legacy. */
    private static final Pattern INCLUDE = Pattern.compile(
            "^[ \\t]*(?:menu[ \\t]+)?(?:include|config|configfile)[ \\t]+(?:\\([^)]*\\))?([^\\s$(]+)",
            Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /** Files that the shell takes in: {@code . /etc/default/grub.local}. */
    private static final Pattern SOURCED = Pattern.compile(
            "^[ \\t]*(?:.*(?:&&|;|then)[ \\t]*)?(?:\\.|source)[ \\t]+[\"']?(/[^\\s\"'$;]+)", Pattern.MULTILINE);

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
        List<String> menus = new ArrayList<>(menus());
        menus.addAll(scripts());
        for (String path : menus) {
            String text = draft.text(path).orElseThrow();
            String edited = replace(MENU_LINE, text, line -> change.of(line, true));
            edited = replace(APPEND_LINE, edited, line -> change.of(line, true));
            write(path, replace(LEGACY_DEFAULTS, edited, line -> change.of(line, false)), reason);
        }
        for (String path : environments()) {
            String text = draft.text(path).orElseThrow();
            write(path, replace(ENVIRONMENT_LINE, text, line -> change.of(line, true)), reason);
        }
        for (String path : defaults()) {
            write(path, editVariables(draft.text(path).orElseThrow(), change), reason);
        }
        Optional<String> whole = draft.text(KERNEL_COMMAND_LINE);
        if (whole.isPresent()) {
            String line = whole.get().stripTrailing();
            write(
                    KERNEL_COMMAND_LINE,
                    change.of(new CommandLine(line), true) + whole.get().substring(line.length()),
                    reason);
        }
    }

    /** All these files. */
    Set<String> all() throws IOException {
        Set<String> all = new LinkedHashSet<>(menus());
        all.addAll(environments());
        all.addAll(scripts());
        all.addAll(defaults());
        all.addAll(present(Set.of(KERNEL_COMMAND_LINE)));
        return all;
    }

    /**
     * Has GRUB's default named by id or title wherever it is counted, so that a line more or less in the menu leaves it as it is.
     *
     * @param before how many lines are put before the menu's own
     */
    void nameDefaults(GrubDefaults entries, int before, String reason) throws IOException {
        for (Map.Entry<String, String> file : namedDefaults(entries, before).entrySet()) {
            write(file.getKey(), file.getValue(), reason);
        }
    }

    /** What {@link #nameDefaults} writes, by path. */
    Map<String, String> namedDefaults(GrubDefaults entries, int before) throws IOException {
        Map<String, String> named = new LinkedHashMap<>();
        Set<String> files = new LinkedHashSet<>(draft.guest().bootLoader().files());
        files.addAll(environments());
        for (String path : present(files)) {
            String text = draft.text(path).orElseThrow();
            named.put(
                    path,
                    path.endsWith("/grubenv") ? entries.namedInEnvironment(text, before) : entries.named(text, before));
        }
        return named;
    }

    /** Makes one of these files hold {@code text}. GRUB's environment keeps its size: what is left of it is filled with {@code #}. */
    void write(String path, String text, String reason) throws IOException {
        if (!path.endsWith("/grubenv")) {
            draft.write(path, text, reason);
            return;
        }
        String before = draft.text(path).orElse(text);
        String body = text.replaceFirst("#*$", "");
        if (body.length() > before.length()) {
            draft.warn(path + " has no room for what must change in it: " + reason);
        } else if (!text.equals(before)) {
            draft.write(path, body + "#".repeat(before.length() - body.length()), reason);
        }
    }

    /** Menus that are there or will be: the usual places, where inspection found one, and what they include. */
    Set<String> menus() throws IOException {
        Set<String> candidates = new LinkedHashSet<>(MENUS);
        draft.guest().bootLoader().files().stream()
                .filter(path -> !path.endsWith("/grubenv"))
                .forEach(candidates::add);
        for (String folder : LOADER_ENTRIES) {
            candidates.addAll(below(folder, ".conf"));
        }
        for (String vendor : draft.list(EFI_PROGRAMS)) {
            candidates.add(EFI_PROGRAMS + "/" + vendor + "/grub.cfg");
        }
        return withIncluded(present(candidates), INCLUDE);
    }

    private Set<String> environments() throws IOException {
        Set<String> candidates = new LinkedHashSet<>(ENVIRONMENTS);
        draft.guest().bootLoader().files().stream()
                .filter(path -> path.endsWith("/grubenv"))
                .forEach(candidates::add);
        for (String vendor : draft.list(EFI_PROGRAMS)) {
            candidates.add(EFI_PROGRAMS + "/" + vendor + "/grubenv");
        }
        return present(candidates);
    }

    private Set<String> scripts() throws IOException {
        return present(new LinkedHashSet<>(below(GRUB_SCRIPTS, "")));
    }

    private Set<String> defaults() throws IOException {
        Set<String> candidates = new LinkedHashSet<>(List.of(GRUB_DEFAULTS));
        candidates.addAll(below(GRUB_DEFAULTS + ".d", ".cfg"));
        return withIncluded(present(candidates), SOURCED);
    }

    private List<String> below(String folder, String ending) throws IOException {
        return draft.list(folder).stream()
                .filter(name -> name.endsWith(ending))
                .map(name -> folder + "/" + name)
                .toList();
    }

    private Set<String> withIncluded(Set<String> files, Pattern includes) throws IOException {
        Set<String> all = new LinkedHashSet<>(files);
        Deque<String> left = new ArrayDeque<>(files);
        while (!left.isEmpty() && all.size() < files.size() + MOST_INCLUDED) {
            String path = left.pop();
            String folder = path.substring(0, path.lastIndexOf('/') + 1);
            Set<String> named = new LinkedHashSet<>();
            includes.matcher(draft.text(path).orElse("")).results().forEach(include -> {
                String name = include.group(1);
                named.add(name.startsWith("/") ? name : folder + name);
                named.add("/boot" + (name.startsWith("/") ? name : "/" + name));
            });
            for (String found : present(named)) {
                if (all.add(found)) {
                    left.add(found);
                }
            }
        }
        return present(all);
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
