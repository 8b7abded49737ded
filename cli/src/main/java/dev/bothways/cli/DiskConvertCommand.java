package dev.bothways.cli;

import dev.bothways.disk.ConcatenatedDisk;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskStream;
import dev.bothways.disk.PipeInput;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code bothways disk convert}. */
final class DiskConvertCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final TargetArguments target = new TargetArguments(this, "-O, --format");
    private final Argument<List<Path>> images = parameter(
                    "IN... OUT",
                    ArgumentType.PATH,
                    "the image to read; it is not changed. Several are joined, one after the other. - is standard input: a raw disk"
                            + " (with --size) or a streamOptimized VMDK",
                    "The last one is the image to write; - is standard output")
            .atLeast(2);
    private final Argument<Optional<Long>> rate = option(
                    "-r, --rate", "SIZE", ArgumentType.SIZE, "read at most this many bytes per second")
            .optional();
    private final Argument<Optional<Long>> size = option(
                    "--size", "SIZE", ArgumentType.SIZE, "the size of a raw disk that comes by standard input")
            .optional();
    private final Argument<Boolean> hash = flag("--hash", "print a hash of the disk's content as the guest sees it");
    private final Argument<Progress.Kind> progress = option(
                    "--progress",
                    "KIND",
                    ArgumentType.oneOf(Progress.Kind.class),
                    "auto, plain, json or none (default: ${DEFAULT-VALUE})")
            .or(Progress.Kind.AUTO);
    private final Argument<Boolean> quiet = flag("-q, --quiet", "the same as --progress=none");
    private final Argument<Optional<Long>> sparse = option(
                    "-S",
                    "SIZE",
                    ArgumentType.SIZE,
                    "0 is the same as --fixed; zeros are otherwise found in steps of 4 KiB")
            .optional();
    private final Argument<Boolean> json = flag("--json", "print the result as JSON");

    DiskConvertCommand() {
        super(
                "Writes a disk in another format (qemu-img convert). OUT is written as OUT.partial and renamed when complete.",
                "qemu-img's options -C, -m, -p, -t, -T, -U and -W are accepted and change nothing.");
        QemuHabits.ofConverting(this);
    }

    @Override
    int run() throws IOException {
        List<Path> sources = images.value().subList(0, images.value().size() - 1);
        Path out = images.value().getLast();
        boolean pipe = isPipe(out);
        Progress shown = new Progress(err(), quiet.value() ? Progress.Kind.NONE : progress.value());
        CopyOptions copying = CopyOptions.usual().telling(done -> shown.progress(done.position(), done.size()));
        copying = hash.value() ? copying.withHash() : copying;
        if (sparse.value().equals(Optional.of(0L))) {
            target.takeAllSpace();
        }
        if (rate.value().isPresent()) {
            copying = copying.atMost(Math.max(1, rate.value().get()));
        }
        DiskCopy.Result result;
        if (sources.stream().anyMatch(DiskConvertCommand::isPipe)) {
            result = fromStandardInput(sources, out, copying);
        } else if (size.value().isPresent()) {
            throw wrongUsage("--size is for standard input (-); an image in a file tells its size");
        } else {
            result = fromFiles(sources, out, copying);
        }
        shown.end();
        if (!pipe) {
            tell(result);
        }
        return ExitCode.DONE;
    }

    private static boolean isPipe(Path image) {
        return image.toString().equals("-");
    }

    private DiskCopy.Result fromFiles(List<Path> sources, Path out, CopyOptions copying) throws IOException {
        boolean inPlace = target.inPlace(out);
        DiskFormat format = inPlace ? DiskFormat.RAW : target.format(out);
        List<DiskImage> opened = new ArrayList<>();
        try {
            for (Path in : sources) {
                opened.add(arguments.open(in));
            }
            VirtualDisk source = opened.size() == 1 ? opened.getFirst() : new ConcatenatedDisk(List.copyOf(opened));
            if (inPlace) {
                return DiskConversion.over(source, out, copying, target.sync());
            }
            Optional<DiskImage> parent = target.openParent();
            parent.ifPresent(opened::add);
            CreateOptions making = target.options(parent).withSectorSize(source.sectorSize());
            return isPipe(out)
                    ? DiskConversion.intoPipe(source, out, StandardOutput.channel(), format, making, copying)
                    : DiskConversion.convert(source, out, format, making, copying, target.force());
        } finally {
            for (DiskImage image : opened) {
                image.close();
            }
        }
    }

    /** A pipe is read in one pass; a file that the shell opened is a file. */
    private DiskCopy.Result fromStandardInput(List<Path> sources, Path out, CopyOptions copying) throws IOException {
        if (sources.size() > 1) {
            throw wrongUsage("standard input is converted alone; name one image, or files only");
        }
        Optional<Path> file = size.value().isPresent() ? Optional.empty() : StandardInput.file();
        if (file.isPresent()) {
            return fromFiles(List.of(file.get()), out, copying);
        }
        boolean inPlace = target.inPlace(out);
        DiskFormat format = inPlace ? DiskFormat.RAW : target.format(out);
        try (PipeInput in = StandardInput.pipe();
                DiskStream source = arguments.stream(in, size.value())) {
            if (inPlace) {
                return DiskConversion.over(source, out, copying, target.sync());
            }
            Optional<DiskImage> parent = target.openParent();
            try {
                CreateOptions making = target.options(parent).withSectorSize(source.sectorSize());
                return isPipe(out)
                        ? DiskConversion.intoPipe(source, out, StandardOutput.channel(), format, making, copying)
                        : DiskConversion.convert(source, out, format, making, copying, target.force());
            } finally {
                if (parent.isPresent()) {
                    parent.get().close();
                }
            }
        }
    }

    private void tell(DiskCopy.Result result) {
        PrintWriter results = out();
        if (json.value()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("data", result.data());
            facts.put("written", result.written());
            facts.put("shared", result.shared());
            result.hash().ifPresent(value -> facts.put("guestHash", value.toString()));
            results.println(Json.text(facts));
        } else {
            if (result.shared() > 0) {
                results.println(ByteSize.text(result.shared()) + " are shared with the source, without new space");
            }
            result.hash().ifPresent(results::println);
        }
    }
}
