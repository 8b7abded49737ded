package dev.bothways.machine.dialect;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Machine;

/**
 * A file format that holds a definition. Pure: nothing is opened, nothing evaluated.
 *
 * <p>Parsing a file and writing the result in the same dialect keeps its meaning, though not its layout or comments. The
 * writers' output is stable and readable, and quoted against whatever the machine's texts hold.
 */
public interface Dialect {

    /** The name that users type and manifests hold: {@code xl}. */
    String id();

    /**
     * Reads a definition.
     *
     * @param content the file
     * @param fileName what to call it in messages
     */
    Parsed parse(byte[] content, String fileName) throws DefinitionException;

    /**
     * Writes a definition.
     *
     * @throws IllegalArgumentException if the dialect has no form for the machine's {@link Machine#platform}
     */
    Written write(Machine machine);
}
