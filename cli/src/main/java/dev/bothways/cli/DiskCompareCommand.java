package dev.bothways.cli;

import dev.bothways.disk.DiskComparison;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
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

/** {@code bothways disk compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Tells whether two images show a guest the same bytes (qemu-img compare). Exit code 6 where not.")
final class DiskCompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ImageArguments arguments = new ImageArguments();

    @Parameters(index = "0", paramLabel = "ONE", description = "an image")
    private Path one = Path.of("");

    @Parameters(index = "1", paramLabel = "OTHER", description = "another one")
    private Path other = Path.of("");

    @Option(
            names = "--strict",
            description = "also ask for the same size; else zeros at the end of the longer one count for nothing")
    private boolean strict;

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        DiskComparison comparison;
        try (DiskImage first = arguments.open(one);
                DiskImage second = DiskImages.open(other)) {
            comparison = DiskComparison.of(first, second);
        }
        boolean alike =
                strict ? comparison.same() : comparison.firstDifference().isEmpty();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
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
        out.flush();
        return alike ? ExitCode.DONE : ExitCode.VERIFICATION;
    }
}
