package dev.bothways.guest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ways in which a Linux guest names a volume: {@code UUID=}, {@code LABEL=}, {@code PARTUUID=}, {@code /dev/disk/by-...}, {@code
 * /dev/xvda1}.
 */
public final class VolumeNames {
    private static final Pattern BY = Pattern.compile("/dev/disk/by-(uuid|label|partuuid)/(.+)");
    private static final Pattern LETTERED = Pattern.compile("/dev/(?:hd|sd|vd|xvd|ubd)([a-z]{1,2})([0-9]{0,3})");
    private static final Pattern NUMBERED =
            Pattern.compile("/dev/(?:nvme([0-9]{1,3})n1|mmcblk([0-9]{1,3}))(?:p([0-9]{1,3}))?");

    private VolumeNames() {}

    /**
     * The volume that {@code name} means. A device name of another bus than the machine's stands for the disk of the same letter: a
     * guest may say {@code /dev/sda1} where its definition says {@code xvda}.
     */
    public static Optional<Volume> find(List<Volume> volumes, String name) {
        String plain = name.strip();
        Matcher by = BY.matcher(plain);
        if (by.matches()) {
            return find(volumes, by.group(1).toUpperCase(Locale.ROOT) + "=" + unescaped(by.group(2)));
        }
        int equals = plain.indexOf('=');
        if (equals > 0) {
            String value = plain.substring(equals + 1).replaceAll("^[\"']|[\"']$", "");
            return volumes.stream()
                    .filter(volume -> switch (plain.substring(0, equals).toUpperCase(Locale.ROOT)) {
                        case "UUID" ->
                            volume.uuid().filter(value::equalsIgnoreCase).isPresent();
                        case "PARTUUID" ->
                            volume.partitionUuid()
                                    .filter(value::equalsIgnoreCase)
                                    .isPresent();
                        case "LABEL" -> volume.label().filter(value::equals).isPresent();
                        default -> false;
                    })
                    .findFirst();
        }
        Optional<Volume> exact = volumes.stream()
                .filter(volume -> plain.equals("/dev/" + volume.device()))
                .findFirst();
        return exact.or(() -> byPosition(volumes, plain));
    }

    /** Whether {@code name} is that of a device as a bus numbers it, which another platform does otherwise. */
    public static boolean isDevice(String name) {
        return LETTERED.matcher(name).matches() || NUMBERED.matcher(name).matches();
    }

    private static Optional<Volume> byPosition(List<Volume> volumes, String name) {
        Matcher lettered = LETTERED.matcher(name);
        if (lettered.matches()) {
            return volumes.stream()
                    .filter(volume -> {
                        Matcher own = LETTERED.matcher("/dev/" + volume.device());
                        return own.matches()
                                && own.group(1).equals(lettered.group(1))
                                && own.group(2).equals(lettered.group(2));
                    })
                    .findFirst();
        }
        Matcher numbered = NUMBERED.matcher(name);
        if (!numbered.matches()) {
            return Optional.empty();
        }
        int disk = Integer.parseInt(numbered.group(1) == null ? numbered.group(2) : numbered.group(1));
        OptionalInt partition =
                numbered.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(numbered.group(3)));
        return volumes.stream()
                .filter(volume -> volume.disk() == disk && volume.partition().equals(partition))
                .findFirst();
    }

    /** udev writes characters that a file's name should not have as {@code \x20}. */
    private static String unescaped(String name) {
        return Pattern.compile("\\\\x([0-9a-f]{2})")
                .matcher(name)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }
}
