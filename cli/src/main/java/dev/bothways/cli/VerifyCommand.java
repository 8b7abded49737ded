package dev.bothways.cli;

import dev.bothways.conversion.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bothways verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Checks a converted machine against its manifest: every file, every disk's structure, what the guest sees.")
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "the folder that convert wrote")
    private Path folder = Path.of("");

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Verification.Result result = Verification.verify(folder);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.text(result));
        } else {
            result.passed().forEach(line -> out.println("ok    " + SafeText.of(line)));
            result.failed().forEach(line -> out.println("WRONG " + SafeText.of(line)));
            out.println(
                    result.good() ? "the machine is as it was converted" : "the machine is not as it was converted");
        }
        out.flush();
        return result.good() ? ExitCode.DONE : ExitCode.VERIFICATION;
    }
}
