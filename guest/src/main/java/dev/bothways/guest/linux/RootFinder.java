package dev.bothways.guest.linux;

import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.Fstab;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.Volume;
import dev.bothways.guest.VolumeNames;
import dev.bothways.guest.linux.bootloader.BootLoaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the volume that a Linux guest mounts on {@code /}: one that holds a distribution's files. Of several, the one that the kernel's
 * {@code root=} or its own fstab names; where that leaves none or several, nothing is guessed.
 */
final class RootFinder {
    private static final List<String> RELEASE_FILES = List.of(
            "/etc/os-release",
            "/usr/lib/os-release",
            "/etc/debian_version",
            "/etc/redhat-release",
            "/etc/SuSE-release",
            "/etc/alpine-release",
            "/etc/arch-release");

    private final List<Volume> volumes;
    private final List<AttachedDisk> disks;
    private final Optional<HostBoot> hostBoot;
    private final List<String> problems;

    RootFinder(List<Volume> volumes, List<AttachedDisk> disks, Optional<HostBoot> hostBoot, List<String> problems) {
        this.volumes = volumes;
        this.disks = disks;
        this.hostBoot = hostBoot;
        this.problems = problems;
    }

    Volume find() throws IOException {
        List<Volume> candidates = new ArrayList<>();
        for (Volume volume : volumes) {
            if (volume.fileSystem().isPresent() && isRoot(alone(volume))) {
                candidates.add(volume);
            }
        }
        if (candidates.isEmpty()) {
            throw nothing();
        }
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
        List<Volume> named = new ArrayList<>();
        for (Volume candidate : candidates) {
            if (namesItself(candidate)) {
                named.add(candidate);
            }
        }
        if (named.size() == 1) {
            return named.getFirst();
        }
        throw ambiguous(named.isEmpty() ? candidates : named);
    }

    private static GuestFiles alone(Volume volume) {
        return new GuestFiles(Map.of("/", volume));
    }

    /** A link counts although it may lead to another volume: {@code /usr} may be one of its own. */
    private static boolean isRoot(GuestFiles files) throws IOException {
        if (!files.isDirectory("/etc")) {
            return false;
        }
        for (String path : RELEASE_FILES) {
            if (files.findLink(path).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether what boots says that this volume is the root: the host's arguments, else its own menu, else its own fstab. */
    private boolean namesItself(Volume candidate) throws IOException {
        GuestFiles files = alone(candidate);
        Optional<String> root = hostBoot.flatMap(
                boot -> BootEntry.arguments(boot.commandLine(), "root").stream().reduce((first, last) -> last));
        if (root.isEmpty()) {
            BootLoader bootLoader = BootLoaders.find(files, volumes, disks);
            root = bootLoader
                    .chosen()
                    .or(() -> bootLoader.entries().stream().findFirst())
                    .flatMap(entry -> entry.argument("root"));
        }
        if (root.isEmpty()) {
            root = Mounts.fstab(files).entries().stream()
                    .filter(entry -> entry.mountPoint().equals("/"))
                    .map(Fstab.Entry::source)
                    .findFirst();
        }
        return root.flatMap(name -> VolumeNames.find(volumes, name))
                .filter(volume -> volume.device().equals(candidate.device()))
                .isPresent();
    }

    private static GuestException ambiguous(List<Volume> candidates) throws IOException {
        List<String> found = new ArrayList<>();
        for (Volume candidate : candidates) {
            found.add(candidate.device() + " ("
                    + Distributions.read(alone(candidate)).name() + ")");
        }
        return new GuestException(
                GuestException.Kind.AMBIGUOUS,
                "the disks hold more than one operating system: " + String.join(", ", found)
                        + "; give the machine the disks of one of them");
    }

    private GuestException nothing() {
        if (volumes.isEmpty()) {
            String why = problems.isEmpty() ? "the disks hold no partition" : problems.getFirst();
            return new GuestException(GuestException.Kind.NONE, "no operating system was found: " + why);
        }
        List<Volume> unread =
                volumes.stream().filter(volume -> mayHoldRoot(volume)).toList();
        if (unread.isEmpty()) {
            return new GuestException(
                    GuestException.Kind.NONE, "no operating system was found; the disks hold " + described(volumes));
        }
        return new GuestException(
                GuestException.Kind.UNSUPPORTED,
                "no operating system was found that can be read: " + described(unread) + "; "
                        + (problems.isEmpty()
                                ? "of the file systems of Linux, ext2, ext3 and ext4 are read"
                                : problems.getFirst()));
    }

    private static boolean mayHoldRoot(Volume volume) {
        return volume.fileSystem().isEmpty()
                && !volume.isSwap()
                && !volume.type().startsWith("fat");
    }

    private static String described(List<Volume> volumes) {
        return volumes.stream()
                .map(volume -> volume.device() + " holds "
                        + (volume.type().equals(Volume.UNKNOWN) ? "no file system that is known" : volume.type()))
                .collect(Collectors.joining(", "));
    }
}
