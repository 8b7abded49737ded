package dev.bothways.conversion.bundle;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.guest.HostBoot;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A machine found on disk. Nothing but its definition has been read; every path has been checked to lie in a folder that may
 * be read from, links resolved.
 *
 * @param definition the file that defines it; the image itself where there is no definition
 * @param dialect the definition's dialect ({@code xl}), or {@code image} where there is none
 * @param machine the definition
 * @param disks its hard disks in the order of the definition, with the files they lie in
 * @param hostBoot the kernel that the host gives, where the definition has one
 * @param folder the folder in and under which secondary files of the disks may be opened
 * @param lost what of the source is not taken along at all: its other states
 * @param warnings what looked wrong in the definition, a sentence each
 */
public record SourceMachine(
        Path definition,
        String dialect,
        Machine machine,
        List<SourceDisk> disks,
        Optional<HostBoot> hostBoot,
        Path folder,
        List<Lost> lost,
        List<String> warnings) {
    /** The dialect of a machine that has no definition. */
    public static final String BARE_IMAGE = "image";

    /**
     * A hard disk of the machine.
     *
     * @param disk as the definition has it
     * @param file where it lies; there is such a file
     * @param snapshot the state inside the image that is wanted; without one its present state
     * @param opener how its image is opened
     */
    public record SourceDisk(Disk disk, Path file, Optional<String> snapshot, Opener opener) {

        /** Opens the image of a disk for reading. */
        @FunctionalInterface
        public interface Opener {
            /**
             * Opens it.
             *
             * @param options with the format that the definition gives, the folder that secondary files may lie in, and the
             *     snapshot
             */
            DiskImage open(OpenOptions options) throws IOException;
        }

        /** A disk that is a file of its own. */
        public SourceDisk(Disk disk, Path file) {
            this(disk, file, Optional.empty(), options -> DiskImages.open(file, options));
        }

        /** This disk as it was then. */
        SourceDisk atSnapshot(String state) {
            return new SourceDisk(disk, file, Optional.of(state), opener);
        }
    }

    public SourceMachine {
        disks = List.copyOf(disks);
        lost = List.copyOf(lost);
        warnings = List.copyOf(warnings);
    }

    /** What tells the machine from all others, and stays the same as long as it stays where it is. */
    public String identity() {
        String uuid = machine.uuid().map(Object::toString).orElse("");
        return machine.name() + '\0' + uuid + '\0' + definition.toAbsolutePath().normalize();
    }
}
