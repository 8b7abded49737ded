package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a file apart into its sections. What Proxmox passes over with a warning is passed over with a warning here too, so that
 * the machine is the one it runs.
 */
final class ConfParser {
    /** That of a file in {@code /etc/pve}. */
    private static final int LARGEST = 1 << 20;

    static final Pattern KEY = Pattern.compile("[a-z][a-z_-]*[0-9]*");

    private static final Pattern SECTION = Pattern.compile("\\[([^\\]]*)\\]\\s*");
    private static final Pattern SNAPSHOT = Pattern.compile("(?i)[a-z][a-z0-9_-]+");
    /** vzdump's record of which device became which in an archive. */
    private static final String DUMP_MARK = "#qmdump#map:";

    private final String file;
    private final List<String> warnings;
    private final List<ConfSection> sections = new ArrayList<>();
    private final Map<String, ConfSection> byHeader = new HashMap<>();
    private ConfSection section = new ConfSection(ConfSection.Kind.MACHINE, "");

    private ConfParser(String file, List<String> warnings) {
        this.file = file;
        this.warnings = warnings;
        sections.add(section);
    }

    /** The sections of a file, the machine's own first. */
    static List<ConfSection> parse(byte[] content, String file, List<String> warnings) throws DefinitionException {
        if (content.length > LARGEST) {
            throw DefinitionException.of(
                    file, "has " + content.length + " bytes, and a definition of Proxmox has at most " + LARGEST);
        }
        String text = ProxmoxText.ofFile(content)
                .orElseThrow(
                        () -> DefinitionException.of(file, "is not UTF-8 text; is it a definition of Proxmox at all?"));
        ConfParser parser = new ConfParser(file, warnings);
        int number = 0;
        int count = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && ++count > Limits.MOST_SETTINGS) {
                throw DefinitionException.at(file, number, 1, "there are more than " + Limits.MOST_SETTINGS + " lines");
            }
            parser.line(line, number);
        }
        return parser.sections;
    }

    private void line(String line, int number) throws DefinitionException {
        if (line.isBlank()) {
            return;
        }
        if (line.startsWith("#")) {
            if (!line.startsWith(DUMP_MARK)) {
                section.describe(ProxmoxText.decoded(line.substring(1).stripTrailing()));
            }
            return;
        }
        Matcher header = SECTION.matcher(line);
        if (header.matches()) {
            begin(header.group(1), number);
            return;
        }
        Optional<Map.Entry<String, String>> setting = setting(line);
        if (setting.isEmpty()) {
            warn(number, "'" + shown(line) + "' is not KEY: VALUE; it is passed over");
        } else if (setting.get().getKey().equals("description")) {
            section.describe(ProxmoxText.decoded(setting.get().getValue()));
        } else {
            set(setting.get().getKey(), setting.get().getValue(), number);
        }
    }

    /** The key and value of a line; a value of blanks alone is empty. */
    static Optional<Map.Entry<String, String>> setting(String line) {
        Matcher key = KEY.matcher(line);
        boolean value = key.lookingAt() && line.startsWith(":", key.end()) && line.length() > key.end() + 1;
        return value
                ? Optional.of(
                        Map.entry(key.group(), line.substring(key.end() + 1).strip()))
                : Optional.empty();
    }

    /** Whether Proxmox takes a text for a snapshot's name. */
    static boolean snapshotName(String text) {
        return SNAPSHOT.matcher(text).matches() && !text.equalsIgnoreCase("PENDING");
    }

    private void begin(String name, int number) throws DefinitionException {
        ConfSection begun;
        if (name.equalsIgnoreCase("PENDING")) {
            begun = new ConfSection(ConfSection.Kind.PENDING, "");
        } else if (name.equalsIgnoreCase("special:cloudinit")) {
            begun = new ConfSection(ConfSection.Kind.CLOUDINIT, "");
        } else if (snapshotName(name)) {
            begun = new ConfSection(ConfSection.Kind.SNAPSHOT, name);
        } else {
            throw DefinitionException.at(
                    file, number, 1, "[" + shown(name) + "] is no section that Proxmox knows; take it out");
        }
        ConfSection before = byHeader.putIfAbsent(begun.kind() + " " + begun.name(), begun);
        if (before != null) {
            throw DefinitionException.at(
                    file, number, 1, "[" + shown(name) + "] is there a second time; take one of them out");
        }
        sections.add(begun);
        section = begun;
    }

    private void set(String key, String value, int number) {
        // The old name of the drive that CDs usually are in.
        String meant = key.equals("cdrom") ? "ide2" : key;
        if (value.isEmpty() && !meant.equals("boot")) {
            warn(number, key + " has no value; it is passed over");
        } else if (!section.put(meant, new ConfSection.Setting(value, number))) {
            warn(number, key + " is set a second time; the last value counts");
        }
    }

    private void warn(int number, String message) {
        warnings.add(file + ", line " + number + ": " + message);
    }

    /** A stranger's text in a message: short, and without what a terminal would obey. */
    static String shown(String text) {
        String plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?").strip();
        return plain.length() <= 60 ? plain : plain.substring(0, 57) + "...";
    }
}
