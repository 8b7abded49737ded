package dev.bothways.cli;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
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

    @Parameters(index = "0", paramLabel = "IN", description = "the image to read; it is not changed")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "the image to write")
    private Path out = Path.of("");

    @Option(names = "--hash", description = "tell the hash of what the guest sees, computed on the way")
    private boolean hash;

    @Option(names = "--progress", description = "auto, plain, json or none (${DEFAULT-VALUE})")
    private Progress.Kind progress = Progress.Kind.AUTO;

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        DiskFormat format = target.format(spec, out);
        Progress shown = new Progress(spec.commandLine().getErr(), progress);
        CopyOptions copying = CopyOptions.usual().telling(done -> shown.progress(done.position(), done.size()));
        DiskCopy.Result result;
        try (DiskImage source = arguments.open(in)) {
            result = DiskConversion.convert(
                    source,
                    out,
                    format,
                    target.options().withSectorSize(source.sectorSize()),
                    hash ? copying.withHash() : copying,
                    target.force);
        }
        shown.end();
        tell(result);
        return ExitCode.DONE;
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
