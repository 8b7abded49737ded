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
 * @param memory in bytes; a bare image needs it
 * @param processors a bare image needs it
 * @param firmware a bare image needs it
 */
public record SourceOptions(
        List<Path> allowed,
        Optional<String> name,
        OptionalLong memory,
        OptionalInt processors,
        Optional<Firmware> firmware) {

    public SourceOptions {
        allowed = List.copyOf(allowed);
    }

    /** Only the definition's own folder, and everything as the definition says. */
    public static SourceOptions usual() {
        return new SourceOptions(
                List.of(), Optional.empty(), OptionalLong.empty(), OptionalInt.empty(), Optional.empty());
    }
}
