package dev.bothways.disk.format.parallels;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One storage of a disk, opened: the images of a chain of snapshots, each over the one before it. */
final class ParallelsStorage implements Closeable {
    private final VirtualDisk disk;
    /** The expanding images, the top one first. */
    private final List<ParallelsStructure> expanding;

    private final List<HostFile> files;

    private ParallelsStorage(VirtualDisk disk, List<ParallelsStructure> expanding, List<HostFile> files) {
        this.disk = disk;
        this.expanding = expanding;
        this.files = files;
    }

    /** Opens the images of {@code chain}, a state first and the first snapshot last. */
    static ParallelsStorage open(
            ParallelsDescriptor descriptor,
            ParallelsDescriptor.Storage storage,
            List<String> chain,
            SecondaryFiles secondary)
            throws IOException {
        Optional<VirtualDisk> below = Optional.empty();
        List<ParallelsStructure> expanding = new ArrayList<>();
        List<HostFile> files = new ArrayList<>();
        try {
            for (String id : chain.reversed()) {
                ParallelsDescriptor.Image image = image(descriptor, storage, id);
                HostFile file = HostFile.open(found(descriptor, image, secondary));
                files.addFirst(file);
                below = Optional.of(layer(descriptor, storage, image, file, below, expanding));
            }
            return new ParallelsStorage(below.orElseThrow(), List.copyOf(expanding), List.copyOf(files));
        } catch (IOException | RuntimeException e) {
            if (below.isPresent()) {
                below.get().close();
            }
            throw e;
        }
    }

    private static ParallelsDescriptor.Image image(
            ParallelsDescriptor descriptor, ParallelsDescriptor.Storage storage, String id) throws DiskImageException {
        List<ParallelsDescriptor.Image> images =
                storage.images().stream().filter(image -> image.id().equals(id)).toList();
        if (images.size() != 1) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    descriptor.path(),
                    "the storage from sector %d on has %d images of the snapshot %s"
                            .formatted(storage.start(), images.size(), id));
        }
        return images.getFirst();
    }

    private static Path found(ParallelsDescriptor descriptor, ParallelsDescriptor.Image image, SecondaryFiles secondary)
            throws IOException {
        return secondary.candidates(descriptor.path(), List.of(image.file())).stream()
                .findFirst()
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSAFE,
                        descriptor.path(),
                        "it names an image '%s', of which there is none in %s; put it there, or name its folder with --allow"
                                .formatted(SecondaryFiles.lastPart(image.file()), secondary.allowed())));
    }

    private static VirtualDisk layer(
            ParallelsDescriptor descriptor,
            ParallelsDescriptor.Storage storage,
            ParallelsDescriptor.Image image,
            HostFile file,
            Optional<VirtualDisk> below,
            List<ParallelsStructure> expanding)
            throws IOException {
        try {
            RangeMap map;
            if (image.plain()) {
                checkPlain(descriptor, storage, image, file, below);
                map = (offset, limit) -> new Piece.InFile(limit - offset, offset);
            } else {
                ParallelsStructure structure = ParallelsStructure.read(file);
                checkSize(storage, file, structure.size());
                expanding.addFirst(structure);
                map = new ParallelsClusterMap(structure, below.isPresent());
            }
            return new MappedDisk(storage.bytes(), descriptor.sectorBytes(), file, map, below);
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    private static void checkPlain(
            ParallelsDescriptor descriptor,
            ParallelsDescriptor.Storage storage,
            ParallelsDescriptor.Image image,
            HostFile file,
            Optional<VirtualDisk> below)
            throws IOException {
        if (below.isPresent()) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    descriptor.path(),
                    "the image of the snapshot " + image.id() + " is a plain one, but has another below it");
        }
        checkSize(storage, file, file.size());
    }

    private static void checkSize(ParallelsDescriptor.Storage storage, HostFile file, long size)
            throws DiskImageException {
        if (size < storage.bytes()) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "it holds %d bytes, but the descriptor gives its part of the disk %d; copy it again from where it came from"
                            .formatted(size, storage.bytes()));
        }
    }

    VirtualDisk disk() {
        return disk;
    }

    List<HostFile> files() {
        return files;
    }

    /** What the descriptor calls a plain image, and its makers an expanding one. */
    String kind() {
        return expanding.isEmpty() ? "plain" : "expanding";
    }

    long unit() {
        return expanding.isEmpty() ? 1 : expanding.getFirst().header().clusterBytes();
    }

    List<String> notes() {
        return expanding.stream()
                .flatMap(structure -> structure.notes().stream())
                .toList();
    }

    List<Finding> check() throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (ParallelsStructure structure : expanding) {
            findings.addAll(new ParallelsCheck(structure).run());
        }
        return findings;
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
