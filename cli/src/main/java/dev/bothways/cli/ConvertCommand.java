package dev.bothways.cli;

import dev.bothways.conversion.Conversion;
import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.ConversionRequest;
import dev.bothways.conversion.Destination;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.Target;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ParameterException;

/** {@code bothways convert}. */
final class ConvertCommand extends Command {
    private final SourceArguments source = new SourceArguments(this, "bios or uefi (default: as in the source)");
    private final Argument<String> target = option(
                    "--to",
                    "TARGET",
                    ArgumentType.TEXT,
                    "xen, xenserver, hyperv, vmware, kvm, proxmox, kubevirt or virtualbox")
            .required();
    private final Argument<Optional<Path>> output = option(
                    "-o, --output",
                    "DIR",
                    ArgumentType.PATH,
                    "the folder for the machine; it must not exist, or must be empty; with --dry-run it is only checked")
            .optional();
    private final Argument<Optional<String>> bundle = option(
                    "--bundle",
                    "KIND",
                    ArgumentType.TEXT,
                    "write one file in the folder instead of many: ova, for vmware and virtualbox")
            .optional();
    private final Argument<Optional<String>> platform = option(
                    "--platform",
                    "PLATFORM",
                    ArgumentType.TEXT,
                    "the virtual hardware (default: the target's usual one)")
            .optional();
    private final Argument<Optional<DiskFormat>> format = option(
                    "--disk-format",
                    "FORMAT",
                    ArgumentType.FORMAT,
                    "the disks' format (default: the target's usual one)")
            .optional();
    private final Argument<Optional<Path>> grub = option(
                    "--grub", "DIR", ArgumentType.PATH, "the folder with GRUB's i386-pc files")
            .optional();
    private final Argument<Boolean> strict =
            flag("--strict", "leave out what reaches into the source's host, even from a hypervisor to the same one");
    private final Argument<Boolean> asIs = flag(
            "--as-is",
            "change nothing inside the guest, which need not be understood: convert the disks and the definition,"
                    + " and list what you must see to on the target");
    private final Argument<Boolean> discardHibernation =
            flag("--discard-hibernation", "convert a hibernated guest without its memory: what it had open is lost");
    private final Argument<Boolean> dryRun = flag("--dry-run", "print the plan and write nothing");
    private final Argument<Boolean> force = flag("--force", "replace the folder if it exists");
    private final Argument<Boolean> json = flag("--json", "print the plan as JSON");
    private final Argument<Progress.Kind> progress = option(
                    "--progress", "KIND", ArgumentType.oneOf(Progress.Kind.class), "auto, plain, json or none")
            .or(Progress.Kind.AUTO);

    ConvertCommand() {
        super(
                "Converts a machine for another hypervisor. The source is never changed.",
                "What must change for the guest to boot there is changed in the copy, and every change is listed with its reason.");
    }

    @Override
    int run() throws IOException {
        Optional<Destination> destination = output.value().map(folder -> new Destination(folder, force.value()));
        if (destination.isEmpty() && !dryRun.value()) {
            throw wrongUsage("say where the machine goes with -o DIR, or print the plan with --dry-run");
        }
        PrintWriter out = out();
        try (Conversion conversion = Conversion.plan(request(), destination)) {
            PlanReport report = new PlanReport(conversion.plan(), conversion.sizes());
            if (json.value()) {
                out.println(report.json());
            } else {
                report.print(out);
            }
            out.flush();
            if (!dryRun.value()) {
                write(conversion, destination.orElseThrow());
            }
        }
        return ExitCode.DONE;
    }

    private void write(Conversion conversion, Destination destination) throws IOException {
        Progress shown = new Progress(err(), progress.value());
        List<String> steps = conversion.execute(destination.folder(), destination.replace(), shown);
        shown.end();
        if (!json.value()) {
            out().println("written to " + SafeText.of(destination.folder().toString()) + " and verified");
            steps.forEach(step -> out().println("  " + SafeText.of(step)));
        }
    }

    private ConversionRequest request() throws ConversionException {
        Target chosen = Targets.find(target.value())
                .orElseThrow(() -> unknown(
                        "target",
                        target.value(),
                        Targets.all().stream().map(Target::id).toList()));
        return new ConversionRequest(
                source.source(),
                options(),
                bundle.value().map(this::packed).orElse(chosen),
                platform.value().map(this::platform),
                format.value(),
                source.firmware(),
                grub.value(),
                strict.value(),
                asIs.value(),
                discardHibernation.value());
    }

    private Target packed(String kind) {
        return Targets.find(target.value(), kind)
                .orElseThrow(() -> wrongUsage("the target " + target.value() + " makes no bundle '"
                        + SafeText.of(kind) + "'; there are "
                        + Targets.allForms().stream()
                                .flatMap(form -> form.bundle().stream().map(made -> made.id() + " of " + form.id()))
                                .collect(Collectors.joining(", "))));
    }

    /** The disks of a packed source go where the converted ones go: there is room, or there is none for either. */
    private SourceOptions options() throws ConversionException {
        SourceOptions options = source.options();
        Optional<Path> place =
                output.value().map(folder -> folder.toAbsolutePath().getParent());
        return options.scratch().isPresent() || place.isEmpty() ? options : options.unpackingIn(place.get());
    }

    private Platform platform(String id) {
        return Arrays.stream(Platform.values())
                .filter(candidate -> candidate.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> unknown(
                        "platform",
                        id,
                        Arrays.stream(Platform.values()).map(Platform::id).toList()));
    }

    private ParameterException unknown(String what, String typed, List<String> known) {
        return wrongUsage("there is no " + what + " '" + SafeText.of(typed) + "'; there are " + String.join(", ", known)
                + Suggestion.after(typed, known));
    }
}
