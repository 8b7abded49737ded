package dev.bothways.cli;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.ImageDescription;
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

/** {@code bothways disk info}. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = "Tells what an image is: format, size, and what its metadata says (qemu-img info).")
final class DiskInfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ImageArguments arguments = new ImageArguments();

    @Parameters(paramLabel = "IMAGE", description = "the image")
    private Path image = Path.of("");

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (DiskImage disk = arguments.open(image)) {
            ImageDescription description = disk.describe();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.text(facts(description)));
            } else {
                print(description, out);
            }
            out.flush();
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> facts(ImageDescription description) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("format", description.format().label());
        facts.put("variant", description.variant());
        facts.put("size", description.size());
        facts.put("sectorSize", description.sectorSize());
        facts.put("unit", description.unit());
        facts.put("files", description.files().stream().map(Path::toString).toList());
        facts.put("details", description.details());
        return facts;
    }

    private static void print(ImageDescription description, PrintWriter out) {
        String variant = description.variant().isEmpty() ? "" : ", " + description.variant();
        row(out, "format", description.format().label() + variant);
        row(out, "size", ByteSize.text(description.size()) + " (" + description.size() + " bytes)");
        row(out, "sectors of", description.sectorSize() + " bytes");
        if (description.unit() > 1) {
            row(out, "blocks of", ByteSize.text(description.unit()));
        }
        for (Path file : description.files()) {
            row(out, "file", file.toString());
        }
        description.details().forEach((name, value) -> row(out, name, value));
    }

    private static void row(PrintWriter out, String name, String value) {
        out.printf("%-16s %s%n", SafeText.of(name), SafeText.of(value));
    }
}
