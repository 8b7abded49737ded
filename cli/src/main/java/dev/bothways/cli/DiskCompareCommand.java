package dev.bothways.cli;

import dev.bothways.disk.DiskComparison;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code bothways disk compare}. */
final class DiskCompareCommand extends Command {
    private final ImageArguments arguments = new ImageArguments(this);
    private final Argument<Path> one =
            parameter("ONE", ArgumentType.PATH, "an image").required();
    private final Argument<Path> other =
            parameter("OTHER", ArgumentType.PATH, "another one").required();
    private final Argument<Boolean> strict = flag(
            "--strict",
            "also ask for the same size (qemu-img's -s); else zeros at the end of the longer one count for nothing");
    private final Argument<Boolean> json = flag("--json", "for programs");

    DiskCompareCommand() {
        super("Tells whether two images show a guest the same bytes (qemu-img compare). Exit code 6 where not.");
    }

    @Override
    int run() throws IOException {
        DiskComparison comparison;
        try (DiskImage first = arguments.open(one.value());
                DiskImage second = DiskImages.open(other.value())) {
            comparison = DiskComparison.of(first, second);
        }
        boolean alike = strict.value()
                ? comparison.same()
                : comparison.firstDifference().isEmpty();
        PrintWriter out = out();
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
                            () -> out.println("the guest sees the same"));
        }
        return alike ? ExitCode.DONE : ExitCode.VERIFICATION;
    }
}
