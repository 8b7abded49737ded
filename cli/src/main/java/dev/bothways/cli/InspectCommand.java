package dev.bothways.cli;

import dev.bothways.conversion.Inside;
import dev.bothways.conversion.InspectedDisk;
import dev.bothways.conversion.SourceInspection;
import dev.bothways.guest.Assessment;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.DriverAvailability;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code bothways inspect}. */
final class InspectCommand extends Command {
    private final SourceArguments source =
            new SourceArguments(this, "of a bare image: bios or uefi (default: found from its partition table)");
    private final Argument<Boolean> json = flag("--json", "print the result as JSON");

    InspectCommand() {
        super(
                "Shows what is inside a machine, and on which platforms it would boot as it is.",
                "Of a guest that is not understood it lists the disks, their partitions and what each one holds.");
    }

    @Override
    int run() throws IOException {
        PrintWriter out = out();
        try (SourceInspection inspection = SourceInspection.open(source.source(), source.options())) {
            List<SourceInspection.Row> rows = inspection.matrix();
            if (json.value()) {
                out.println(Json.text(facts(inspection, rows)));
            } else {
                print(inspection, rows, out);
            }
        }
        return ExitCode.DONE;
    }

    private static void print(SourceInspection inspection, List<SourceInspection.Row> rows, PrintWriter out) {
        Machine machine = inspection.source().machine();
        out.println(SafeText.of(machine.name() + "   "
                + switch (inspection.inside()) {
                    case Inside.Understood(LinuxGuest guest) ->
                        guest.distribution().name() + " · "
                                + guest.architecture().id() + " · " + boot(guest)
                                + " · root " + guest.root().type() + " on "
                                + guest.root().device();
                    case Inside.NotUnderstood(String why) -> "guest not understood: " + why;
                }));
        out.println("hardware: " + machine.platform().id() + ", " + firmware(machine.firmware()) + ", processors: "
                + machine.processors().count() + ", memory: "
                + ByteSize.text(machine.memory().startup()) + ", network cards: "
                + machine.nics().size());
        for (InspectedDisk disk : inspection.disks()) {
            DiskReport.lines(disk).forEach(line -> out.println("disk " + SafeText.of(line)));
        }
        if (inspection.disks().isEmpty()) {
            out.println("disks: none");
        }
        for (String warning : inspection.source().warnings()) {
            out.println("warning: " + SafeText.of(warning));
        }
        if (rows.isEmpty()) {
            out.println(
                    "Where it would boot is not known. 'bothways convert --as-is' converts the disks and the definition"
                            + " and changes nothing inside.");
            return;
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

    private static String firmware(Firmware firmware) {
        return switch (firmware) {
            case Firmware.Bios bios -> "BIOS";
            case Firmware.Uefi uefi -> "UEFI";
            case Firmware.DirectKernel kernel -> "kernel of the host";
            case Firmware.HostBootLoader loader -> loader.program();
            case Firmware.ParavirtualGrub grub -> grub.image();
        };
    }

    private static String boot(LinuxGuest guest) {
        BootLoader loader = guest.bootLoader();
        String kernel = guest.defaultKernel().map(LinuxKernel::release).orElse("none");
        String by = guest.hostBoot().isPresent() ? " given by the host" : "";
        return loader.installed().map(place -> "GRUB in " + place).orElse("no boot loader") + ", kernel " + kernel + by;
    }

    private static Map<String, Object> facts(SourceInspection inspection, List<SourceInspection.Row> rows) {
        Machine machine = inspection.source().machine();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", machine.name());
        facts.put("definition", inspection.source().definition().toString());
        facts.put("dialect", inspection.source().dialect());
        facts.put("platform", machine.platform().id());
        facts.put("firmware", firmware(machine.firmware()));
        facts.put("processors", machine.processors().count());
        facts.put("memory", machine.memory().startup());
        facts.put("disks", inspection.disks().stream().map(DiskReport::json).toList());
        switch (inspection.inside()) {
            case Inside.Understood(LinuxGuest guest) -> guest(guest, facts);
            case Inside.NotUnderstood(String why) -> facts.put("notUnderstood", why);
        }
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

    private static void guest(LinuxGuest guest, Map<String, Object> facts) {
        facts.put("distribution", guest.distribution());
        facts.put("architecture", guest.architecture().id());
        facts.put("hostname", guest.hostname());
        facts.put(
                "root",
                Map.of("device", guest.root().device(), "type", guest.root().type()));
        facts.put("kernels", guest.kernels().stream().map(LinuxKernel::release).toList());
        facts.put("bootLoader", guest.bootLoader().kind());
        facts.put("tools", guest.tools());
        facts.put("problems", guest.problems());
    }
}
