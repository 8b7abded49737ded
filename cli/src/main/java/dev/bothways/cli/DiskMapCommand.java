package dev.bothways.cli;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskMap;
import dev.bothways.disk.Extent;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code bothways disk map}. */
final class DiskMapCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final Argument<Path> image =
            parameter("IMAGE", ArgumentType.PATH, "the image").required();
    private final JsonArguments json = new JsonArguments(this);

    DiskMapCommand() {
        super("Lists where an image holds data and zeros, and where the data lies (qemu-img map).");
    }

    @Override
    int run() throws IOException {
        PrintWriter out = out();
        try (DiskImage disk = arguments.open(image.value())) {
            if (json.ours() || json.ofQemu()) {
                out.print("[");
                String[] separator = {""};
                DiskMap.walk(disk, extent -> {
                    out.print(separator[0]
                            + System.lineSeparator()
                            + Json.line(json.ofQemu() ? QemuReport.run(extent) : facts(extent)));
                    separator[0] = ",";
                });
                out.println("]");
            } else {
                out.printf("%16s %16s  %s%n", "offset", "length", "what");
                DiskMap.walk(
                        disk, extent -> out.printf("%16d %16d  %s%n", extent.offset(), extent.length(), what(extent)));
            }
        }
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
