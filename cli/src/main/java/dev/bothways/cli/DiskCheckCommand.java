package dev.bothways.cli;

import dev.bothways.disk.DiskImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bothways disk check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Looks for damage in an image's structure (qemu-img check). Exit code 6 where guest data is at risk.")
final class DiskCheckCommand implements Callable<Integer> {
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
        List<DiskImage.Finding> findings;
        try (DiskImage disk = arguments.open(image)) {
            findings = disk.check();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(Map.of("findings", findings)));
        } else if (findings.isEmpty()) {
            out.println("no damage found");
        } else {
            for (DiskImage.Finding finding : findings) {
                out.println(word(finding.severity()) + ": " + SafeText.of(finding.message()));
            }
        }
        out.flush();
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
