package dev.bothways.cli;

import dev.bothways.disk.DiskComparison;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code bothways disk compare}. */
final class DiskCompareCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final Argument<Path> one =
            parameter("ONE", ArgumentType.PATH, "an image").required();
    private final Argument<Path> other =
            parameter("OTHER", ArgumentType.PATH, "another one").required();
    private final Argument<Boolean> strict = flag(
            "-s, --strict", "the sizes must be equal too; without it, zeros at the end of the longer one are ignored");
    private final Argument<Optional<DiskFormat>> otherFormat = option(
                    "-F, --other-format",
                    "FORMAT",
                    ArgumentType.FORMAT,
                    "read the other image as this format, whatever its content shows")
            .optional();
    private final Argument<Boolean> quiet = flag("-q, --quiet", "print nothing; the exit code tells");
    private final Argument<Boolean> json = flag("--json", "print the result as JSON");

    DiskCompareCommand() {
        super("Compares what two images show a guest (qemu-img compare). Exit code 6 if they differ.");
        QemuHabits.ofComparing(this);
    }

    @Override
    int run() throws IOException {
        DiskComparison comparison;
        try (DiskImage first = arguments.open(one.value());
                DiskImage second = DiskImages.open(
                        other.value(),
                        otherFormat.value().map(OpenOptions.usual()::as).orElse(OpenOptions.usual()))) {
            comparison = DiskComparison.of(first, second);
        }
        boolean alike = strict.value()
                ? comparison.same()
                : comparison.firstDifference().isEmpty();
        PrintWriter out = out();
        if (quiet.value()) {
            return alike ? ExitCode.DONE : ExitCode.VERIFICATION;
        }
        if (json.value()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("alike", alike);
            facts.put("size", comparison.size());
            facts.put("otherSize", comparison.otherSize());
            comparison.firstDifference().ifPresent(at -> facts.put("firstDifference", at));
            out.println(Json.text(facts));
        } else {
            if (comparison.size() != comparison.otherSize()) {
                out.println("the sizes differ: " + comparison.size() + " and " + comparison.otherSize() + " bytes");
            }
            comparison
                    .firstDifference()
                    .ifPresentOrElse(
                            at -> out.println("they differ at byte " + at),
                            () -> out.println("the images are identical"));
        }
        return alike ? ExitCode.DONE : ExitCode.VERIFICATION;
    }
}
