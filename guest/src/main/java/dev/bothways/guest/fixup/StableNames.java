package dev.bothways.guest.fixup;

import dev.bothways.guest.PlatformNeeds.Boot;
import dev.bothways.guest.Volume;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Names of a guest's volumes that hold on any hypervisor. A UUID is in the volume itself; a label too; the identity of a
 * partition lives as long as its table; what has none of them is named as the target will name it.
 */
final class StableNames {
    private final List<Volume> volumes;
    private final DiskLayout layout;
    private final boolean namedByHost;

    StableNames(Draft draft) {
        this.volumes = draft.guest().volumes();
        this.layout = draft.layout();
        this.namedByHost = draft.needs().boot() == Boot.BY_HOST;
    }

    /**
     * The volume that {@code source} of a mount table or a command line names, where the name would not hold: a device by the
     * order of disks, by its place on a bus, or by a partition table that goes. Empty where it holds or is not known.
     */
    Optional<Volume> unstable(String source) {
        if (source.startsWith("/dev/disk/by-partuuid/")) {
            return unstable("PARTUUID=" + source.substring("/dev/disk/by-partuuid/".length()));
        }
        if (source.startsWith("PARTUUID=")) {
            String uuid = unquoted(source.substring("PARTUUID=".length()));
            return only(volume -> volume.partitionUuid()
                            .filter(uuid::equalsIgnoreCase)
                            .isPresent())
                    .filter(volume -> !layout.position(volume).partitionUuid().equals(volume.partitionUuid()));
        }
        if (isByHardware(source)) {
            return byHardware(source);
        }
        return source.startsWith("/dev/") ? byOrder(source) : Optional.empty();
    }

    /** Whether the name says on which bus, or on which maker's disk, a volume is. */
    static boolean isByHardware(String source) {
        return source.startsWith("/dev/disk/by-id/") || source.startsWith("/dev/disk/by-path/");
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
    private Optional<Volume> byOrder(String source) {
        Optional<DeviceName> wanted = DeviceName.parse(source);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Optional<Volume> exact = only(volume -> source.equals("/dev/" + volume.device()));
        Optional<Volume> found = exact.isPresent()
                ? exact
                : only(volume -> DeviceName.parse(volume.device())
                        .filter(name -> name.disk() == wanted.get().disk()
                                && name.partition().equals(wanted.get().partition()))
                        .isPresent());
        // A Xen host gives the names in its definition; all others come from the order in which drivers probe.
        return found.filter(volume ->
                !namedByHost || !source.equals("/dev/" + layout.position(volume).device()));
    }

    private Optional<Volume> only(Predicate<Volume> wanted) {
        List<Volume> found = volumes.stream().filter(wanted).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private static String unquoted(String text) {
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    /** A name for mount tables and for an initramfs. */
    String of(Volume volume) {
        if (unique(volume, Volume::uuid)) {
            return "UUID=" + volume.uuid().orElseThrow();
        }
        if (unique(volume, Volume::label) && volume.label().orElseThrow().matches("[A-Za-z0-9._-]+")) {
            return "LABEL=" + volume.label().orElseThrow();
        }
        return ofPartition(volume);
    }

    /** A name that the kernel understands without an initramfs. */
    String ofPartition(Volume volume) {
        DiskLayout.Position position = layout.position(volume);
        return position.partitionUuid().map(uuid -> "PARTUUID=" + uuid).orElse("/dev/" + position.device());
    }

    private boolean unique(Volume volume, Function<Volume, Optional<String>> identity) {
        return identity.apply(volume).filter(value -> !value.isEmpty()).isPresent()
                && volumes.stream()
                                .filter(other -> identity.apply(other).equals(identity.apply(volume)))
                                .count()
                        == 1;
    }
}
