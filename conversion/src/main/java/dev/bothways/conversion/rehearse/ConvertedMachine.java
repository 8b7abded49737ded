package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.conversion.bundle.MachineJson;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A machine that was converted, as its manifest describes it.
 *
 * @param machine its definition
 * @param disks the files of its hard disks, in order
 */
public record ConvertedMachine(Machine machine, List<Path> disks) {
    /** Enough for any guest to come up, and little enough for the host. */
    private static final long LEAST_MEMORY = 512L << 20;

    private static final long MOST_MEMORY = 2048L << 20;
    private static final int MOST_PROCESSORS = 2;

    public ConvertedMachine {
        disks = List.copyOf(disks);
    }

    /** Reads the manifest in {@code folder}. */
    public static ConvertedMachine read(Path folder) throws IOException {
        Manifest manifest = Manifest.read(folder);
        List<Path> disks = new ArrayList<>();
        for (Manifest.ManifestDisk disk : manifest.disks()) {
            if (BundledDisk.of(disk.file()).isPresent()) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        folder + " has its disks packed in " + BundledDisk.fileOf(disk.file())
                                + ", from which nothing boots; rehearse the machine converted to a folder");
            }
            Path file = Manifest.inFolder(folder, disk.file());
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            disks.add(file);
        }
        if (disks.isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, folder + " names no disk in its manifest, so nothing can boot");
        }
        return new ConvertedMachine(MachineJson.read(manifest.machine(), Manifest.FILE), disks);
    }

    /** A rehearsal of it, with as much of its memory and processors as a rehearsal needs. */
    public RehearsalRequest rehearsal(
            Duration timeout, Accelerator accelerator, Path serialLog, Consumer<String> progress) {
        List<String> macs = new ArrayList<>();
        for (Nic nic : machine.nics()) {
            // The hypervisor would choose one; here it must only be the same each time.
            int number = macs.size();
            macs.add(nic.mac().map(MacAddress::text).orElseGet(() -> String.format("02:00:00:00:00:%02x", number)));
        }
        return new RehearsalRequest(
                machine.platform(),
                Math.clamp(machine.memory().startup(), LEAST_MEMORY, MOST_MEMORY),
                Math.min(machine.processors().count(), MOST_PROCESSORS),
                disks,
                macs,
                timeout,
                accelerator,
                serialLog,
                progress);
    }
}
