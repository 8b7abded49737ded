package dev.bothways.cli;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an image is opened: the options that all commands on images share. */
final class ImageArguments {
    @Option(
            names = {"-f", "--from-format"},
            paramLabel = "FORMAT",
            description = "take the image for this format, whatever its content shows: ${COMPLETION-CANDIDATES}")
    @Nullable DiskFormat format;

    @Option(
            names = "--allow",
            paramLabel = "DIR",
            description = "parents and other secondary files may also lie in DIR (usually only in the image's folder)")
    @Nullable Path allowed;

    @Option(
            names = {"-l", "--snapshot"},
            paramLabel = "NAME",
            description = "the state that the image keeps under this name or id, in place of the current one")
    @Nullable String snapshot;

    @Option(names = "--key-file", paramLabel = "FILE", description = "a file that holds the key of an encrypted image")
    @Nullable Path keyFile;

    DiskImage open(Path path) throws IOException {
        OpenOptions options = OpenOptions.usual();
        if (format != null) {
            options = options.as(format);
        }
        if (snapshot != null) {
            options = options.atSnapshot(snapshot);
        }
        if (keyFile != null) {
            options = options.withKey(keyFile);
        }
        return DiskImages.open(path, allowed == null ? options : options.allowing(allowed));
    }
}
