package dev.bothways.cli;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "what the guest will see, for example 20G")
    private long size;

    @Override
    public Integer call() throws IOException {
        try (ImageWriter writer = target.create(spec, image, size)) {
            writer.finish();
        }
        return ExitCode.DONE;
    }

    /** How an image is made: the options that all commands that make one share. */
    static final class TargetArguments {
        @Option(
                names = {"-O", "--format"},
                paramLabel = "FORMAT",
                description = "the format to write: ${COMPLETION-CANDIDATES}; usually found by the ending of the name")
        @Nullable DiskFormat format;

        @Option(names = "--fixed", description = "take all space at once")
        boolean fixed;

        @Option(
                names = "--block-size",
                paramLabel = "SIZE",
                converter = ByteSize.class,
                description = "the unit in which the format gives out space")
        @Nullable Long unit;

        @Option(names = "--no-sync", description = "do not wait for the medium at the end (as qemu-img convert does)")
        boolean withoutWaiting;

        DiskFormat format(CommandSpec spec, Path image) {
            if (format != null) {
                return format;
            }
            Optional<DiskFormat> byName = DiskFormat.wantedBy(image);
            return byName.orElseThrow(() -> new ParameterException(
                    spec.commandLine(), image + ": its ending names no format; say which one with --format"));
        }

        CreateOptions options() {
            CreateOptions options = CreateOptions.usual()
                    .with(fixed ? CreateOptions.Allocation.FIXED : CreateOptions.Allocation.DYNAMIC);
            if (unit != null) {
                options = options.withUnit(unit);
            }
            return withoutWaiting ? options.withoutWaiting() : options;
        }

        ImageWriter create(CommandSpec spec, Path image, long size) throws IOException {
            return DiskImages.create(image, format(spec, image), size, options());
        }
    }
}
