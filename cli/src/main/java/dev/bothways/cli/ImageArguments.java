package dev.bothways.cli;

import dev.bothways.disk.DiskArchive;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.DiskStream;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.PipeInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How an image is opened: the options that all commands on images share. */
final class ImageArguments {
    private final Command command;
    private final Argument<Optional<DiskFormat>> format;
    private final Argument<Optional<Path>> allowed;
    private final Argument<Optional<String>> snapshot;
    private final Argument<Optional<Path>> keyFile;

    ImageArguments(Command command) {
        this.command = command;
        QemuHabits.ofOpening(command);
        format = command.option(
                        "-f, --from-format",
                        "FORMAT",
                        ArgumentType.FORMAT,
                        "read the image as this format, whatever its content shows: ${COMPLETION-CANDIDATES}"
                                + " (vpc is VHD)")
                .offering(formats())
                .optional();
        allowed = command.option(
                        "--allow",
                        "DIR",
                        ArgumentType.PATH,
                        "also open parents and other secondary files in DIR (default: only in the image's folder)")
                .optional();
        snapshot = command.option(
                        "-l, --snapshot",
                        "NAME",
                        ArgumentType.TEXT,
                        "read the snapshot with this name or id instead of the current state;"
                                + " snapshot.name=NAME and snapshot.id=ID are understood")
                .optional();
        keyFile = command.option(
                        "--key-file", "FILE", ArgumentType.PATH, "a file that holds the key of an encrypted image")
                .optional();
    }

    /** What an archive holds; empty if the image is none, or is to be taken for something else. */
    Optional<DiskArchive> archive(Path path) throws IOException {
        return format.value().isPresent() ? Optional.empty() : DiskArchive.of(path);
    }

    /**
     * An image that comes once, from its beginning to its end.
     *
     * @param size of the disk in bytes, if the user knows it
     */
    DiskStream stream(PipeInput in, Optional<Long> size) throws IOException {
        if (snapshot.value().isPresent() || keyFile.value().isPresent()) {
            throw command.wrongUsage("what comes by standard input has neither snapshots nor a key;"
                    + " leave out --snapshot and --key-file");
        }
        return DiskImages.stream(in, format.value(), size.map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    private static List<String> formats() {
        return Arrays.stream(DiskFormat.values()).map(DiskFormat::label).toList();
    }

    /** qemu-img's way of saying which of the two is meant. */
    private static String nameOf(String typed) {
        return typed.replaceFirst("^snapshot\\.(name|id)=", "");
    }

    DiskImage open(Path path) throws IOException {
        OpenOptions options = OpenOptions.usual();
        options = format.value().map(options::as).orElse(options);
        options = snapshot.value()
                .map(ImageArguments::nameOf)
                .map(options::atSnapshot)
                .orElse(options);
        options = keyFile.value().map(options::withKey).orElse(options);
        options = allowed.value().map(options::allowing).orElse(options);
        return DiskImages.open(path, options);
    }
}
