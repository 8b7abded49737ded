package dev.bothways.cli;

import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code bothways disk create}. */
final class DiskCreateCommand extends Command {
    private final TargetArguments target = new TargetArguments(this);
    private final Argument<Path> image = parameter(
                    "IMAGE", ArgumentType.PATH, "the image to make; it must not be there")
            .required();
    private final Argument<Optional<Long>> size = parameter(
                    "SIZE",
                    ArgumentType.SIZE,
                    "what the guest will see, for example 20G; the parent's, if there is one")
            .optional();

    DiskCreateCommand() {
        super("Makes an image full of zeros (qemu-img create).");
    }

    @Override
    int run() throws IOException {
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
