package dev.bothways.cli;

import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code bothways disk create}. */
final class DiskCreateCommand extends Command {
    private final TargetArguments target = new TargetArguments(this, "-f, -O, --format");
    private final Argument<Path> image = parameter("IMAGE", ArgumentType.PATH, "the image to create; it must not exist")
            .required();
    private final Argument<Optional<Long>> size = parameter(
                    "SIZE", ArgumentType.SIZE, "the disk's size, for example 20G; default: the parent's")
            .optional();

    DiskCreateCommand() {
        super("Creates an empty image (qemu-img create).");
        accepts("-q", false, "nothing is printed");
        refuses("--object", "images with a key are read, not written");
    }

    @Override
    int run() throws IOException {
        if (target.inPlace(image.value())) {
            throw wrongUsage("-n is for disk convert; a file or device that exists needs no creating");
        }
        DiskFormat format = target.format(image.value());
        Optional<DiskImage> parent = target.openParent();
        try {
            DiskConversion.create(image.value(), format, size(parent), target.options(parent), target.force());
        } finally {
            if (parent.isPresent()) {
                parent.get().close();
            }
        }
        return ExitCode.DONE;
    }

    private long size(Optional<DiskImage> parent) {
        return size.value()
                .or(() -> parent.map(DiskImage::size))
                .orElseThrow(() -> wrongUsage("say the SIZE, for example 20G"));
    }
}
