package dev.bothways.cli;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.SliceDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.FileSystems;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A path inside an image: which image, which of its file systems, and where in it. Links are followed inside of it only. */
final class InsideArguments {
    private final ImageArguments image;
    private final Argument<String> place;
    private final Argument<Optional<Integer>> partition;

    InsideArguments(Command command) {
        image = new ImageArguments(command);
        place = command.parameter("IMAGE[:PATH]", ArgumentType.TEXT, "an image, and a path inside it (default: /)")
                .required();
        partition = command.option(
                        "--partition",
                        "N",
                        ArgumentType.NUMBER,
                        "the number of the partition; required where several hold a file system")
                .optional();
    }

    /** Something to do with a path inside an open image. */
    interface Work {
        void with(GuestFiles files, String path) throws IOException;
    }

    void run(Work work) throws IOException {
        String typed = place.value();
        Path file = TypedPath.of(typed);
        String path = "/";
        int colon = typed.lastIndexOf(":/");
        if (!Files.exists(file) && colon > 0) {
            file = TypedPath.of(typed.substring(0, colon));
            path = typed.substring(colon + 1);
        }
        try (DiskImage disk = image.open(file)) {
            VirtualDisk volume = volume(disk, file);
            FileSystem fileSystem = FileSystems.open(volume);
            GuestFiles files = new GuestFiles(Map.of("/", root(volume, fileSystem)));
            work.with(files, path);
        }
    }

    private static Volume root(VirtualDisk volume, FileSystem fileSystem) {
        return new Volume(
                "image",
                volume,
                Optional.of(fileSystem),
                fileSystem.type(),
                fileSystem.uuid(),
                fileSystem.label(),
                Optional.empty(),
                Optional.empty(),
                0,
                OptionalInt.empty());
    }

    private VirtualDisk volume(DiskImage disk, Path image) throws IOException {
        Optional<PartitionTable> table = PartitionTable.read(disk);
        if (table.isEmpty()) {
            return disk;
        }
        Optional<Integer> wanted = partition.value();
        List<Partition> candidates = new ArrayList<>();
        for (Partition candidate : table.get().partitions()) {
            if (wanted.isPresent() ? candidate.number() == wanted.get() : opens(slice(disk, candidate))) {
                candidates.add(candidate);
            }
        }
        if (candidates.size() == 1) {
            return slice(disk, candidates.getFirst());
        }
        String numbers = String.join(
                ", ",
                table.get().partitions().stream()
                        .map(each -> Integer.toString(each.number()))
                        .toList());
        throw new ConversionException(
                ConversionException.Kind.USAGE,
                image + (candidates.isEmpty() ? " has no such partition that is read" : " has several file systems")
                        + "; say which partition with --partition (it has " + numbers + ")");
    }

    private static SliceDisk slice(VirtualDisk disk, Partition partition) {
        return new SliceDisk(disk, partition.offset(), partition.length());
    }

    private static boolean opens(VirtualDisk volume) throws IOException {
        try (FileSystem opened = FileSystems.open(volume)) {
            return opened.freeBytes() >= 0;
        } catch (VolumeException e) {
            return false;
        }
    }

    /** What stands at the path, all links followed. */
    static FileStatus status(GuestFiles files, String path) throws IOException {
        return files.find(path).orElseThrow(() -> new NoSuchFileException(path));
    }
}
