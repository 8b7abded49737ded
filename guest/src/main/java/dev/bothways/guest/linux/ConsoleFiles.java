package dev.bothways.guest.linux;

import dev.bothways.guest.Consoles;
import dev.bothways.guest.Consoles.Getty;
import dev.bothways.guest.Consoles.Source;
import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a guest asks for a login: systemd's units, inittab, upstart's jobs. */
final class ConsoleFiles {
    private static final int LARGEST_FILE = 1 << 20;
    private static final String UNITS = "/etc/systemd/system";
    private static final String GENERATOR = "system-generators/systemd-getty-generator";
    private static final Pattern UNIT = Pattern.compile("(?:serial-|container-)?getty@(.+)\\.service");
    private static final Pattern INITTAB =
            Pattern.compile("[^#:]{1,14}:[^:]*:(?:respawn|ondemand|askfirst):(.*getty.*)");
    private static final Pattern TERMINAL =
            Pattern.compile("(?:^|[\\s/'\"])((?:tty[A-Za-z]*[0-9]+|hvc[0-9]+|xvc[0-9]+|console))(?=$|[\\s'\"])");

    private final GuestFiles files;
    private final List<Getty> gettys = new ArrayList<>();

    private ConsoleFiles(GuestFiles files) {
        this.files = files;
    }

    static Consoles read(GuestFiles files) throws IOException {
        ConsoleFiles reader = new ConsoleFiles(files);
        reader.units();
        reader.inittab();
        reader.upstart();
        Set<String> securetty = new LinkedHashSet<>();
        files.text("/etc/securetty", LARGEST_FILE)
                .ifPresent(text -> text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .forEach(securetty::add));
        return new Consoles(List.copyOf(reader.gettys), reader.generated(), securetty);
    }

    private boolean generated() throws IOException {
        boolean there = files.exists("/lib/systemd/" + GENERATOR) || files.exists("/usr/lib/systemd/" + GENERATOR);
        Optional<String> mask = files.readLink("/etc/systemd/" + GENERATOR);
        return there && mask.filter("/dev/null"::equals).isEmpty();
    }

    private void units() throws IOException {
        for (String directory : files.list(UNITS)) {
            if (!directory.endsWith(".wants") && !directory.endsWith(".requires")) {
                continue;
            }
            for (String unit : files.list(UNITS + "/" + directory)) {
                Matcher matcher = UNIT.matcher(unit);
                boolean masked = files.readLink(UNITS + "/" + unit)
                        .filter("/dev/null"::equals)
                        .isPresent();
                String path = UNITS + "/" + directory + "/" + unit;
                if (masked) {
                    continue;
                }
                if (matcher.matches()) {
                    gettys.add(new Getty(unescaped(matcher.group(1)), Source.SYSTEMD, path, -1));
                } else if (unit.equals("console-getty.service")) {
                    gettys.add(new Getty("console", Source.SYSTEMD, path, -1));
                }
            }
        }
    }

    /** systemd writes {@code /} as {@code -}, and other characters as {@code \x2d}. */
    private static String unescaped(String instance) {
        return Pattern.compile("\\\\x([0-9a-f]{2})")
                .matcher(instance.replace('-', '/'))
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }

    private void inittab() throws IOException {
        List<String> lines =
                files.text("/etc/inittab", LARGEST_FILE).orElse("").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = INITTAB.matcher(lines.get(i).strip());
            if (matcher.matches()) {
                int line = i;
                terminal(matcher.group(1))
                        .ifPresent(name -> gettys.add(new Getty(name, Source.INITTAB, "/etc/inittab", line)));
            }
        }
    }

    private void upstart() throws IOException {
        for (String name : files.list("/etc/init")) {
            String path = "/etc/init/" + name;
            Optional<String> text = name.endsWith(".conf") ? files.text(path, LARGEST_FILE) : Optional.empty();
            text.stream()
                    .flatMap(String::lines)
                    .map(String::strip)
                    .filter(line -> line.startsWith("exec ") && line.contains("getty"))
                    .flatMap(line -> terminal(line).stream())
                    .forEach(terminal -> gettys.add(new Getty(terminal, Source.UPSTART, path, -1)));
        }
    }

    private static Optional<String> terminal(String command) {
        Matcher matcher = TERMINAL.matcher(command);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
