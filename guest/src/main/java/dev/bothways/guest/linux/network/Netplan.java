package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Matcher;
import dev.bothways.guest.network.Property;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Netplan's YAML files (netplan-yaml(5)). Those of all directories are read in the order of their names, and what a later one says of
 * a device is added to what earlier ones say.
 */
final class Netplan {
    private static final List<String> DIRECTORIES = List.of("/etc/netplan", "/usr/lib/netplan", "/lib/netplan");

    private Netplan() {}

    /** The wired interfaces; a file that is no YAML adds to {@code problems} and nothing else. */
    static List<InterfaceMatch> read(GuestFiles files, List<String> problems) throws IOException {
        Map<String, Device> devices = new LinkedHashMap<>();
        for (String path : Layers.of(files, DIRECTORIES, ".yaml").values()) {
            Optional<YamlTree> tree =
                    YamlTree.parse(files.text(path, Network.LARGEST_FILE).orElse(""));
            if (tree.isEmpty()) {
                problems.add(path + " is no valid YAML, so its interfaces are not known");
            } else {
                add(tree.get(), List.of("network"), path, devices);
            }
        }
        return devices.entrySet().stream()
                .map(device -> device.getValue().match(Reader.NETPLAN, device.getKey()))
                .toList();
    }

    /** Adds what one file says of its {@code ethernets} below {@code root}. */
    static void add(YamlTree tree, List<String> root, String path, Map<String, Device> devices) {
        YamlTree.Branch ethernets = tree.branch(with(root, "ethernets"));
        for (Map.Entry<String, YamlTree.Branch> one : ethernets.children().entrySet()) {
            if (!one.getKey().equals("renderer")) {
                devices.computeIfAbsent(
                                one.getKey(),
                                id -> new Device(id, path, one.getValue().line()))
                        .add(one.getValue(), path);
            }
        }
    }

    private static List<String> with(List<String> path, String... more) {
        List<String> all = new ArrayList<>(path);
        all.addAll(List.of(more));
        return all;
    }

    /** A device of which the files so far have told something. */
    static final class Device {
        private final String id;
        private final String path;
        private final int line;
        private final Map<String, Part> match = new LinkedHashMap<>();
        private boolean hasMatch;
        private Optional<String> name = Optional.empty();

        private Device(String id, String path, int line) {
            this.id = id;
            this.path = path;
            this.line = line;
        }

        private void add(YamlTree.Branch device, String from) {
            device.text("set-name").ifPresent(text -> name = Optional.of(text));
            Optional<YamlTree.Branch> found =
                    Optional.ofNullable(device.children().get("match"));
            hasMatch |= found.isPresent();
            found.ifPresent(branch -> branch.children().forEach((key, value) -> part(key, value, from)));
        }

        /** A later file's value counts, and all files that have one are places of it. */
        private void part(String key, YamlTree.Branch value, String from) {
            List<Place> places = new ArrayList<>(List.of(new Place(from, value.line())));
            Optional.ofNullable(match.get(key)).ifPresent(earlier -> places.addAll(earlier.places()));
            match.put(key, new Part(matcher(key, value.texts()), key + ": " + String.join(" ", value.texts()), places));
        }

        private Matcher matcher(String key, List<String> values) {
            return switch (key) {
                // With set-name a name is looked up before udev has renamed the card.
                case "name" ->
                    name.isPresent()
                            ? new Matcher.Any(List.of(
                                    new Matcher.Is(Property.NAME, values),
                                    new Matcher.Is(Property.KERNEL_NAME, values)))
                            : new Matcher.Is(Property.NAME, values);
                case "macaddress" ->
                    new Matcher.Is(
                            Property.ADDRESS,
                            values.stream()
                                    .flatMap(text -> Addresses.parse(text).stream())
                                    .toList());
                case "driver" -> new Matcher.Is(Property.DRIVER, values);
                case "path" -> new Matcher.Is(Property.PATH, values);
                default -> new Matcher.Is(Property.OTHER, values);
            };
        }

        InterfaceMatch match(Reader reader, String key) {
            // With a match the id is a label alone; without one it is the interface's name.
            List<Part> parts = hasMatch
                    ? List.copyOf(match.values())
                    : List.of(new Part(Matcher.is(Property.NAME, id), id + ":", List.of(new Place(path, line))));
            Place place = parts.isEmpty()
                    ? new Place(path, line)
                    : parts.getFirst().places().getFirst();
            return new InterfaceMatch(
                    reader, place.path(), place.line(), parts, hasMatch ? name : Optional.empty(), key);
        }
    }

    /**
     * The text with the match of a device replaced.
     *
     * @param id the device
     * @param instead a key and its value
     * @return nothing where the match is shared with other devices, or where no such thing is there
     */
    static Optional<String> withMatch(String text, String id, String instead) {
        for (List<String> root : List.of(List.of("network", "ethernets"), List.of("ethernets"))) {
            Optional<String> changed =
                    YamlTree.parse(text).flatMap(tree -> tree.replaceMapping(text, with(root, id, "match"), instead));
            if (changed.isPresent()) {
                return changed;
            }
        }
        return Optional.empty();
    }
}
