package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.Extra;
import dev.bothways.machine.Lost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects the lines of a file, each key once, and puts them in the order in which VMware's own files have them. */
final class VmxOutput {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.:*-]{1,200}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final List<Pattern> GROUPS = List.of(
            Pattern.compile("\\.encoding"),
            Pattern.compile("config\\.version|virtualhw\\..*"),
            Pattern.compile("displayname"),
            Pattern.compile("annotation"),
            Pattern.compile("guestos.*|uuid\\..*|vc\\.uuid"),
            Pattern.compile("firmware|uefi\\..*|nvram|bios\\..*"),
            Pattern.compile("memsize|mem\\..*|numvcpus|cpuid\\..*|vhv\\..*|vcpu\\..*|sched\\.(cpu|mem)\\..*"),
            Pattern.compile("pcibridge.*|vmci.*|hpet.*"),
            Pattern.compile("(sched\\.)?(scsi|sata|nvme|ide|floppy)[0-9].*"),
            Pattern.compile("ethernet.*"),
            Pattern.compile("serial.*|answer\\..*"),
            Pattern.compile("svga.*|mks.*|remotedisplay.*"));

    private static final Comparator<String> ORDER = Comparator.comparingInt(VmxOutput::group)
            .thenComparing(VmxOutput::padded)
            .thenComparing(Comparator.naturalOrder());

    private record Line(String key, String value) {}

    private final Map<String, Line> lines = new TreeMap<>(ORDER);
    private final List<Lost> lost = new ArrayList<>();

    void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }

    List<Lost> lost() {
        return lost;
    }

    /** Whether the key is set already. */
    boolean has(String key) {
        return lines.containsKey(VmxSettings.small(key));
    }

    /** Sets a key; a second setting of it is not heard. */
    void set(String key, String value) {
        String expressible = VmxText.expressiblePart(value);
        if (!expressible.equals(value)) {
            lose("characters in " + key, "cannot stand in a file of VMware");
        }
        lines.putIfAbsent(VmxSettings.small(key), new Line(key, expressible));
    }

    void set(String key, Optional<String> value) {
        value.ifPresent(text -> set(key, text));
    }

    void set(String key, boolean value) {
        set(key, value ? "TRUE" : "FALSE");
    }

    void set(String key, long value) {
        set(key, Long.toString(value));
    }

    /** An item kept from a file of VMware, under {@code prefix}. */
    void extra(String prefix, Extra extra) {
        String key = prefix + extra.key();
        if (!KEY.matcher(key).matches()) {
            lose("item of vmx", "is no key of VMware");
        } else if (has(key)) {
            lose(key, "is set already by what the record says");
        } else {
            set(key, extra.value());
        }
    }

    String content() {
        StringBuilder content = new StringBuilder();
        for (Line line : lines.values()) {
            content.append(line.key)
                    .append(" = \"")
                    .append(VmxText.escaped(line.value))
                    .append("\"\n");
        }
        return content.toString();
    }

    private static int group(String key) {
        for (int i = 0; i < GROUPS.size(); i++) {
            if (GROUPS.get(i).matcher(key).matches()) {
                return i;
            }
        }
        return GROUPS.size();
    }

    /** The key with its numbers of one length, so that 10 comes after 9. */
    private static String padded(String key) {
        String bare = key.startsWith("sched.") && group(key) == group("scsi0") ? key.substring("sched.".length()) : key;
        return NUMBER.matcher(bare)
                .replaceAll(found -> Matcher.quoteReplacement("%09d".formatted(Integer.parseInt(found.group()))));
    }
}
