package dev.bothways.cli;

import dev.bothways.conversion.Conversion;
import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.ConversionRequest;
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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bothways convert}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a machine for another hypervisor. The source is never changed.",
            "What must change for the guest to boot there is changed in the copy, and every change is told with its reason."
        })
final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceArguments source = new SourceArguments();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TARGET",
            description = "xen, xenserver, hyperv, vmware, kvm, proxmox or virtualbox")
    private String target = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "the folder for the machine; it must not exist, or be empty")
    private @Nullable Path output;

    @Option(names = "--platform", paramLabel = "PLATFORM", description = "the virtual hardware, if not the usual one")
    private @Nullable String platform;

    @Option(names = "--disk-format", paramLabel = "FORMAT", description = "the disks' format, if not the usual one")
    private @Nullable DiskFormat format;

    @Option(names = "--firmware", description = "bios or uefi, if not as the source has it")
    private SourceArguments.@Nullable FirmwareName firmware;

    @Option(names = "--grub", paramLabel = "DIR", description = "where GRUB's own i386-pc files are")
    private @Nullable Path grub;

    @Option(names = "--dry-run", description = "print the plan and write nothing")
    private boolean dryRun;

    @Option(names = "--force", description = "replace the folder if it is there")
    private boolean force;

    @Option(names = "--json", description = "the plan for programs")
    private boolean json;

    @Option(names = "--progress", description = "auto, plain, json or none")
    private Progress.Kind progress = Progress.Kind.AUTO;

    @Override
    public Integer call() throws IOException {
        if (output == null && !dryRun) {
            throw new ParameterException(
                    spec.commandLine(), "say where the machine goes with -o DIR, or print the plan with --dry-run");
        }
        if (output != null && !dryRun) {
            Conversion.checkPlace(output, force);
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Conversion conversion = Conversion.plan(request())) {
            PlanReport report = new PlanReport(conversion.plan());
            if (json) {
                out.println(report.json());
            } else {
                report.print(out);
            }
            out.flush();
            if (output != null && !dryRun) {
                Progress shown = new Progress(err, progress);
                List<String> steps = conversion.execute(output, force, shown);
                shown.end();
                if (!json) {
                    out.println("written to " + SafeText.of(output.toString()) + " and verified");
                    steps.forEach(step -> out.println("  " + SafeText.of(step)));
                }
            }
        }
        out.flush();
        return ExitCode.DONE;
    }

    private ConversionRequest request() throws ConversionException {
        Target chosen = Targets.find(target)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no target '" + SafeText.of(target) + "'; there are "
                                + String.join(
                                        ", ",
                                        Targets.all().stream().map(Target::id).toList())));
        return new ConversionRequest(
                source.source,
                options(),
                chosen,
                Optional.ofNullable(platform).map(this::platform),
                Optional.ofNullable(format),
                SourceArguments.firmware(firmware),
                Optional.ofNullable(grub));
    }

    /** The disks of a packed source go where the converted ones go: there is room, or there is none for either. */
    private SourceOptions options() throws ConversionException {
        SourceOptions options = source.options(firmware);
        Path place = output == null ? null : output.toAbsolutePath().getParent();
        return options.scratch().isPresent() || place == null ? options : options.unpackingIn(place);
    }

    private Platform platform(String id) {
        return Arrays.stream(Platform.values())
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no platform '" + SafeText.of(id) + "'; there are "
                                + String.join(
                                        ", ",
                                        Arrays.stream(Platform.values())
                                                .map(Platform::id)
                                                .toList())));
    }
}
