package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A kind of hypervisor to convert to. Pure: it says what files there are and what is in them, and writes nothing. */
public interface Target {

    /** The name that users type: {@code hyperv}. */
    String id();

    /** The platforms it offers, the usual one for a guest that starts by BIOS or by the host first. */
    List<Platform> platforms();

    /** The disk formats it takes on a platform, the usual one first. */
    List<DiskFormat> diskFormats(Platform platform);

    /**
     * The format that a machine's disks get when nobody chose another.
     *
     * @param machine the machine on one of this target's platforms
     */
    default DiskFormat usualFormat(Machine machine) {
        return diskFormats(machine.platform()).getFirst();
    }

    /**
     * The name of a disk's file in the machine's folder, with {@code /} between folders. Safe on every host, whatever the
     * machine is called, and different for each disk.
     *
     * @param index the disk's number among the machine's hard disks, from 0
     */
    String diskFile(Machine machine, int index, DiskFormat format);

    /** What the target counts in on a platform, and how much it gives. */
    TargetLimits limits(Platform platform);

    /**
     * Whether the target has the place that a drive is in. One that is in another is moved to the next that the platform and the
     * target both have.
     *
     * @param machine the machine's platform and firmware; what else it has may still change
     */
    default boolean takes(Machine machine, Disk drive) {
        return true;
    }

    /**
     * Why the target would refuse this machine (too many devices, a disk that is too large): one sentence each.
     *
     * @param machine the machine on this target's platform
     * @param sizes of its hard disks in order, in bytes
     */
    List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format);

    /**
     * The definition: the files that the target's administrator imports.
     *
     * @param machine the machine; the media of its hard disks are the files of {@code disks}, in order
     */
    Definition definition(Machine machine, List<ConvertedDisk> disks);

    /**
     * The machine as the definition gives it to the hypervisor: without what is lost, and with what the dialect makes of the
     * rest.
     *
     * @param machine the machine that was given to {@link #definition}
     * @param definition what came of it; where {@link #dialect} says so its first file is read back
     */
    default Machine carried(Machine machine, Definition definition) throws DefinitionException {
        return dialect().isEmpty() ? machine : written(machine, definition);
    }

    /**
     * The machine as its definition has it, also where the hypervisor passes over what is written: the first file of the
     * definition read back, where {@link #dialect} can do that.
     *
     * @param machine the machine that was given to {@link #definition}
     */
    default Machine written(Machine machine, Definition definition) throws DefinitionException {
        if (dialect().isEmpty()) {
            return carried(machine, definition);
        }
        DefinitionFile file = definition.files().getFirst();
        return dialect()
                .get()
                .parse(file.text().getBytes(StandardCharsets.UTF_8), file.path())
                .getFirst()
                .machine();
    }

    /** The dialect of the first file of {@link #definition}, if it can be read back. */
    default Optional<Dialect> dialect() {
        return Optional.empty();
    }

    /** How definition and disks are packed into one file; without it they are files of the machine's folder. */
    default Optional<Bundle> bundle() {
        return Optional.empty();
    }

    /**
     * A disk of the converted machine.
     *
     * @param file its name in the folder, as {@link #diskFile} gave it
     * @param size what the guest sees, in bytes
     * @param sha256 of the whole file, 64 small hexadecimal digits
     * @param id what the image calls itself, where its format has such an id and the image is there already
     */
    record ConvertedDisk(String file, DiskFormat format, long size, String sha256, Optional<String> id) {
        /** A disk without an id. */
        public ConvertedDisk(String file, DiskFormat format, long size, String sha256) {
            this(file, format, size, sha256, Optional.empty());
        }
    }

    /**
     * The files of a definition.
     *
     * @param files in the order in which they are written
     * @param lost what of the machine is in none of them
     * @param steps what the administrator does with them, a line each
     */
    record Definition(List<DefinitionFile> files, List<Lost> lost, List<String> steps) {}

    /**
     * A file of a definition.
     *
     * @param path in the folder, with {@code /} between folders
     * @param text to be stored as UTF-8 (with a byte order mark where the text begins with one)
     */
    record DefinitionFile(String path, String text) {}
}
