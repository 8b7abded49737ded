package dev.bothways.cli;

import dev.bothways.conversion.SourceInspection;
import dev.bothways.guest.Assessment;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.DriverAvailability;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.LinuxKernel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bothways inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Tells what is inside a machine, and on which platforms it would boot as it is.")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceArguments source = new SourceArguments();

    @Option(names = "--firmware", description = "of a bare image: bios or uefi")
    private SourceArguments.@Nullable FirmwareName firmware;

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (SourceInspection inspection = SourceInspection.open(source.source, source.options(firmware))) {
            List<SourceInspection.Row> rows = inspection.matrix();
            if (json) {
                out.println(Json.text(facts(inspection, rows)));
            } else {
                print(inspection, rows, out);
            }
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static void print(SourceInspection inspection, List<SourceInspection.Row> rows, PrintWriter out) {
        LinuxGuest guest = inspection.guest();
        String name = inspection.source().machine().name();
        out.println(SafeText.of(name + "   " + guest.distribution().name() + " · "
                + guest.architecture().id() + " · " + boot(guest) + " · root "
                + guest.root().type() + " on "
                + guest.root().device()));
        for (String warning : inspection.source().warnings()) {
            out.println("warning: " + SafeText.of(warning));
        }
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("", "boots as is", "disk driver", "network driver", "console", "what convert would do"));
        for (SourceInspection.Row row : rows) {
            Assessment assessment = row.assessment();
            table.add(List.of(
                    assessment.platform().id(),
                    assessment.boots() ? "yes" : "no",
                    driver(assessment.diskDriver()),
                    driver(assessment.networkDriver()),
                    assessment.consoles().isEmpty() ? "none" : String.join(" ", assessment.consoles()),
                    todo(row)));
        }
        Table.print(table, out);
    }

    private static String todo(SourceInspection.Row row) {
        if (!row.blockers().isEmpty()) {
            return "not possible: " + String.join("; ", row.blockers());
        }
        return row.fixups().isEmpty() ? "nothing" : String.join(", ", row.fixups());
    }

    private static String driver(Assessment.Driver driver) {
        return driver.availability() == DriverAvailability.ABSENT ? "no " + driver.name() : driver.name();
    }

    private static String boot(LinuxGuest guest) {
        BootLoader loader = guest.bootLoader();
        String kernel = guest.defaultKernel().map(LinuxKernel::release).orElse("none");
        String by = guest.hostBoot().isPresent() ? " given by the host" : "";
        return loader.installed().map(place -> "GRUB in " + place).orElse("no boot loader") + ", kernel " + kernel + by;
    }

    private static Map<String, Object> facts(SourceInspection inspection, List<SourceInspection.Row> rows) {
        LinuxGuest guest = inspection.guest();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", inspection.source().machine().name());
        facts.put("distribution", guest.distribution());
        facts.put("architecture", guest.architecture().id());
        facts.put("hostname", guest.hostname());
        facts.put(
                "root",
                Map.of("device", guest.root().device(), "type", guest.root().type()));
        facts.put("kernels", guest.kernels().stream().map(LinuxKernel::release).toList());
        facts.put("bootLoader", guest.bootLoader().kind());
        facts.put("tools", guest.tools());
        facts.put("warnings", inspection.source().warnings());
        List<Object> platforms = new ArrayList<>();
        for (SourceInspection.Row row : rows) {
            Assessment assessment = row.assessment();
            Map<String, Object> platform = new LinkedHashMap<>();
            platform.put("platform", assessment.platform().id());
            platform.put("boots", assessment.boots());
            platform.put("reasons", assessment.reasons());
            platform.put("diskDriver", assessment.diskDriver());
            platform.put("networkDriver", assessment.networkDriver());
            platform.put("consoles", assessment.consoles());
            platform.put("fixups", row.fixups());
            platform.put("blockers", row.blockers());
            platforms.add(platform);
        }
        facts.put("platforms", platforms);
        return facts;
    }
}
