package dev.bothways.cli;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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
            completionCandidates = WrittenFormats.class,
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

    @Option(
            names = {"-c", "--compress"},
            description = "pack the data, where the format can")
    boolean compress;

    @Option(
            names = {"-B", "--parent"},
            paramLabel = "PARENT",
            description = "hold only the differences to this image (qemu-img's backing file)")
    @Nullable Path parent;

    @Option(
            names = {"-F", "--parent-format"},
            paramLabel = "FORMAT",
            description = "take the parent for this format, whatever its content shows")
    @Nullable DiskFormat parentFormat;

    @Option(
            names = "-o",
            paramLabel = "NAME=VALUE",
            split = ",",
            description =
                    "what else the format lets choose, by qemu-img's names, for example subformat=streamOptimized")
    Map<String, String> settings = new LinkedHashMap<>();

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

    /** The parent, opened, where one is named; the caller closes it. */
    Optional<DiskImage> openParent() throws IOException {
        if (parent == null) {
            return Optional.empty();
        }
        OpenOptions options = OpenOptions.usual();
        return Optional.of(DiskImages.open(parent, parentFormat == null ? options : options.as(parentFormat)));
    }

    /** How the image is to be made, over that parent. */
    CreateOptions options(Optional<DiskImage> over) throws IOException {
        CreateOptions options =
                CreateOptions.usual().with(fixed ? CreateOptions.Allocation.FIXED : CreateOptions.Allocation.DYNAMIC);
        if (unit != null) {
            options = options.withUnit(unit);
        }
        if (compress) {
            options = options.packing();
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            options = options.withSetting(setting.getKey(), setting.getValue());
        }
        if (over.isPresent() && parent != null) {
            options = options.over(new CreateOptions.Parent(
                    over.get(), parent, over.get().describe().format()));
        }
        return sync ? options : options.withoutWaiting();
    }
}
