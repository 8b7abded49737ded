package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.conversion.bundle.MachineJson;
import dev.bothways.machine.Disk;
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
        Machine machine = MachineJson.read(manifest.machine(), Manifest.FILE);
        long hardDisks = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .count();
        if (hardDisks != disks.size()) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    folder + " is at odds with itself: its manifest has " + disks.size() + " disks, and the machine "
                            + hardDisks);
        }
        return new ConvertedMachine(machine, disks);
    }

    /** A rehearsal of it. */
    public RehearsalRequest rehearsal(
            Duration timeout, Accelerator accelerator, Path serialLog, Consumer<String> progress) {
        List<String> macs = new ArrayList<>();
        for (Nic nic : machine.nics()) {
            // The hypervisor would choose one; here it must only be the same each time.
            int number = macs.size();
            macs.add(nic.mac().map(MacAddress::text).orElseGet(() -> String.format("02:00:00:00:00:%02x", number)));
        }
        return new RehearsalRequest(machine, disks, macs, timeout, accelerator, serialLog, progress);
    }
}
