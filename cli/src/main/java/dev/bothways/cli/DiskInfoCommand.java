package dev.bothways.cli;

import dev.bothways.disk.DiskArchive;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.ImageDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code bothways disk info}. */
final class DiskInfoCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final Argument<Path> image =
            parameter("IMAGE", ArgumentType.PATH, "the image").required();
    private final JsonArguments json = new JsonArguments(this);
    private final Argument<Boolean> chain = flag("--backing-chain", "also describe the parents, one after the other");

    DiskInfoCommand() {
        super(
                "Shows what an image is: format, size, and what its metadata says (qemu-img info).",
                "Of an archive (OVA, XVA, VMA) it lists the disks. Each is named ARCHIVE/DISK, here and in other commands.");
    }

    @Override
    int run() throws IOException {
        Optional<DiskArchive> archive = arguments.archive(image.value());
        if (archive.isPresent()) {
            ArchiveReport report = new ArchiveReport(image.value(), archive.get());
            if (json.ours() || json.ofQemu()) {
                out().println(report.json());
            } else {
                report.print(out());
            }
            return ExitCode.DONE;
        }
        try (DiskImage disk = arguments.open(image.value())) {
            List<DiskImage> images = new ArrayList<>(List.of(disk));
            while (chain.value() && images.getLast().parent().isPresent()) {
                images.add(images.getLast().parent().get());
            }
            List<Map<String, Object>> described = new ArrayList<>();
            for (DiskImage each : images) {
                ImageDescription description = each.describe();
                if (json.ours()) {
                    described.add(facts(description));
                } else if (json.ofQemu()) {
                    described.add(QemuReport.info(each, described.isEmpty() ? image.value() : file(each)));
                } else {
                    print(description, out());
                    out().print(each.equals(images.getLast()) ? "" : System.lineSeparator());
                }
            }
            if (!described.isEmpty()) {
                out().println(Json.text(chain.value() ? described : described.getFirst()));
            }
        }
        return ExitCode.DONE;
    }

    private static Path file(DiskImage image) throws IOException {
        return image.describe().files().getFirst();
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
