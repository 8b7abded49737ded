package dev.bothways.cli;

import dev.bothways.disk.DiskFormat;
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
    private final JsonArguments json = new JsonArguments(this);

    DiskCheckCommand() {
        super(
                "Looks for damage in an image's structure (qemu-img check). Exit code 6 where guest data is at risk,"
                        + " 63 where the format has nothing to check.",
                "Nothing is repaired.");
        QemuHabits.ofChecking(this);
    }

    @Override
    int run() throws IOException {
        List<DiskImage.Finding> findings;
        boolean checkable;
        DiskFormat format;
        try (DiskImage disk = arguments.open(image.value())) {
            findings = disk.check();
            checkable = disk.isCheckable();
            format = disk.describe().format();
            disk.requireUnchanged();
        }
        PrintWriter out = out();
        if (json.ofQemu()) {
            out.println(Json.text(QemuReport.check(image.value(), format, findings)));
        } else if (json.ours()) {
            out.println(Json.text(Map.of("checked", checkable, "findings", findings)));
        } else {
            for (DiskImage.Finding finding : findings) {
                out.println(word(finding.severity()) + ": " + SafeText.of(finding.message()));
            }
            if (!checkable) {
                out.println("not checked: a " + format.label()
                        + " image has no structure of its own that could be damaged; its content is not looked at");
            } else if (findings.isEmpty()) {
                out.println("no damage found");
            }
        }
        boolean harmed = findings.stream().anyMatch(finding -> finding.severity() == DiskImage.Severity.ERROR);
        int sound = checkable ? ExitCode.DONE : ExitCode.NOT_CHECKED;
        return harmed ? ExitCode.VERIFICATION : sound;
    }

    private static String word(DiskImage.Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case LEAK -> "leak";
            case NOTE -> "note";
        };
    }
}
