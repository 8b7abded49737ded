package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.GrubMenu.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a menu's entries that stay theirs when others are put before them: GRUB takes {@code 1>2}, which counts, and ids and
 * titles, which do not.
 */
public final class GrubDefaults {
    private static final Pattern COUNTED = Pattern.compile("[0-9]{1,6}(?:>.*)?", Pattern.DOTALL);

    /** An assignment of a counted entry, in a script or in GRUB's environment. */
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "^([ \\t]*)(set[ \\t]+)?(default|fallback|saved_entry|next_entry|prev_saved_entry)=([\"']?)([0-9][^\"'\\r\\n$]*)\\4([ \\t]*\\r?)$",
            Pattern.MULTILINE);

    private final List<Node> nodes;

    GrubDefaults(List<Node> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /**
     * A script with every counted entry named by id or title; one that nothing names for sure is counted anew.
     *
     * @param before how many lines are put before the menu's own
     */
    public String named(String script, int before) {
        return ASSIGNMENT.matcher(script).replaceAll(found -> {
            Optional<String> name = reference(found.group(5).strip(), before);
            if (name.isEmpty()) {
                return Matcher.quoteReplacement(found.group());
            }
            // pygrub takes no second equals sign behind "set"; GRUB needs no "set".
            String set = found.group(2) == null || name.get().contains("=") ? "" : found.group(2);
            return Matcher.quoteReplacement(
                    found.group(1) + set + found.group(3) + "=" + quoted(name.get()) + found.group(6));
        });
    }

    /** As {@link #named}, of GRUB's environment, which knows no quotes. */
    public String namedInEnvironment(String block, int before) {
        return ASSIGNMENT.matcher(block).replaceAll(found -> {
            Optional<String> name = reference(found.group(5).strip(), before);
            return Matcher.quoteReplacement(
                    name.isEmpty()
                            ? found.group()
                            : found.group(1) + found.group(3) + "=" + name.get() + found.group(6));
        });
    }

    /** A number alone would count for pygrub, too, which counts otherwise: it takes none with another behind it. */
    private Optional<String> reference(String counted, int before) {
        Optional<String> name = name(counted);
        if (name.isPresent() || !COUNTED.matcher(counted).matches() || before == 0) {
            return name;
        }
        int cut = counted.indexOf('>');
        int first = Integer.parseInt(cut < 0 ? counted : counted.substring(0, cut));
        return Optional.of((first + before) + (cut < 0 ? ">0" : counted.substring(cut)));
    }

    /** The entry that {@code reference} counts, by ids or titles; empty where it counts none, or nothing names that for sure. */
    Optional<String> name(String reference) {
        if (nodes.isEmpty() || !COUNTED.matcher(reference).matches()) {
            return Optional.empty();
        }
        List<String> path = new ArrayList<>();
        List<Node> level = nodes;
        for (String part : reference.split("(?<!>)>(?!>)", -1)) {
            if (level.isEmpty()) {
                break;
            }
            int index = GrubMenu.index(level, part.replace(">>", ">"));
            Optional<String> name = name(level, index);
            if (name.isEmpty()) {
                return Optional.empty();
            }
            path.add(name.get().replace(">", ">>"));
            level = switch (level.get(index)) {
                case Node.Choice _ -> List.of();
                case Node.Submenu submenu -> submenu.nodes();
            };
        }
        return Optional.of(String.join(">", path));
    }

    /** The id or title by which GRUB finds this line of a menu and no other, and which it does not take for a number. */
    private static Optional<String> name(List<Node> level, int index) {
        Node node = level.get(index);
        for (String name : List.of(node.id().orElse(""), node.title())) {
            // GRUB takes a name that begins with a digit for a number, and those of menus are not quoted here.
            boolean plain = name.matches("[^\\p{Cntrl}'\"$\\\\0-9][^\\p{Cntrl}'\"$\\\\]*");
            if (plain && name.equals(name.strip()) && GrubMenu.index(level, name) == index && isKnown(level, name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** Not the first line for want of another. */
    private static boolean isKnown(List<Node> level, String name) {
        return level.stream()
                .anyMatch(node -> node.title().equals(name)
                        || node.id().filter(name::equals).isPresent());
    }

    private static String quoted(String name) {
        return "'" + name + "'";
    }
}
