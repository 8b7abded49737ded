package dev.bothways.guest.linux.network;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Matcher;
import dev.bothways.guest.network.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of network cards anywhere below {@code /etc}: in rules of a firewall, in what a daemon listens on, in units of systemd. A line
 * that begins as a comment does not count.
 */
final class Mentions {
    /** What kernels and udev call cards. */
    private static final Pattern NAME = Pattern.compile("(?<![A-Za-z0-9_])"
            + "(eth[0-9]{1,3}|enX[0-9]{1,3}|enx[0-9a-f]{12}|en[osp][0-9]{1,8}[0-9a-z]{0,12})(?![A-Za-z0-9_])");

    private static final Set<String> LEFT_OUT = Set.of(
            "/etc/alternatives",
            "/etc/apparmor.d",
            "/etc/bash_completion.d",
            "/etc/ca-certificates",
            "/etc/fonts",
            "/etc/gtk-3.0",
            "/etc/ld.so.cache",
            "/etc/pki",
            "/etc/selinux",
            "/etc/services",
            "/etc/ssl",
            "/etc/terminfo",
            "/etc/X11",
            "/etc/xdg");
    private static final int DEEPEST = 6;
    private static final int MOST_FILES = 4_000;
    private static final int LARGEST_FILE = 256 << 10;
    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_NAMES = 100;
    private static final int MOST_PLACES = 20;

    private final GuestFiles files;
    private final Map<String, List<Place>> found = new LinkedHashMap<>();
    private int seen;
    private long bytes;
    private Optional<String> unread = Optional.empty();

    private Mentions(GuestFiles files) {
        this.files = files;
    }

    /** One match for each name, with the places where it stands. What was too much to read is told in {@code problems}. */
    static List<InterfaceMatch> read(GuestFiles files, List<String> problems) throws IOException {
        Mentions mentions = new Mentions(files);
        mentions.directory("/etc", 1);
        mentions.unread.ifPresent(
                path -> problems.add(path + " and what comes after it or is as large were not searched"
                        + " for names of network interfaces: see whether they hold one"));
        List<InterfaceMatch> matches = new ArrayList<>();
        mentions.found.forEach((name, places) -> matches.add(new InterfaceMatch(
                Reader.MENTION,
                places.getFirst().path(),
                places.getFirst().line(),
                List.of(new Part(Matcher.is(Property.NAME, name), name, places)),
                Optional.empty(),
                name)));
        return matches;
    }

    /** The names of cards in a text, each once. */
    static Set<String> names(String text) {
        Set<String> names = new LinkedHashSet<>();
        NAME.matcher(text).results().forEach(result -> names.add(result.group()));
        return names;
    }

    private void directory(String path, int depth) throws IOException {
        for (String name : files.list(path)) {
            String below = path + "/" + name;
            if (LEFT_OUT.contains(below)) {
                continue;
            }
            Optional<FileStatus> status = files.findLink(below);
            if (++seen > MOST_FILES) {
                unread = unread.or(() -> Optional.of(below));
                return;
            }
            names(name).forEach(one -> add(one, new Place(below, 0)));
            if (status.isPresent() && status.get().isDirectory() && depth < DEEPEST) {
                directory(below, depth + 1);
            } else if (status.isPresent() && status.get().isRegular()) {
                file(below, status.get().size());
            }
        }
    }

    private void file(String path, long size) throws IOException {
        if (size > LARGEST_FILE || bytes + size > MOST_BYTES) {
            unread = unread.or(() -> Optional.of(path));
            return;
        }
        bytes += size;
        String text = new String(files.readAll(path, LARGEST_FILE), StandardCharsets.ISO_8859_1);
        // Most files have none, and looking for these is much faster than looking for lines.
        if ((!text.contains("eth") && !text.contains("en"))
                || text.indexOf('\0') >= 0
                || !NAME.matcher(text).find()) {
            return;
        }
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.stripLeading().matches("(?s)(#|;|//).*")) {
                Place place = new Place(path, number);
                names(line).forEach(name -> add(name, place));
            }
        }
    }

    private void add(String name, Place place) {
        if (found.size() < MOST_NAMES || found.containsKey(name)) {
            List<Place> places = found.computeIfAbsent(name, key -> new ArrayList<>());
            if (places.size() < MOST_PLACES) {
                places.add(place);
            }
        }
    }
}
