package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.FileState;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.OverlayDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestInspection;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.LinuxGuest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The disks of a source, open for reading, each under an overlay that takes all edits. */
final class OpenDisks implements Closeable {

    /** A disk of the source: what was found, the image, and the overlay over it. */
    record Opened(SourceMachine.SourceDisk source, DiskImage image, OverlayDisk overlay) {
        String device() {
            return source.disk().slot().deviceName();
        }
    }

    /** What is read beside a definition of the same name: OVF's digests and signature, VMware's list of snapshots. */
    private static final List<String> BESIDE = List.of(".mf", ".cert", ".vmsd");

    private final List<FileState> files;
    private final List<Opened> disks = new ArrayList<>();

    private OpenDisks(List<FileState> files) {
        this.files = files;
    }

    /** The states of the files that were read, those of the images aside, which know them. */
    private static List<FileState> files(SourceMachine machine) throws IOException {
        Path definition = machine.definition();
        List<Path> paths = new ArrayList<>(List.of(definition));
        String name = String.valueOf(definition.getFileName());
        for (String ending : BESIDE) {
            paths.add(definition.resolveSibling(name.replaceFirst("\\.[^.]*$", "") + ending));
        }
        machine.hostBoot().ifPresent(boot -> {
            paths.add(boot.kernel());
            boot.initramfs().ifPresent(paths::add);
        });
        List<FileState> states = new ArrayList<>();
        for (Path path : paths) {
            if (Files.exists(path)) {
                states.add(FileState.of(path));
            }
        }
        return states;
    }

    static OpenDisks open(SourceMachine machine) throws IOException {
        OpenDisks opened = new OpenDisks(files(machine));
        try {
            OpenOptions options = OpenOptions.usual().allowing(machine.folder());
            for (SourceMachine.SourceDisk disk : machine.disks()) {
                DiskImage image = disk.opener().open(declared(disk, options));
                opened.disks.add(new Opened(disk, image, new OverlayDisk(image)));
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            try (opened) {
                throw e;
            }
        }
    }

    /** A definition's word for the format is taken: what a raw disk begins with, its guest decides. */
    private static OpenOptions declared(SourceMachine.SourceDisk disk, OpenOptions options) {
        OpenOptions found = disk.snapshot().map(options::atSnapshot).orElse(options);
        return disk.disk()
                .medium()
                .flatMap(medium -> DiskFormat.labelled(medium.format()))
                .map(found::as)
                .orElse(found);
    }

    List<Opened> list() {
        return List.copyOf(disks);
    }

    /**
     * Refuses a source that changed since it was opened.
     *
     * @throws dev.bothways.disk.InputException which names the file
     */
    void requireUnchanged() throws IOException {
        for (FileState file : files) {
            file.requireUnchanged();
        }
        for (Opened disk : disks) {
            disk.image().requireUnchanged();
        }
    }

    /** The disks as the guest has them attached; writing to one goes to its overlay. */
    List<AttachedDisk> attached() {
        return disks.stream()
                .map(disk -> new AttachedDisk(disk.device(), disk.overlay()))
                .toList();
    }

    /** The disks as they were found. */
    List<InspectedDisk> inspected() throws IOException {
        List<InspectedDisk> inspected = new ArrayList<>();
        for (Opened disk : disks) {
            inspected.add(InspectedDisk.of(disk));
        }
        return inspected;
    }

    /** What is inside. */
    Inside inside(Optional<HostBoot> hostBoot) throws IOException {
        if (disks.isEmpty()) {
            return new Inside.NotUnderstood("the definition has no hard disk");
        }
        try {
            return switch (GuestInspection.inspect(attached(), hostBoot)) {
                case LinuxGuest linux -> new Inside.Understood(linux);
            };
        } catch (GuestException | VolumeException e) {
            return new Inside.NotUnderstood(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Opened disk : disks) {
            try {
                disk.image().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
