package dev.bothways.disk.format.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Positional reads: a host file, or a view of one. */
@FunctionalInterface
public interface ByteSource {

    /** Fills {@code into} with the bytes from {@code position} on. */
    void read(long position, ByteBuffer into) throws IOException;
}
