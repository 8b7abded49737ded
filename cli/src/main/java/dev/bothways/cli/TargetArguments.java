package dev.bothways.cli;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How an image is made: the options that all commands that make one share. */
final class TargetArguments {
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

    @Option(names = "--sync", description = "wait at the end until everything has reached the medium")
    boolean sync;

    @Option(names = "--force", description = "replace the image if it is there")
    boolean force;

    DiskFormat format(CommandSpec spec, Path image) {
        if (format != null) {
            return format;
        }
        Optional<DiskFormat> byName = DiskFormat.wantedBy(image);
        return byName.orElseThrow(() -> new ParameterException(
                spec.commandLine(), image + ": its ending names no format; say which one with --format"));
    }

    CreateOptions options() {
        CreateOptions options =
                CreateOptions.usual().with(fixed ? CreateOptions.Allocation.FIXED : CreateOptions.Allocation.DYNAMIC);
        if (unit != null) {
            options = options.withUnit(unit);
        }
        return sync ? options : options.withoutWaiting();
    }
}
