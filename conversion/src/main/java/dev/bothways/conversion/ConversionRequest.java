package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.Target;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Platform;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to convert, and to what.
 *
 * @param source a definition, a folder that holds one, or a disk image
 * @param options how the source is to be read
 * @param target what it becomes
 * @param platform overrules the target's choice
 * @param format overrules the target's disk format
 * @param firmware overrules the platform's choice
 * @param grub where GRUB's own files are, if neither in the guest nor in the host's usual place
 * @param strict whether what reaches into the source's host is left out even where the hypervisor stays the same
 * @param asIs whether nothing inside the guest and on its disks is touched, whatever it would need on the target
 * @param discardHibernation whether a hibernated guest is converted without its memory; else it is refused
 */
public record ConversionRequest(
        Path source,
        SourceOptions options,
        Target target,
        Optional<Platform> platform,
        Optional<DiskFormat> format,
        Optional<Firmware> firmware,
        Optional<Path> grub,
        boolean strict,
        boolean asIs,
        boolean discardHibernation) {

    /** A request that is not strict, changes what the guest needs, and keeps to guests that are off. */
    public ConversionRequest(
            Path source,
            SourceOptions options,
            Target target,
            Optional<Platform> platform,
            Optional<DiskFormat> format,
            Optional<Firmware> firmware,
            Optional<Path> grub) {
        this(source, options, target, platform, format, firmware, grub, false, false, false);
    }
}
