package dev.bothways.cli;

import dev.bothways.disk.DiskImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code bothways disk check}. */
final class DiskCheckCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final Argument<Path> image =
            parameter("IMAGE", ArgumentType.PATH, "the image").required();
    private final Argument<Boolean> json = flag("--json", "for programs");

    DiskCheckCommand() {
        super("Looks for damage in an image's structure (qemu-img check). Exit code 6 where guest data is at risk.");
    }

    @Override
    int run() throws IOException {
        List<DiskImage.Finding> findings;
        try (DiskImage disk = arguments.open(image.value())) {
            findings = disk.check();
            disk.requireUnchanged();
        }
        PrintWriter out = out();
        if (json.value()) {
            out.println(Json.text(Map.of("findings", findings)));
        } else if (findings.isEmpty()) {
            out.println("no damage found");
        } else {
            for (DiskImage.Finding finding : findings) {
                out.println(word(finding.severity()) + ": " + SafeText.of(finding.message()));
            }
        }
        boolean harmed = findings.stream().anyMatch(finding -> finding.severity() == DiskImage.Severity.ERROR);
        return harmed ? ExitCode.VERIFICATION : ExitCode.DONE;
    }

    private static String word(DiskImage.Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case LEAK -> "leak";
            case NOTE -> "note";
        };
    }
}
