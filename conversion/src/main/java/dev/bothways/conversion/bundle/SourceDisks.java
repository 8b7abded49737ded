package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The images of a definition's hard disks. */
final class SourceDisks {
    private SourceDisks() {}

    /** What a dialect refuses about a disk before its file is looked for. */
    interface Requirement {
        void check(Path definition, Disk disk) throws ConversionException;
    }

    static List<SourceDisk> find(
            Path definition, Machine machine, AllowedFolders folders, List<String> warnings, Requirement requirement)
            throws IOException {
        List<SourceDisk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                requirement.check(definition, disk);
                SourceDisk found = find(definition, disk, folders, warnings);
                for (SourceDisk other : disks) {
                    if (other.file().equals(found.file())) {
                        throw new ConversionException(
                                ConversionException.Kind.SOURCE,
                                definition + ": the disks "
                                        + other.disk().slot().deviceName() + " and "
                                        + disk.slot().deviceName() + " are one file, " + found.file()
                                        + "; give each its own");
                    }
                }
                disks.add(found);
            }
        }
        return disks;
    }

    private static SourceDisk find(Path definition, Disk disk, AllowedFolders folders, List<String> warnings)
            throws IOException {
        String what = "the disk " + disk.slot().deviceName();
        Medium medium = disk.medium()
                .orElseThrow(() -> new ConversionException(
                        ConversionException.Kind.SOURCE, definition + ": " + what + " has no image"));
        boolean known = medium.format().isEmpty()
                || DiskFormat.labelled(medium.format()).isPresent();
        if (!known) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    definition + ": " + what + " is a " + medium.format() + " image, which is not read;"
                            + " make it raw, for example with qemu-img convert, and change the definition");
        }
        return new SourceDisk(disk, folders.file(what, medium.path(), warnings));
    }
}
