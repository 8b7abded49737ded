package dev.bothways.guest;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ways in which a Linux guest names a volume: {@code UUID=}, {@code LABEL=}, {@code PARTUUID=}, {@code PARTLABEL=}, {@code
 * /dev/disk/by-...}, {@code /dev/xvda1}.
 */
public final class VolumeNames {
    private static final Pattern BY = Pattern.compile("/dev/disk/by-(uuid|label|partuuid|partlabel)/(.+)");
    private static final Pattern LETTERED = Pattern.compile("/dev/(?:hd|sd|vd|xvd|ubd)([a-z]{1,2})([0-9]{0,3})");
    private static final Pattern NUMBERED =
            Pattern.compile("/dev/(?:nvme([0-9]{1,3})n1|mmcblk([0-9]{1,3}))(?:p([0-9]{1,3}))?");

    private VolumeNames() {}

    /**
     * The volume that {@code name} means; the first one where several have it. A device name of another bus than the machine's
     * stands for the disk of the same letter: a guest may say {@code /dev/sda1} where its definition says {@code xvda}.
     */
    public static Optional<Volume> find(List<Volume> volumes, String name) {
        return all(volumes, name).stream().findFirst();
    }

    /** Every volume that {@code name} may mean, as for {@link #find}: copies of a disk share their names. */
    public static List<Volume> all(List<Volume> volumes, String name) {
        String plain = tag(name);
        int equals = plain.indexOf('=');
        if (equals > 0) {
            Optional<Sort> sort = Sort.of(plain.substring(0, equals));
            String value = plain.substring(equals + 1);
            return sort.isEmpty()
                    ? List.of()
                    : volumes.stream()
                            .filter(volume -> sort.get().is(volume, value))
                            .toList();
        }
        List<Volume> exact = volumes.stream()
                .filter(volume -> plain.equals("/dev/" + volume.device()))
                .toList();
        return exact.isEmpty() ? byPosition(volumes, plain) : exact;
    }

    /** What a tag compares. */
    public enum Sort {
        UUID,
        LABEL,
        PARTUUID,
        PARTLABEL;

        /** The sort that {@code tag} names, in any case; empty where it is none. */
        public static Optional<Sort> of(String tag) {
            return Arrays.stream(values())
                    .filter(sort -> sort.name().equalsIgnoreCase(tag))
                    .findFirst();
        }

        /** The volume's identity of this sort. Members of RAIDs and volume groups have UUIDs that name the whole, not them. */
        public Optional<String> in(Volume volume) {
            return switch (this) {
                case UUID -> volume.isMember() ? Optional.empty() : volume.uuid();
                case LABEL -> volume.isMember() ? Optional.empty() : volume.label();
                case PARTUUID -> volume.partitionUuid();
                case PARTLABEL -> volume.partitionLabel();
            };
        }

        /** Whether the volume's identity of this sort is {@code value}: hexadecimal ones are compared in any case. */
        public boolean is(Volume volume, String value) {
            boolean words = this == LABEL || this == PARTLABEL;
            return in(volume)
                    .filter(own -> words ? own.equals(value) : own.equalsIgnoreCase(value))
                    .isPresent();
        }
    }

    /** {@code /dev/disk/by-uuid/X} and its like as {@code UUID=X}, quotes around a value taken off; other names as they are. */
    public static String tag(String name) {
        String plain = name.strip();
        Matcher by = BY.matcher(plain);
        if (by.matches()) {
            return by.group(1).toUpperCase(Locale.ROOT) + "=" + unescaped(by.group(2));
        }
        int equals = plain.indexOf('=');
        return equals < 0
                ? plain
                : plain.substring(0, equals + 1) + plain.substring(equals + 1).replaceAll("^[\"']|[\"']$", "");
    }

    /** Whether {@code name} is that of a device as a bus numbers it, which another platform does otherwise. */
    public static boolean isDevice(String name) {
        return LETTERED.matcher(name).matches() || NUMBERED.matcher(name).matches();
    }

    private static List<Volume> byPosition(List<Volume> volumes, String name) {
        Matcher lettered = LETTERED.matcher(name);
        if (lettered.matches()) {
            return volumes.stream()
                    .filter(volume -> {
                        Matcher own = LETTERED.matcher("/dev/" + volume.device());
                        return own.matches()
                                && own.group(1).equals(lettered.group(1))
                                && own.group(2).equals(lettered.group(2));
                    })
                    .toList();
        }
        Matcher numbered = NUMBERED.matcher(name);
        if (!numbered.matches()) {
            return List.of();
        }
        int disk = Integer.parseInt(numbered.group(1) == null ? numbered.group(2) : numbered.group(1));
        OptionalInt partition =
                numbered.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(numbered.group(3)));
        return volumes.stream()
                .filter(volume -> volume.disk() == disk && volume.partition().equals(partition))
                .toList();
    }

    /** udev writes characters that a file's name should not have as {@code \x20}. */
    private static String unescaped(String name) {
        return Pattern.compile("\\\\x([0-9a-f]{2})")
                .matcher(name)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }
}
