package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.archive.vma.VmaArchive;
import dev.bothways.disk.archive.vma.VmaDevice;
import dev.bothways.disk.archive.vma.VmaPacking;
import dev.bothways.disk.archive.vma.VmaSummary;
import dev.bothways.machine.Disk;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine in a backup of Proxmox VE. Its disks are read where they lie in the archive; one that is packed is unpacked for the
 * while.
 */
final class VmaSource {
    private VmaSource() {}

    /** Whether a file is such a backup, packed or not. */
    static boolean isVma(Path file) throws IOException {
        return VmaPacking.of(file).isPresent();
    }

    /** The machine. A disk that the definition kept out of the backup is named as lost. */
    static SourceMachine read(Path file, SourceOptions options) throws IOException {
        VmaSummary archive = VmaSummary.of(file);
        ProxmoxDialect dialect = new ProxmoxDialect();
        String called = file + " (" + VmaArchive.DEFINITION + ")";
        ChosenMachine chosen = ChosenMachine.of(file, dialect.parse(archive.definition(file), called), options);
        if (chosen.snapshot().isPresent()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    file + " is a backup of the machine in one state; it holds no disks of a snapshot");
        }
        List<SourceDisk> disks = new ArrayList<>();
        List<String> warnings = new ArrayList<>(chosen.warnings());
        UnpackedDisks.Disks opened = disks(file, archive, Scratch.of(options), warnings);
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
            disks.add(new SourceDisk(disk, file.toRealPath(), Optional.empty(), opening -> opened.open(key, opening)));
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

    private static UnpackedDisks.Disks disks(Path file, VmaSummary summary, Scratch scratch, List<String> warnings)
            throws IOException {
        if (summary.packing() == VmaPacking.PLAIN) {
            return in(VmaArchive.read(file));
        }
        UnpackedDisks unpacked = new UnpackedDisks(file, scratch, summary.most(), folder -> {
            Path plain = folder.resolve("plain.vma");
            summary.packing().unpack(file, plain);
            return in(VmaArchive.read(plain));
        });
        warnings.add(unpacked.warning(summary.packing().label()));
        return unpacked::open;
    }

    private static UnpackedDisks.Disks in(VmaArchive archive) {
        return (key, options) -> archive.open(archive.device(key).orElseThrow());
    }
}
