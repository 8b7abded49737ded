package dev.bothways.guest.fixup;

import dev.bothways.guest.Volume;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of volumes in the guest's files: those that would not hold on the target are replaced, and what cannot be is warned of by
 * file and line.
 */
final class VolumeReferences {
    private static final String TAG = "(?:PARTUUID|PARTLABEL|UUID|LABEL)";

    /** A colon inside a place on a bus, {@code pci-0000:00:1f.2}, and not one that ends the name. */
    private static final String BUS = ":(?=[0-9a-f]{1,4}(?![A-Za-z_]))";

    /** A volume's name where words end at blanks, quotes, commas and colons; udev writes other characters as {@code \x20}. */
    static final Pattern NAME = Pattern.compile("(?<![A-Za-z0-9_./-])(?:"
            + "/dev/disk/by-[a-z-]{1,20}/(?:[A-Za-z0-9#+.@=~_\\x80-\\xff-]|\\\\x[0-9a-f]{2}|" + BUS + "){1,255}"
            + "|/dev/(?:(?:xvd|sd|vd|hd|ubd)[a-z]{1,3}[0-9]{0,4}|nvme[0-9]{1,4}n1(?:p[0-9]{1,4})?|mmcblk[0-9]{1,3}(?:p[0-9]{1,4})?)"
            + "(?![A-Za-z0-9_*?\\[/-])"
            + "|" + TAG + "=(?:\"[^\"\\r\\n]+\"|'[^'\\r\\n]+'|(?<=\"" + TAG + "=)[^\"\\r\\n]+(?=\")"
            + "|[A-Za-z0-9#+.@~_/\\x80-\\xff-]{1,255}(?:(?<=/PARTNROFF)=-?[0-9]{1,3})?))");

    private final Draft draft;
    private final StableNames names;

    VolumeReferences(Draft draft) {
        this.draft = draft;
        this.names = new StableNames(draft);
    }

    /** How a name may be written where it stands. */
    enum Form {
        /** {@code UUID=...}: mount tables, command lines. */
        TAG,
        /** {@code /dev/disk/by-uuid/...}: all else. */
        PATH,
        /** What the kernel knows without an initramfs: {@code PARTUUID=...}, a device. */
        KERNEL
    }

    /**
     * Where a name stands.
     *
     * @param path of the file
     * @param line from 1
     * @param use what the file does with it, as a clause: {@code mounts it on /data}
     * @param root whether it can only be the root file system
     * @param needed whether the guest would not come up as usual without it
     */
    record Spot(String path, int line, String use, Form form, boolean root, boolean needed) {
        static Spot of(String path, int line, Form form) {
            return new Spot(path, line, "names it", form, false, false);
        }

        Spot ofRoot(boolean is) {
            return new Spot(path, line, use, form, is, needed);
        }

        Spot needed(String purpose) {
            return new Spot(path, line, purpose, form, root, true);
        }

        private String place() {
            return path + ", line " + line;
        }
    }

    /** The name to stand in place of {@code name}; itself where that holds, or where nothing better is known. */
    String replaced(String name, Spot spot) {
        return switch (names.meaning(utf8(name))) {
            case StableNames.Meaning.Same same -> name;
            case StableNames.Meaning.Moved moved -> written(moved.volume(), spot);
            case StableNames.Meaning.Shared shared -> shared(name, shared, spot);
            case StableNames.Meaning.Untold untold -> untold(name, spot);
        };
    }

    /** Every name in a piece of text replaced that would not hold. */
    String replacedIn(String text, Spot spot) {
        return NAME.matcher(text).replaceAll(found -> Matcher.quoteReplacement(replaced(found.group(), spot)));
    }

    /** As {@link #replaced}, for the name of a unit of systemd's: {@code dev-sda2.swap}. Units of other things stay. */
    String replacedUnit(String unit, Spot spot) {
        Optional<String> device = UnitNames.device(unit);
        if (device.isEmpty()) {
            return unit;
        }
        String now = replaced(device.get(), spot);
        return now.equals(device.get()) ? unit : UnitNames.of(now, unit);
    }

    /** Texts are bytes as Latin-1, and labels are in UTF-8. */
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private String written(Volume volume, Spot spot) {
        return switch (spot.form()) {
            case TAG -> names.of(volume);
            case PATH -> names.path(volume);
            case KERNEL -> names.ofPartition(volume);
        };
    }

    private String shared(String name, StableNames.Meaning.Shared shared, Spot spot) {
        List<String> devices = shared.volumes().stream().map(Volume::device).toList();
        Optional<Volume> chosen = spot.root() ? Optional.of(draft.guest().root()) : shared.likely();
        String now = chosen.map(volume -> written(volume, spot)).orElse(name);
        draft.warn(spot.place() + ": " + name + " is the name of " + String.join(" and of ", devices) + ": "
                + (chosen.isPresent()
                        ? chosen.get().device() + " was taken to be meant, and is called " + now + " now"
                        : "give each a name of its own in the guest, or the wrong one may be used"));
        return now;
    }

    private String untold(String name, Spot spot) {
        if (spot.root() && StableNames.isByHardware(name)) {
            return written(draft.guest().root(), spot);
        }
        if (spot.needed() || StableNames.isByHardware(name)) {
            draft.warn(spot.place() + ": " + name
                    + " is on none of the machine's disks as far as can be told, and the line " + spot.use()
                    + ": look at it once the machine runs");
        }
        return name;
    }

    /** How a text is searched. */
    record Search(Form form, boolean onlyValues, Pattern comment) {
        private static final Pattern HASH = Pattern.compile("[ \\t]*#.*", Pattern.DOTALL);
        /** Debian's update-grub of GRUB legacy keeps settings in comments. */
        private static final Pattern LEGACY =
                Pattern.compile("(?!# (?:kopt|xenkopt|defoptions)(?:_[^=\\s]*)?=)[ \\t]*#.*", Pattern.DOTALL);

        /** A menu: names count as values alone ({@code root=/dev/sda1}), not in titles. */
        static Search ofMenu(Form form) {
            return new Search(form, true, LEGACY);
        }

        /** Settings. */
        static Search of(Form form) {
            return new Search(form, false, HASH);
        }
    }

    /** The text of a file with every name replaced that would not hold; comments stay. */
    String replacedAll(String path, String text, Search search) {
        StringBuilder edited = new StringBuilder();
        int number = 0;
        for (String line : text.splitWithDelimiters("\n", -1)) {
            if (line.equals("\n") || search.comment().matcher(line).matches()) {
                edited.append(line);
                number += line.equals("\n") ? 1 : 0;
                continue;
            }
            int at = number + 1;
            edited.append(NAME.matcher(line).replaceAll(found -> {
                int end = found.start() - (isQuote(line, found.start() - 1) ? 1 : 0);
                boolean counts = line.startsWith("=", end - 1) || !search.onlyValues();
                Spot spot = Spot.of(path, at, search.form()).ofRoot(isRoot(line, end));
                return Matcher.quoteReplacement(counts ? replaced(found.group(), spot) : found.group());
            }));
        }
        return edited.toString();
    }

    private static boolean isQuote(String line, int at) {
        return at >= 0 && (line.charAt(at) == '"' || line.charAt(at) == '\'');
    }

    /** Whether {@code root=} ends here, a word of its own. */
    private static boolean isRoot(String line, int end) {
        int start = end - "root=".length();
        return line.startsWith("root=", start) && (start == 0 || " \t\"'=".indexOf(line.charAt(start - 1)) >= 0);
    }
}
