package dev.bothways.cli;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskMap;
import dev.bothways.disk.Extent;
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

/** {@code bothways disk map}. */
@Command(
        name = "map",
        mixinStandardHelpOptions = true,
        description = "Tells where an image holds data and where zeros, and where the data lies (qemu-img map).")
final class DiskMapCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ImageArguments arguments = new ImageArguments();

    @Parameters(paramLabel = "IMAGE", description = "the image")
    private Path image = Path.of("");

    @Option(names = "--json", description = "for programs, a run a line")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (DiskImage disk = arguments.open(image)) {
            if (json) {
                out.print("[");
                String[] separator = {""};
                DiskMap.walk(disk, extent -> {
                    out.print(separator[0] + System.lineSeparator() + Json.line(facts(extent)));
                    separator[0] = ",";
                });
                out.println("]");
            } else {
                out.printf("%16s %16s  %s%n", "offset", "length", "what");
                DiskMap.walk(
                        disk, extent -> out.printf("%16d %16d  %s%n", extent.offset(), extent.length(), what(extent)));
            }
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static String what(Extent extent) {
        return switch (extent) {
            case Extent.Zero zero -> "zeros";
            case Extent.Data data -> "data";
            case Extent.Stored stored ->
                "data at " + stored.fileOffset() + " of "
                        + SafeText.of(stored.file().path().toString());
        };
    }

    private static Map<String, Object> facts(Extent extent) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("start", extent.offset());
        facts.put("length", extent.length());
        facts.put("zero", extent instanceof Extent.Zero);
        facts.put("data", !(extent instanceof Extent.Zero));
        if (extent instanceof Extent.Stored stored) {
            facts.put("offset", stored.fileOffset());
            facts.put("file", stored.file().path().toString());
        }
        return facts;
    }
}
