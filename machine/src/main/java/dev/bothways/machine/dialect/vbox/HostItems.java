package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import java.util.Optional;
import java.util.Set;

/** The elements and attributes of a {@code .vbox} that reach into the host. */
final class HostItems {
    private static final Set<String> ELEMENTS = Set.of(
            "SharedFolder",
            "SharedFolders",
            "LPT",
            "DeviceFilter",
            "DeviceFilters",
            "HostPci",
            "GenericInterface",
            "Teleporter",
            "Capture",
            "VideoCapture",
            "Recording",
            "Debugging");

    /** Their values are files or devices even where they are mere names. */
    private static final Set<String> ATTRIBUTES = Set.of("tracefile", "hostPath", "logoImage", "imagePath");

    private static final Set<String> CONFIGURATION = Set.of("ExtraDataItem", "Property");

    /** Settings of the machine monitor itself: devices, files, drivers of the host. */
    private static final String INTERNAL = "VBoxInternal";

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        String name = extra.key().substring(extra.key().lastIndexOf('/') + 1);
        if (name.startsWith("@")) {
            boolean reaches = ATTRIBUTES.contains(name.substring(1)) || HostPaths.in(extra.value());
            return reaches ? Optional.empty() : Optional.of(extra);
        }
        Optional<Node> node = extra.value().startsWith("<") ? Node.parse(extra.value()) : Optional.empty();
        if (node.isEmpty()) {
            return ELEMENTS.contains(extra.value()) || HostPaths.in(extra.value())
                    ? Optional.empty()
                    : Optional.of(extra);
        }
        if (reaches(node.get())) {
            return Optional.empty();
        }
        return prune(node.get())
                ? Optional.of(new Extra(extra.dialect(), extra.key(), node.get().xml()))
                : Optional.of(extra);
    }

    /** Takes out what reaches into the host; whether there was such. */
    private static boolean prune(Node node) {
        boolean pruned = false;
        for (Node child : node.children()) {
            if (reaches(child)) {
                node.remove(child);
                pruned = true;
            } else {
                pruned |= prune(child);
            }
        }
        return pruned;
    }

    private static boolean reaches(Node node) {
        if (ELEMENTS.contains(node.name()) || HostPaths.in(node.text())) {
            return true;
        }
        boolean internal = CONFIGURATION.contains(node.name())
                && node.attribute("name").orElse("").startsWith(INTERNAL);
        return internal
                || node.attributes().entrySet().stream()
                        .anyMatch(each -> (ATTRIBUTES.contains(each.getKey())
                                        && !each.getValue().isEmpty())
                                || HostPaths.in(each.getValue()));
    }
}
