package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.archive.vma.VmaArchive;
import dev.bothways.disk.archive.vma.VmaDevice;
import dev.bothways.machine.Disk;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine in a backup of Proxmox VE, whose disks are read where they lie in the archive. */
final class VmaSource {
    private VmaSource() {}

    /** Whether a file is such a backup, not packed. */
    static boolean isVma(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (HostFile opened = HostFile.open(file)) {
            return VmaArchive.isArchive(opened);
        }
    }

    /** The machine. A disk that the definition kept out of the backup is named as lost. */
    static SourceMachine read(Path file, SourceOptions options) throws IOException {
        VmaArchive archive = VmaArchive.read(file);
        ProxmoxDialect dialect = new ProxmoxDialect();
        String called = file + " (" + VmaArchive.DEFINITION + ")";
        ChosenMachine chosen = ChosenMachine.of(file, dialect.parse(archive.definition(), called), options);
        if (chosen.snapshot().isPresent()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    file + " is a backup of the machine in one state; it holds no disks of a snapshot");
        }
        List<SourceDisk> disks = new ArrayList<>();
        List<String> warnings = new ArrayList<>(chosen.warnings());
        List<VmaDevice> left = new ArrayList<>(archive.devices());
        for (Disk disk : chosen.machine().disks()) {
            if (disk.kind() != Disk.Kind.DISK) {
                continue;
            }
            String key = ProxmoxDialect.key(disk);
            VmaDevice device = archive.device(key)
                    .orElseThrow(() -> new ConversionException(
                            ConversionException.Kind.SOURCE,
                            file + ": the disk " + key + " is not in the backup (backup=0?);"
                                    + " take it out of the machine and back it up again"));
            left.remove(device);
            disks.add(new SourceDisk(disk, file.toRealPath(), Optional.empty(), opening -> archive.open(device)));
        }
        left.forEach(
                device -> warnings.add(device.name() + " of the backup is no disk of the machine and is left out"));
        Path folder = file.toRealPath().getParent();
        return new SourceMachine(
                file,
                dialect.id(),
                chosen.machine(),
                disks,
                Optional.empty(),
                folder == null ? file.toRealPath() : folder,
                chosen.lost(),
                warnings);
    }
}
