package dev.bothways.cli;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.machine.Firmware;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The source of a verb, and how it is read. */
final class SourceArguments {
    /** What starts a machine that is given as a bare image. */
    enum FirmwareName {
        BIOS,
        UEFI
    }

    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description = "a machine's definition, a folder that holds one, or a disk image")
    Path source = Path.of("");

    @Option(
            names = "--allow",
            paramLabel = "DIR",
            description = "the definition's disks may also lie in DIR (usually only in its own folder)")
    List<Path> allowed = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "the machine's name, if not the definition's")
    @Nullable String name;

    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description = "which machine of a source that defines several: its name or UUID")
    @Nullable String machine;

    @Option(
            names = "--snapshot",
            paramLabel = "NAME",
            description = "an earlier state of the machine, not its present one: the snapshot's name or id")
    @Nullable String snapshot;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "of a bare image: its memory, for example 2G")
    @Nullable Long memory;

    @Option(names = "--cpus", paramLabel = "N", description = "of a bare image: its processors")
    @Nullable Integer processors;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "where the disks of a packed source are unpacked for the while"
                    + " (usually beside the output; without one in the system's folder, if they surely fit there)")
    @Nullable Path scratch;

    SourceOptions options(@Nullable FirmwareName firmware) throws ConversionException {
        if (memory != null && memory < 1) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE, "--memory " + memory + " is no memory; say for example 2G");
        }
        if (processors != null && processors < 1) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE, "--cpus " + processors + " are no processors; say at least 1");
        }
        return new SourceOptions(
                allowed,
                Optional.ofNullable(name),
                Optional.ofNullable(machine),
                Optional.ofNullable(snapshot),
                memory == null ? OptionalLong.empty() : OptionalLong.of(memory),
                processors == null ? OptionalInt.empty() : OptionalInt.of(processors),
                firmware(firmware),
                Optional.ofNullable(scratch));
    }

    static Optional<Firmware> firmware(@Nullable FirmwareName name) {
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (name) {
                    case BIOS -> new Firmware.Bios();
                    case UEFI -> new Firmware.Uefi(false);
                });
    }
}
