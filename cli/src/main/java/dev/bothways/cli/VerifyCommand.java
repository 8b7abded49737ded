package dev.bothways.cli;

import dev.bothways.conversion.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** {@code bothways verify}. */
final class VerifyCommand extends Command {
    private final Argument<Path> folder =
            parameter("DIR", ArgumentType.PATH, "the folder that convert wrote").required();
    private final Argument<Boolean> json = flag("--json", "print the result as JSON");

    VerifyCommand() {
        super(
                "Checks a converted machine against its manifest: every file, the structure and the content of every disk.");
    }

    @Override
    int run() throws IOException {
        Verification.Result result = Verification.verify(folder.value());
        PrintWriter out = out();
        if (json.value()) {
            out.println(Json.text(result));
        } else {
            result.warnings().forEach(line -> out.println("warning: " + SafeText.of(line)));
            result.passed().forEach(line -> out.println("ok    " + SafeText.of(line)));
            result.failed().forEach(line -> out.println("WRONG " + SafeText.of(line)));
            out.println(
                    result.good() ? "the machine is as it was converted" : "the machine is not as it was converted");
        }
        return result.good() ? ExitCode.DONE : ExitCode.VERIFICATION;
    }
}
