package dev.bothways.cli;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.machine.Firmware;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The source of a verb, and how it is read. */
final class SourceArguments {
    /** What starts a machine that is given as a bare image. */
    enum FirmwareName {
        BIOS,
        UEFI
    }

    private final Argument<Path> source;
    private final Argument<List<Path>> allowed;
    private final Argument<Optional<String>> name;
    private final Argument<Optional<String>> machine;
    private final Argument<Optional<String>> snapshot;
    private final Argument<Optional<String>> configuration;
    private final Argument<Optional<Long>> memory;
    private final Argument<Optional<Integer>> processors;
    private final Argument<Optional<Path>> scratch;
    private final Argument<Optional<FirmwareName>> firmware;
    private final Argument<Boolean> lax;

    /** @param ofFirmware what the help says of the firmware, for its use differs */
    SourceArguments(Command command, String ofFirmware) {
        source = command.parameter(
                        "SOURCE", ArgumentType.PATH, "a machine's definition, a folder that holds one, or a disk image")
                .required();
        allowed = command.option(
                        "--allow",
                        "DIR",
                        ArgumentType.PATH,
                        "also look for the definition's disks in DIR (default: only in its own folder)")
                .repeated();
        name = command.option("--name", "NAME", ArgumentType.TEXT, "the machine's name (default: the definition's)")
                .optional();
        machine = command.option(
                        "--machine",
                        "NAME",
                        ArgumentType.TEXT,
                        "which machine of a source that defines several: its name or UUID")
                .optional();
        snapshot = command.option(
                        "--snapshot",
                        "NAME",
                        ArgumentType.TEXT,
                        "use an earlier state of the machine: the snapshot's name or id")
                .optional();
        configuration = command.option(
                        "--configuration",
                        "NAME",
                        ArgumentType.TEXT,
                        "which configuration of an OVF package that offers several, by its id (default: the author's choice)")
                .optional();
        lax = command.flag("--lax", "read an OVF package that violates its specification, as far as possible");
        memory = command.option(
                        "--memory",
                        "SIZE",
                        ArgumentType.SIZE,
                        "the memory, if not the definition's (of a bare image usually 2G)")
                .optional();
        processors = command.option(
                        "--cpus",
                        "N",
                        ArgumentType.NUMBER,
                        "the number of processors, if not the definition's (of a bare image usually 2)")
                .optional();
        scratch = command.option(
                        "--scratch",
                        "DIR",
                        ArgumentType.PATH,
                        "the folder in which the disks of a packed source are unpacked temporarily"
                                + " (default: beside the output; without an output, the system's temporary folder if they fit there)")
                .optional();
        firmware = command.option("--firmware", "FIRMWARE", ArgumentType.oneOf(FirmwareName.class), ofFirmware)
                .optional();
    }

    Path source() {
        return source.value();
    }

    SourceOptions options() throws ConversionException {
        OptionalLong bytes = memory.value().stream().mapToLong(Long::longValue).findFirst();
        OptionalInt count =
                processors.value().stream().mapToInt(Integer::intValue).findFirst();
        if (bytes.isPresent() && bytes.getAsLong() < 1) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    "--memory " + bytes.getAsLong() + " is no memory; say for example 2G");
        }
        if (count.isPresent() && count.getAsInt() < 1) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    "--cpus " + count.getAsInt() + " are no processors; say at least 1");
        }
        return new SourceOptions(
                allowed.value(),
                name.value(),
                machine.value(),
                snapshot.value(),
                configuration.value(),
                bytes,
                count,
                firmware(),
                scratch.value(),
                lax.value());
    }

    Optional<Firmware> firmware() {
        return firmware.value().map(name -> switch (name) {
            case BIOS -> new Firmware.Bios();
            case UEFI -> new Firmware.Uefi(false);
        });
    }
}
