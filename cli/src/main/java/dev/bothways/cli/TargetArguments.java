package dev.bothways.cli;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How an image is made: the options that all commands that make one share. */
final class TargetArguments {
    private final Command command;
    private final Argument<Optional<DiskFormat>> format;
    private final Argument<Boolean> fixed;
    private final Argument<Optional<Long>> unit;
    private final Argument<Boolean> compress;
    private final Argument<Optional<Path>> parent;
    private final Argument<Optional<DiskFormat>> parentFormat;
    private final Argument<Map<String, String>> settings;
    private final Argument<Boolean> sync;
    private final Argument<Boolean> force;
    private final Argument<Boolean> inPlace;

    private boolean allSpace;

    /**
     * The options.
     *
     * @param formatNames what the option for the format is called: {@code -f} means the source's where there is one
     */
    TargetArguments(Command command, String formatNames) {
        this.command = command;
        QemuHabits.ofMaking(command);
        format = command.option(
                        formatNames,
                        "FORMAT",
                        ArgumentType.FORMAT,
                        "the format to write: ${COMPLETION-CANDIDATES} (vpc is vhd); default: by the ending of the name")
                .offering(writtenFormats())
                .optional();
        fixed = command.flag("--fixed", "allocate all space at once (qemu-img: subformat=fixed, preallocation=full)");
        unit = command.option(
                        "--block-size",
                        "SIZE",
                        ArgumentType.SIZE,
                        "the unit in which the format allocates space (qemu-img: -o cluster_size= or block_size=)")
                .optional();
        compress = command.flag("-c, --compress", "compress the data, where the format can");
        parent = command.option(
                        "-B, -b, --parent",
                        "PARENT",
                        ArgumentType.PATH,
                        "write only the differences to this image (qemu-img: backing file)")
                .optional();
        parentFormat = command.option(
                        "-F, --parent-format",
                        "FORMAT",
                        ArgumentType.FORMAT,
                        "read the parent as this format, whatever its content shows")
                .optional();
        settings = command.option(
                        "-o",
                        "NAME=VALUE",
                        ArgumentType.TEXT,
                        "settings of the format by qemu-img's names, for example subformat=streamOptimized")
                .settings();
        sync = command.flag("--sync", "wait until everything has reached the medium before ending");
        force = command.flag("--force", "replace the image if it exists");
        inPlace = command.flag(
                "-n, --in-place",
                "create nothing: write the disk, as raw, over a file or block device that exists; its size stays");
    }

    /** The formats that can be asked for: those that are read only are left out. */
    private static List<String> writtenFormats() {
        return Arrays.stream(DiskFormat.values())
                .filter(DiskFormat::isWritten)
                .map(DiskFormat::label)
                .toList();
    }

    DiskFormat format(Path image) {
        return format.value()
                .or(() -> DiskFormat.wantedBy(image))
                .orElseThrow(
                        () -> command.wrongUsage(image + ": its ending names no format; say which one with --format"));
    }

    /**
     * Whether the target exists and is written in place, which is only possible in raw.
     *
     * @param image the target
     */
    boolean inPlace(Path image) throws IOException {
        if (!inPlace.value()) {
            return false;
        }
        DiskFormat wanted = format.value().orElse(DiskFormat.RAW);
        if (wanted != DiskFormat.RAW) {
            throw command.wrongUsage("-n writes a disk as raw only, not as " + wanted.label()
                    + "; leave out -O, or leave out -n for a new file");
        }
        boolean raw = format.value().isPresent() || !Files.isRegularFile(image) || DiskImages.formatOf(image) == wanted;
        if (!raw) {
            throw command.wrongUsage(
                    image + " holds a " + DiskImages.formatOf(image).label()
                            + " image; -O raw writes over it as raw, and without -n, --force replaces it by a new image");
        }
        if (fixed.value()
                || compress.value()
                || parent.value().isPresent()
                || !settings.value().isEmpty()) {
            throw command.wrongUsage("-n writes plain bytes; leave out --fixed, --compress, --parent and -o");
        }
        return true;
    }

    /** Whether what was written must have reached the medium in the end. */
    boolean sync() {
        return sync.value();
    }

    /** As {@code --fixed}, for another option that asks for it. */
    void takeAllSpace() {
        allSpace = true;
    }

    boolean force() {
        return force.value();
    }

    /** The parent, opened, where one is named; the caller closes it. */
    Optional<DiskImage> openParent() throws IOException {
        if (parent.value().isEmpty()) {
            return Optional.empty();
        }
        OpenOptions options = OpenOptions.usual();
        return Optional.of(DiskImages.open(
                parent.value().get(), parentFormat.value().map(options::as).orElse(options)));
    }

    /** A setting of qemu-img's that has an option of its own here is that option; others are the format's. */
    private CreateOptions with(CreateOptions options, String name, String value) {
        return switch (name) {
            case "cluster_size", "block_size" -> options.withUnit(new ByteSize().convert(value));
            case "backing_file" -> throw command.wrongUsage("-o backing_file=: say --parent " + value);
            case "backing_fmt" -> throw command.wrongUsage("-o backing_fmt=: say --parent-format " + value);
            case "size" -> throw command.wrongUsage("-o size=: name the size behind the image, for example 20G");
            case "preallocation" ->
                switch (value) {
                    case "off" -> options;
                    case "full", "falloc" -> options.with(CreateOptions.Allocation.FIXED);
                    default -> options.withSetting(name, value);
                };
            case "subformat" ->
                switch (value) {
                    case "fixed" -> options.with(CreateOptions.Allocation.FIXED);
                    case "dynamic" -> options;
                    default -> options.withSetting(name, value);
                };
            default -> options.withSetting(name, value);
        };
    }

    /** How the image is to be made, over that parent. */
    CreateOptions options(Optional<DiskImage> over) throws IOException {
        CreateOptions options = CreateOptions.usual()
                .with(fixed.value() || allSpace ? CreateOptions.Allocation.FIXED : CreateOptions.Allocation.DYNAMIC);
        if (unit.value().isPresent()) {
            options = options.withUnit(unit.value().get());
        }
        if (compress.value()) {
            options = options.packing();
        }
        for (Map.Entry<String, String> setting : settings.value().entrySet()) {
            options = with(options, setting.getKey(), setting.getValue());
        }
        if (over.isPresent() && parent.value().isPresent()) {
            options = options.over(new CreateOptions.Parent(
                    over.get(), parent.value().get(), over.get().describe().format()));
        }
        return sync.value() ? options : options.withoutWaiting();
    }
}
