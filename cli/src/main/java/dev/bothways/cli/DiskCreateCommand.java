package dev.bothways.cli;

import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bothways disk create}. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Makes an image full of zeros (qemu-img create).")
final class DiskCreateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TargetArguments target = new TargetArguments();

    @Parameters(index = "0", paramLabel = "IMAGE", description = "the image to make; it must not be there")
    private Path image = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "what the guest will see, for example 20G; the parent's, if there is one")
    private @Nullable Long size;

    @Override
    public Integer call() throws IOException {
        DiskFormat format = target.format(spec, image);
        Optional<DiskImage> parent = target.openParent();
        try {
            DiskConversion.create(image, format, size(parent), target.options(parent), target.force);
        } finally {
            if (parent.isPresent()) {
                parent.get().close();
            }
        }
        return ExitCode.DONE;
    }

    private long size(Optional<DiskImage> parent) {
        if (size != null) {
            return size;
        }
        return parent.map(DiskImage::size)
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "say the SIZE, for example 20G"));
    }
}
