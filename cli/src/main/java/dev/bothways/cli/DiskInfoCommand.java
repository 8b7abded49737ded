package dev.bothways.cli;

import dev.bothways.disk.DiskArchive;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.ImageDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code bothways disk info}. */
final class DiskInfoCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final Argument<Path> image =
            parameter("IMAGE", ArgumentType.PATH, "the image").required();
    private final Argument<Boolean> json = flag("--json", "for programs");

    DiskInfoCommand() {
        super(
                "Tells what an image is: format, size, and what its metadata says (qemu-img info).",
                "Of an archive (OVA, XVA, VMA) it lists the disks. Each is named as ARCHIVE/DISK, here and to other commands.");
    }

    @Override
    int run() throws IOException {
        Optional<DiskArchive> archive = arguments.archive(image.value());
        if (archive.isPresent()) {
            ArchiveReport report = new ArchiveReport(image.value(), archive.get());
            if (json.value()) {
                out().println(report.json());
            } else {
                report.print(out());
            }
            return ExitCode.DONE;
        }
        try (DiskImage disk = arguments.open(image.value())) {
            ImageDescription description = disk.describe();
            if (json.value()) {
                out().println(Json.text(facts(description)));
            } else {
                print(description, out());
            }
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
