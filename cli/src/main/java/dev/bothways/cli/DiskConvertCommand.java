package dev.bothways.cli;

import dev.bothways.disk.ConcatenatedDisk;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.VirtualDisk;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code bothways disk convert}. */
final class DiskConvertCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final TargetArguments target = new TargetArguments(this);
    private final Argument<List<Path>> images = parameter(
                    "IN... OUT",
                    ArgumentType.PATH,
                    "the image to read; it is not changed. Several are joined, one behind the other",
                    "The last one is the image to write; - is standard output")
            .atLeast(2);
    private final Argument<Optional<Long>> rate = option(
                    "-r, --rate", "SIZE", ArgumentType.SIZE, "read at most so much in a second")
            .optional();
    private final Argument<Boolean> hash = flag("--hash", "tell the hash of what the guest sees, computed on the way");
    private final Argument<Progress.Kind> progress = option(
                    "--progress",
                    "<progress>",
                    ArgumentType.oneOf(Progress.Kind.class),
                    "auto, plain, json or none (${DEFAULT-VALUE})")
            .or(Progress.Kind.AUTO);
    private final Argument<Boolean> json = flag("--json", "for programs");

    DiskConvertCommand() {
        super("Writes a disk in another format (qemu-img convert). OUT gets its name when it is whole.");
    }

    @Override
    int run() throws IOException {
        Path out = images.value().getLast();
        boolean pipe = out.toString().equals("-");
        DiskFormat format = target.format(out);
        Progress shown = new Progress(err(), progress.value());
        CopyOptions copying = CopyOptions.usual().telling(done -> shown.progress(done.position(), done.size()));
        copying = hash.value() ? copying.withHash() : copying;
        if (rate.value().isPresent()) {
            copying = copying.atMost(Math.max(1, rate.value().get()));
        }
        DiskCopy.Result result;
        List<DiskImage> opened = new ArrayList<>();
        try {
            for (Path in : images.value().subList(0, images.value().size() - 1)) {
                if (in.toString().equals("-")) {
                    throw wrongUsage("standard input is not read, for images are not read from end to end;"
                            + " save it in a file and name that");
                }
                opened.add(arguments.open(in));
            }
            VirtualDisk source = opened.size() == 1 ? opened.getFirst() : new ConcatenatedDisk(List.copyOf(opened));
            Optional<DiskImage> parent = target.openParent();
            parent.ifPresent(opened::add);
            CreateOptions making = target.options(parent).withSectorSize(source.sectorSize());
            result = pipe
                    ? DiskConversion.intoPipe(source, out, standardOutput(), format, making, copying)
                    : DiskConversion.convert(source, out, format, making, copying, target.force());
        } finally {
            for (DiskImage image : opened) {
                image.close();
            }
        }
        shown.end();
        if (!pipe) {
            tell(result);
        }
        return ExitCode.DONE;
    }

    @SuppressWarnings("resource") // the writer closes it
    private static WritableByteChannel standardOutput() {
        return new FileOutputStream(FileDescriptor.out).getChannel();
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
