package dev.bothways.cli;

import dev.bothways.conversion.rehearse.Accelerator;
import dev.bothways.conversion.rehearse.ConvertedMachine;
import dev.bothways.conversion.rehearse.GuestReport;
import dev.bothways.conversion.rehearse.Rehearsal;
import dev.bothways.conversion.rehearse.RehearsalReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code bothways rehearse}. */
final class RehearseCommand extends Command {
    private final Argument<Path> folder =
            parameter("DIR", ArgumentType.PATH, "the folder that convert wrote").required();
    private final Argument<Integer> timeout = option(
                    "--timeout",
                    "SECONDS",
                    ArgumentType.NUMBER,
                    "seconds to wait for the login prompt (default: ${DEFAULT-VALUE})")
            .or(600);
    private final Argument<Accelerator> accelerator = option(
                    "--accelerator",
                    "ACCELERATOR",
                    ArgumentType.oneOf(Accelerator.class),
                    "auto, kvm or tcg (default: ${DEFAULT-VALUE})")
            .or(Accelerator.AUTO);
    private final Argument<Optional<Path>> log = option(
                    "--log",
                    "FILE",
                    ArgumentType.PATH,
                    "the file for the serial console's output (default: DIR.serial.log)")
            .optional();
    private final Argument<Boolean> show =
            flag("--show", "also print the serial console's output on stderr as it arrives");
    private final Argument<Boolean> json = flag("--json", "print the result as JSON");

    RehearseCommand() {
        super("Boots a converted machine on the target's virtual hardware, in QEMU. Nothing is written to it.");
    }

    @Override
    int run() throws IOException {
        if (timeout.value() < 1) {
            throw wrongUsage("--timeout " + timeout.value() + " is not possible; the least is 1");
        }
        PrintWriter out = out();
        PrintWriter err = err();
        Path absolute = folder.value().toAbsolutePath().normalize();
        Path serial = log.value().orElseGet(() -> absolute.resolveSibling(absolute.getFileName() + ".serial.log"));
        RehearsalReport report = Rehearsal.run(ConvertedMachine.read(folder.value())
                .rehearsal(Duration.ofSeconds(timeout.value()), accelerator.value(), serial, line -> {
                    if (show.value()) {
                        err.println(SafeText.of(line));
                        err.flush();
                    }
                }));
        if (json.value()) {
            out.println(Json.text(facts(report)));
        } else {
            print(report, out);
        }
        return report.good() ? ExitCode.DONE : ExitCode.VERIFICATION;
    }

    private static void print(RehearsalReport report, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("hardware", report.platform()));
        rows.add(List.of("kernel", after(report.toKernel())));
        rows.add(List.of(
                "login",
                after(report.toLogin())
                        + report.loginPrompt().map(text -> "   " + text).orElse("")));
        report.guest().ifPresent(guest -> {
            rows.add(List.of("root disk", guest.rootDevice() + " by " + String.join(" on ", guest.rootDrivers())));
            for (GuestReport.Nic nic : guest.nics()) {
                rows.add(List.of(
                        "network",
                        nic.name() + " by " + nic.driver() + ", " + state(nic) + String.join(" ", nic.addresses())));
            }
            rows.add(List.of(
                    "failed units", guest.failedUnits().isEmpty() ? "none" : String.join(" ", guest.failedUnits())));
            rows.add(List.of(
                    "not mounted", guest.notMounted().isEmpty() ? "nothing" : String.join(" ", guest.notMounted())));
        });
        rows.add(List.of("serial log", report.serialLog().toString()));
        Table.print(rows, out);
        report.problems().forEach(problem -> out.println("problem: " + SafeText.of(problem)));
        out.println(report.good() ? "it boots" : "it does not boot as it should");
    }

    private static String after(Optional<Duration> time) {
        return time.map(value -> String.format(Locale.ROOT, "after %.1f s", value.toMillis() / 1000.0))
                .orElse("never");
    }

    private static Map<String, Object> facts(RehearsalReport report) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("good", report.good());
        facts.put("platform", report.platform());
        facts.put("secondsToKernel", report.toKernel().map(time -> time.toMillis() / 1000.0));
        facts.put("secondsToLogin", report.toLogin().map(time -> time.toMillis() / 1000.0));
        facts.put("guest", report.guest());
        facts.put("problems", report.problems());
        facts.put("serialLog", report.serialLog().toString());
        return facts;
    }

    /** Many drivers do not say whether their card is up. */
    private static String state(GuestReport.Nic nic) {
        return nic.state().equals("unknown") ? "" : nic.state() + " ";
    }
}
