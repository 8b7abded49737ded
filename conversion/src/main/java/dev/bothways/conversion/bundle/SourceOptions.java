package dev.bothways.conversion.bundle;

import dev.bothways.machine.Firmware;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a source is to be read.
 *
 * @param allowed further folders that the definition's files may lie in
 * @param name overrules the definition's name; what a bare image's machine is called if not after its file
 * @param machine which machine of a source with several: its name or UUID
 * @param snapshot which earlier state of it: its name or id; without one the present
 * @param configuration which configuration of an OVF package that offers several; without one the usual
 * @param memory in bytes; without it the definition's, or of a bare image 2 GiB
 * @param processors without it the definition's, or of a bare image 2
 * @param firmware of a bare image; without it UEFI where a GPT has an EFI system partition, else BIOS
 * @param scratch the folder for what a packed source is unpacked into, or one that will be made in it; without one the system's
 *     folder for temporary files, where that surely has the room
 * @param lax whether an OVF package is read that breaks its specification, as far as it can be understood
 */
public record SourceOptions(
        List<Path> allowed,
        Optional<String> name,
        Optional<String> machine,
        Optional<String> snapshot,
        Optional<String> configuration,
        OptionalLong memory,
        OptionalInt processors,
        Optional<Firmware> firmware,
        Optional<Path> scratch,
        boolean lax) {

    public SourceOptions {
        allowed = List.copyOf(allowed);
    }

    /** Only the definition's own folder, and everything as the definition says. */
    public static SourceOptions usual() {
        return new SourceOptions(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** The same, but packed sources are unpacked in {@code folder}. */
    public SourceOptions unpackingIn(Path folder) {
        return new SourceOptions(
                allowed,
                name,
                machine,
                snapshot,
                configuration,
                memory,
                processors,
                firmware,
                Optional.of(folder),
                lax);
    }
}
