package dev.bothways.guest.fixup;

import dev.bothways.guest.PlatformNeeds.Boot;
import dev.bothways.guest.Volume;
import dev.bothways.guest.VolumeNames;
import dev.bothways.guest.VolumeNames.Sort;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What names of volumes mean on the target, and names that hold there. A UUID is in the volume itself; a label too; the identity
 * of a partition lives as long as its table. A name is written only where no other volume of any of the machine's disks has it
 * (copies of a disk share all of them); what has none is named as the target will name it, with a warning.
 */
final class StableNames {
    private static final Pattern RELATIVE = Pattern.compile("(?i)(PARTUUID=[^/]+)/PARTNROFF=(-?[0-9]{1,3})");
    private static final Pattern BY_HARDWARE =
            Pattern.compile("/dev/disk/by-(?!uuid|label|partuuid|partlabel)[a-z-]+/.+");

    /** Names below {@code by-id} that come from what is on the disk: device mapper, RAID, volume groups. */
    private static final Pattern BY_CONTENT = Pattern.compile("/dev/disk/by-id/(?:dm|md|lvm)-.+");

    private final Draft draft;
    private final List<Volume> volumes;
    private final DiskLayout layout;
    private final boolean namedByHost;

    StableNames(Draft draft) {
        this.draft = draft;
        this.volumes = draft.guest().volumes();
        this.layout = draft.layout();
        this.namedByHost = draft.needs().boot() == Boot.BY_HOST;
    }

    /** What a name that stands in the guest's files means on the target. */
    sealed interface Meaning {
        /** What it means now, or no volume of the machine's that is known. */
        record Same() implements Meaning {}

        /** It would be found no more, or not for sure: {@code volume} must be named otherwise. */
        record Moved(Volume volume) implements Meaning {}

        /**
         * Several volumes have it.
         *
         * @param likely the one that is meant: the only one on the disk with the root file system
         */
        record Shared(List<Volume> volumes, Optional<Volume> likely) implements Meaning {}

        /** It names a disk by its hardware or order, and which one that is cannot be told. */
        record Untold() implements Meaning {}
    }

    /** What {@code name} means on the target: a word of a mount table or of a command line. */
    Meaning meaning(String name) {
        Matcher relative = RELATIVE.matcher(VolumeNames.tag(name));
        if (relative.matches()) {
            return relative(meaning(relative.group(1)), Integer.parseInt(relative.group(2)), name);
        }
        if (isByHardware(name)) {
            return byHardware(name).<Meaning>map(Meaning.Moved::new).orElseGet(Meaning.Untold::new);
        }
        String tag = VolumeNames.tag(name);
        int equals = tag.indexOf('=');
        if (equals > 0) {
            Optional<Sort> sort = Sort.of(tag.substring(0, equals));
            return sort.isPresent() ? tagged(sort.get(), VolumeNames.all(volumes, tag)) : new Meaning.Same();
        }
        return name.startsWith("/dev/") ? byOrder(name) : new Meaning.Same();
    }

    /** A partition counted from another one. */
    private Meaning relative(Meaning base, int offset, String name) {
        String start = VolumeNames.tag(name).replaceFirst("/.*", "");
        return VolumeNames.find(volumes, start)
                .filter(found -> !(base instanceof Meaning.Same))
                .flatMap(found -> only(volume -> volume.disk() == found.disk()
                        && volume.partition()
                                .equals(OptionalInt.of(found.partition().orElse(0) + offset))))
                .<Meaning>map(Meaning.Moved::new)
                .orElse(base);
    }

    private Meaning tagged(Sort sort, List<Volume> found) {
        if (found.size() > 1) {
            // The devices of one btrfs share its UUID and label, and any of them stands for the whole.
            boolean whole = found.stream().allMatch(volume -> volume.type().equals("btrfs"))
                    && (sort == Sort.UUID || sort == Sort.LABEL);
            return whole ? new Meaning.Same() : new Meaning.Shared(found, likely(found));
        }
        boolean holds = found.stream().allMatch(volume -> onTarget(sort, volume).equals(sort.in(volume)));
        return holds ? new Meaning.Same() : new Meaning.Moved(found.getFirst());
    }

    /** The identity of this sort that a volume will have. */
    private Optional<String> onTarget(Sort sort, Volume volume) {
        return switch (sort) {
            case UUID, LABEL -> sort.in(volume);
            case PARTUUID -> layout.position(volume).partitionUuid();
            case PARTLABEL -> layout.keepsTable(volume) ? sort.in(volume) : Optional.empty();
        };
    }

