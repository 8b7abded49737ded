package dev.bothways.machine.dialect;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import java.util.List;
import java.util.Optional;

/**
 * A file format that holds definitions. Pure: nothing is opened, nothing evaluated.
 *
 * <p>Parsing a file and writing the result in the same dialect keeps its meaning, though not its layout or comments. The
 * writers' output is stable and readable, and quoted against whatever the machine's texts hold.
 */
public interface Dialect {

    /** The name that users type and manifests hold: {@code xl}. */
    String id();

    /** What people call a file of it, for messages: {@code a .cfg of xl}. */
    String described();

    /** Whether a file looks like one of this dialect, by its content alone. Looks at its beginning only, and never fails. */
    boolean recognizes(byte[] content);

    /**
     * Reads the machines of a definition file, in its order; at least one, and exactly one in most dialects.
     *
     * @param content the file
     * @param fileName what to call it in messages
     */
    List<Parsed> parse(byte[] content, String fileName) throws DefinitionException;

    /**
     * What of an extra of this dialect may go to another host: the extra itself where nothing of it reaches into the host that the
     * machine was on, what is left of it without that, or nothing. What reaches into a host: its files, devices, sockets and
     * pipes, scripts and hooks that it runs, the emulator and its arguments.
     *
     * <p>A new key that the dialect keeps is judged here by its name; any value is judged by {@link HostPaths}, too.
     */
    Optional<Extra> withoutHost(Extra extra);

    /**
     * Writes a definition.
     *
     * @throws IllegalArgumentException if the dialect has no form for the machine's {@link Machine#platform}
     * @throws UnsupportedOperationException if the dialect is only read
     */
    Written write(Machine machine);
}
