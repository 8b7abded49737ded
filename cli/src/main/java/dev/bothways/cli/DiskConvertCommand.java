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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bothways disk convert}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = "Writes a disk in another format (qemu-img convert). OUT gets its name when it is whole.")
final class DiskConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ImageArguments arguments = new ImageArguments();

    @Mixin
    private TargetArguments target = new TargetArguments();

    @Parameters(
            arity = "2..*",
            paramLabel = "IN... OUT",
            description = {
                "the image to read; it is not changed. Several are joined, one behind the other",
                "The last one is the image to write; - is standard output"
            })
    private List<Path> images = List.of();

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "read at most so much in a second")
    private @Nullable Long rate;

    @Option(names = "--hash", description = "tell the hash of what the guest sees, computed on the way")
    private boolean hash;

    @Option(names = "--progress", description = "auto, plain, json or none (${DEFAULT-VALUE})")
    private Progress.Kind progress = Progress.Kind.AUTO;

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path out = images.getLast();
        boolean pipe = out.toString().equals("-");
        DiskFormat format = target.format(spec, out);
        Progress shown = new Progress(spec.commandLine().getErr(), progress);
        CopyOptions copying = CopyOptions.usual().telling(done -> shown.progress(done.position(), done.size()));
        copying = hash ? copying.withHash() : copying;
        copying = rate != null ? copying.atMost(Math.max(1, rate)) : copying;
        DiskCopy.Result result;
        List<DiskImage> opened = new ArrayList<>();
        try {
            for (Path in : images.subList(0, images.size() - 1)) {
                opened.add(arguments.open(in));
            }
            VirtualDisk source = opened.size() == 1 ? opened.getFirst() : new ConcatenatedDisk(List.copyOf(opened));
            Optional<DiskImage> parent = target.openParent();
            parent.ifPresent(opened::add);
            CreateOptions making = target.options(parent).withSectorSize(source.sectorSize());
            result = pipe
                    ? DiskConversion.intoPipe(source, out, standardOutput(), format, making, copying)
                    : DiskConversion.convert(source, out, format, making, copying, target.force);
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
        PrintWriter results = spec.commandLine().getOut();
        if (json) {
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
        results.flush();
    }
}
