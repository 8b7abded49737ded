package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.guest.HostBoot;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A definition of any dialect with its images. Paths that are not absolute are relative to the definition's folder, which is
 * what most hypervisors mean; xl takes them from the folder it is run in, which an author has found to be the same.
 */
final class DefinitionSource {
    private DefinitionSource() {}

    static SourceMachine read(Path file, Dialect dialect, byte[] content, SourceOptions options) throws IOException {
        ChosenMachine chosen = ChosenMachine.of(file, dialect.parse(content, file.toString()), options);
        Machine machine = chosen.machine();
        List<String> warnings = new ArrayList<>(chosen.warnings());
        AllowedFolders folders = new AllowedFolders(file, options);
        List<SourceDisk> disks = SourceDisks.find(file, machine, folders, warnings, DefinitionSource::requireFile);
        return new SourceMachine(
                file,
                dialect.id(),
                machine,
                chosen.stateOf(disks),
                hostBoot(machine, folders, warnings),
                folders.home(),
                chosen.lost(),
                warnings);
    }

    /** A target that a script of the host interprets is no path. */
    private static void requireFile(Path file, Disk disk) throws ConversionException {
        Optional<Extra> script = disk.extras().stream()
                .filter(extra -> extra.key().equals("script"))
                .findFirst();
        if (script.isPresent()) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    file + ": the disk " + disk.slot().deviceName() + " is given by the host's script "
                            + script.get().value()
                            + ", which is not run; copy it into an image and name that in the definition");
        }
    }

    private static Optional<HostBoot> hostBoot(Machine machine, AllowedFolders folders, List<String> warnings)
            throws IOException {
        if (!(machine.firmware() instanceof Firmware.DirectKernel direct)) {
            return Optional.empty();
        }
        Path kernel = folders.file("the kernel", direct.kernel(), warnings);
        Optional<Path> ramdisk = Optional.empty();
        if (direct.ramdisk().isPresent()) {
            ramdisk = Optional.of(folders.file("the ramdisk", direct.ramdisk().get(), warnings));
        }
        return Optional.of(new HostBoot(kernel, ramdisk, direct.commandLine()));
    }
}
