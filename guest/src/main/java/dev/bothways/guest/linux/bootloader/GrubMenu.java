package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.BootEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A GRUB menu as a tree, and the way GRUB finds its default in it. */
final class GrubMenu {
    private GrubMenu() {}

    /** A line of a menu. */
    sealed interface Node {
        String title();

        Optional<String> id();

        record Choice(BootEntry entry) implements Node {
            @Override
            public String title() {
                return entry.title();
            }

            @Override
            public Optional<String> id() {
                return entry.id();
            }
        }

        record Submenu(String title, Optional<String> id, List<Node> nodes) implements Node {}
    }

    /** Every entry, submenus in their place. */
    static List<BootEntry> flat(List<Node> nodes) {
        List<BootEntry> entries = new ArrayList<>();
        for (Node node : nodes) {
            switch (node) {
                case Node.Choice choice -> entries.add(choice.entry());
                case Node.Submenu submenu -> entries.addAll(flat(submenu.nodes()));
            }
        }
        return entries;
    }

    /**
     * What GRUB starts for this value of {@code default}: a number, a title or an id, with {@code >} before that of a submenu's
     * entry. Where it names nothing, GRUB takes the first line.
     */
    static Optional<BootEntry> chosen(List<Node> nodes, String wanted) {
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        int cut = separator(wanted);
        String here = cut < 0 ? wanted : wanted.substring(0, cut);
        String below = cut < 0 ? "" : wanted.substring(cut + 1);
        return switch (find(nodes, here.replace(">>", ">"))) {
            case Node.Choice choice -> Optional.of(choice.entry());
            case Node.Submenu submenu -> chosen(submenu.nodes(), below);
        };
    }

    /** The first {@code >} that is not doubled; doubled ones stand for themselves. */
    private static int separator(String wanted) {
        for (int i = 0; i < wanted.length(); i++) {
            if (wanted.charAt(i) == '>') {
                if (i + 1 < wanted.length() && wanted.charAt(i + 1) == '>') {
                    i++;
                } else {
                    return i;
                }
            }
        }
        return -1;
    }

    private static Node find(List<Node> nodes, String wanted) {
        return nodes.get(index(nodes, wanted));
    }

    /** Which line of a menu a number, a title or an id names: the first where it names none. */
    static int index(List<Node> nodes, String wanted) {
        if (wanted.matches("[0-9]{1,6}")) {
            int index = Integer.parseInt(wanted);
            return index < nodes.size() ? index : 0;
        }
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).title().equals(wanted)
                    || nodes.get(i).id().filter(wanted::equals).isPresent()) {
                return i;
            }
        }
        return 0;
    }
}
