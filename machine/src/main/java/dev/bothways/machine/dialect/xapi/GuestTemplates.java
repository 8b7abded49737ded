package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.GuestOs;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The labels of XenServer's templates ({@code debian-12}, {@code windows-server-2019-64bit}), and what the tools in a guest
 * say of it.
 */
final class GuestTemplates {
    private static final Map<String, String> FAMILIES = Map.of(
            "debian", "debian",
            "ubuntu", "ubuntu",
            "rhel", "rhel",
            "centos", "centos",
            "oel", "ol",
            "rocky", "rocky",
            "alma", "almalinux");

    private static final Map<String, String> WINDOWS = Map.ofEntries(
            Map.entry("7", "win7"),
            Map.entry("8", "win8"),
            Map.entry("8.1", "win8.1"),
            Map.entry("10", "win10"),
            Map.entry("11", "win11"),
            Map.entry("server-2008", "win2k8"),
            Map.entry("server-2008-r2", "win2k8r2"),
            Map.entry("server-2012", "win2k12"),
            Map.entry("server-2012-r2", "win2k12r2"),
            Map.entry("server-2016", "win2k16"),
            Map.entry("server-2019", "win2k19"),
            Map.entry("server-2022", "win2k22"),
            Map.entry("server-2025", "win2k25"));

    private static final Pattern LABEL =
            Pattern.compile("(windows|[a-z]+)-([a-z0-9.-]*?[0-9][a-z0-9.]*(?:-r2)?)(?:-(32|64)(?:bit)?)?");
    private static final Pattern WINDOWS_NAME =
            Pattern.compile("(?i)(?:microsoft )?windows (server )?([0-9.]+)( r2)?.*");

    private GuestTemplates() {}

    static boolean isWindows(String guestOs) {
        return GuestOs.of(guestOs).family() == GuestOs.Family.WINDOWS;
    }

    /** The system that belongs to a {@code reference_label}. */
    static Optional<String> byLabel(String label) {
        Matcher parts = LABEL.matcher(label);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Optional<String> id = parts.group(1).equals("windows")
                ? Optional.ofNullable(WINDOWS.get(parts.group(2)))
                : Optional.ofNullable(FAMILIES.get(parts.group(1))).map(family -> family + parts.group(2));
        String width = "32".equals(parts.group(3)) ? "/i686" : "";
        return id.flatMap(text -> GuestOs.of(text + width).text());
    }

    /** The system that the guest's tools named: {@code distro}, {@code major}, {@code minor}, {@code name}. */
    static Optional<String> bySystem(Map<String, String> system) {
        Matcher windows = WINDOWS_NAME.matcher(system.getOrDefault("name", "").strip());
        if (windows.matches()) {
            String server = windows.group(1) == null ? "" : "server-";
            String second = windows.group(3) == null ? "" : "-r2";
            return byLabel("windows-" + server + windows.group(2) + second);
        }
        String major = system.getOrDefault("major", "").strip();
        String minor = system.getOrDefault("minor", "").strip();
        String distribution = switch (system.getOrDefault("distro", "").strip()) {
            case "oracle", "ol" -> "oel";
            case "almalinux" -> "alma";
            case String other -> other;
        };
        boolean full = distribution.equals("ubuntu") && !minor.isEmpty();
        return byLabel(distribution + "-" + major + (full ? "." + minor : ""));
    }
}