    private Optional<Volume> likely(List<Volume> found) {
        List<Volume> beside = found.stream()
                .filter(volume -> volume.disk() == draft.guest().root().disk())
                .toList();
        return beside.size() == 1 ? Optional.of(beside.getFirst()) : Optional.empty();
    }

    /** Whether the name says on which bus, or on which maker's disk, a volume is. */
    static boolean isByHardware(String source) {
        return BY_HARDWARE.matcher(source).matches()
                && !BY_CONTENT.matcher(source).matches();
    }

    /** Without the hardware nobody can say which disk is meant, unless there is but one. */
    private Optional<Volume> byHardware(String source) {
        if (volumes.stream().mapToInt(Volume::disk).distinct().count() != 1) {
            return Optional.empty();
        }
        int part = source.lastIndexOf("-part");
        if (part < 0) {
            return only(volume -> volume.partition().isEmpty());
        }
        String number = source.substring(part + "-part".length());
        return only(volume -> volume.partition().isPresent()
                && number.equals(String.valueOf(volume.partition().getAsInt())));
    }

    /**
     * By its very name, else by the disk's place in the order and the partition's number: {@code sda1} in the files of a guest
     * whose host calls the disk xvda.
     */
    private Meaning byOrder(String source) {
        Optional<DeviceName> wanted = DeviceName.parse(source);
        if (wanted.isEmpty()) {
            return new Meaning.Same();
        }
        Optional<Volume> exact = only(volume -> source.equals("/dev/" + volume.device()));
        Optional<Volume> found = exact.isPresent()
                ? exact
                : only(volume -> DeviceName.parse(volume.device())
                        .filter(name -> name.disk() == wanted.get().disk()
                                && name.partition().equals(wanted.get().partition()))
                        .isPresent());
        if (found.isEmpty()) {
            return new Meaning.Untold();
        }
        // A Xen host gives the names in its definition; all others come from the order in which drivers probe.
        boolean given = namedByHost
                && source.equals("/dev/" + layout.position(found.get()).device());
        return given ? new Meaning.Same() : new Meaning.Moved(found.get());
    }

    private Optional<Volume> only(Predicate<Volume> wanted) {
        List<Volume> found = volumes.stream().filter(wanted).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** A name for mount tables and for an initramfs: {@code UUID=}, {@code LABEL=}, {@code PARTUUID=} or a device. */
    String of(Volume volume) {
        if (isUnique(Sort.UUID, volume)) {
            return "UUID=" + volume.uuid().orElseThrow();
        }
        if (isUnique(Sort.LABEL, volume) && volume.label().orElseThrow().matches("[A-Za-z0-9._-]+")) {
            return "LABEL=" + volume.label().orElseThrow();
        }
        return ofPartition(volume);
    }

    /** As {@link #of}, as a path: {@code /dev/disk/by-uuid/...}. */
    String path(Volume volume) {
        String name = of(volume);
        int equals = name.indexOf('=');
        return equals < 0
                ? name
                : "/dev/disk/by-" + name.substring(0, equals).toLowerCase(Locale.ROOT) + "/"
                        + name.substring(equals + 1);
    }

    /** A name that the kernel understands without an initramfs. */
    String ofPartition(Volume volume) {
        if (isUnique(Sort.PARTUUID, volume)) {
            return "PARTUUID=" + onTarget(Sort.PARTUUID, volume).orElseThrow();
        }
        String device = "/dev/" + layout.position(volume).device();
        if (!namedByHost) {
            draft.warn("nothing names " + volume.device()
                    + " for sure: what it has for an identity, other volumes of the machine have too, or it has none; it is"
                    + " called " + device + " now, which holds as long as the order of the disks does");
        }
        return device;
    }

    /** Whether GRUB, which looks at file systems alone, would find this volume by its UUID and no other. */
    boolean hasUniqueUuid(Volume volume) {
        return isUnique(Sort.UUID, volume);
    }

    private boolean isUnique(Sort sort, Volume volume) {
        Optional<String> identity = onTarget(sort, volume).filter(value -> !value.isEmpty());
        return identity.isPresent()
                && volumes.stream()
                                .filter(other -> onTarget(sort, other)
                                        .filter(identity.get()::equalsIgnoreCase)
                                        .isPresent())
                                .count()
                        == 1;
    }
}
