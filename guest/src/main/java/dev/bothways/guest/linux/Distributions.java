package dev.bothways.guest.linux;

import dev.bothways.guest.Distribution;
import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a guest says that it is: os-release(5), and for older ones the files that distributions had before it. */
final class Distributions {
    private static final int LARGEST_FILE = 64 << 10;
    private static final Pattern NUMBER = Pattern.compile("([0-9]+(?:\\.[0-9]+)*)");

    private Distributions() {}

    static Distribution read(GuestFiles files) throws IOException {
        for (String path : List.of("/etc/os-release", "/usr/lib/os-release")) {
            Optional<String> text = files.text(path, LARGEST_FILE);
            if (text.isPresent()) {
                return ofRelease(assignments(text.get()), files);
            }
        }
        return older(files);
    }

    private static Distribution ofRelease(Map<String, String> values, GuestFiles files) throws IOException {
        String id = values.getOrDefault("ID", "linux");
        String version = values.getOrDefault("VERSION_ID", "");
        if (id.equals("debian")) {
            String point = line(files, "/etc/debian_version");
            version = point.matches("[0-9]+(\\.[0-9]+)+") && point.startsWith(version) ? point : version;
        }
        return new Distribution(
                id,
                words(values.getOrDefault("ID_LIKE", "")),
                values.getOrDefault("PRETTY_NAME", values.getOrDefault("NAME", id)),
                version,
                values.getOrDefault("VERSION_CODENAME", ""));
    }

    private static Distribution older(GuestFiles files) throws IOException {
        Map<String, String> lsb =
                assignments(files.text("/etc/lsb-release", LARGEST_FILE).orElse(""));
        if (lsb.containsKey("DISTRIB_ID")) {
            String id = lsb.get("DISTRIB_ID").toLowerCase(java.util.Locale.ROOT);
            return new Distribution(
                    id,
                    id.equals("ubuntu") ? List.of("debian") : List.of(),
                    lsb.getOrDefault("DISTRIB_DESCRIPTION", lsb.get("DISTRIB_ID")),
                    lsb.getOrDefault("DISTRIB_RELEASE", ""),
                    lsb.getOrDefault("DISTRIB_CODENAME", ""));
        }
        String debian = line(files, "/etc/debian_version");
        if (!debian.isEmpty()) {
            return new Distribution("debian", List.of(), "Debian GNU/Linux " + debian, number(debian), "");
        }
        String red = line(files, "/etc/redhat-release");
        if (!red.isEmpty()) {
            String id = red.startsWith("CentOS") ? "centos" : red.startsWith("Fedora") ? "fedora" : "rhel";
            return new Distribution(id, List.of("rhel"), red, number(red), "");
        }
        String suse = line(files, "/etc/SuSE-release");
        if (!suse.isEmpty()) {
            return new Distribution(
                    suse.startsWith("openSUSE") ? "opensuse" : "sles", List.of("suse"), suse, number(suse), "");
        }
        String alpine = line(files, "/etc/alpine-release");
        if (!alpine.isEmpty()) {
            return new Distribution("alpine", List.of(), "Alpine Linux " + alpine, alpine, "");
        }
        if (files.exists("/etc/arch-release")) {
            return new Distribution("arch", List.of(), "Arch Linux", "", "");
        }
        return new Distribution("linux", List.of(), "Linux of an unknown distribution", "", "");
    }

    private static String number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String line(GuestFiles files, String path) throws IOException {
        return files.text(path, LARGEST_FILE)
                .flatMap(text -> text.lines().findFirst())
                .orElse("")
                .strip();
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("[ \t]+"));
    }

    /** Assignments as a shell reads them, quotes and backslashes undone. */
    static Map<String, String> assignments(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                values.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
            }
        });
        return values;
    }

    private static String unquoted(String value) {
        if (value.length() > 1 && value.startsWith("'") && value.endsWith("'")) {
            return value.substring(1, value.length() - 1);
        }
        boolean doubled = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        String inner = doubled ? value.substring(1, value.length() - 1) : value;
        return inner.replaceAll("\\\\(.)", "$1");
    }
}
