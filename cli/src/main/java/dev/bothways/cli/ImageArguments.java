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

    DiskImage open(Path path) throws IOException {
        OpenOptions options = OpenOptions.usual();
        if (format != null) {
            options = options.as(format);
        }
        return DiskImages.open(path, allowed == null ? options : options.allowing(allowed));
    }
}
