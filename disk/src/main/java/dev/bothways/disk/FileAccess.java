package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What a {@link HostFile} asks of the operating system. One way of doing it works everywhere; the other knows Linux and
 * sees holes and copies in the kernel.
 */
sealed interface FileAccess extends Closeable
        permits ChannelAccess, JoinedAccess, LinuxAccess, RangeAccess, StreamAccess {

    /** How many bytes of zeros are written at once. */
    int ZERO_STEP = 1 << 20;

    long size() throws IOException;

    /** Reads some bytes at {@code position}; -1 at the end of the file. */
    int read(long position, ByteBuffer into) throws IOException;

    /** Writes some bytes at {@code position}. */
    int write(long position, ByteBuffer from) throws IOException;

    /** Makes bytes of the file read as zeros. */
    default void zero(long position, long length) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZERO_STEP, length));
        for (long at = position; at < position + length; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), position + length - at));
            at += write(at, zeros);
        }
    }

    /** Makes the file this long: cuts it, or adds a hole. */
    void resize(long size) throws IOException;

    /** Takes space for all bytes up to {@code size}; they read as zeros where nothing was written. */
    void allocate(long size) throws IOException;

    void force() throws IOException;

    /** The first byte at or after {@code from} that may hold data; {@code size} where only a hole is left. */
    long nextData(long from, long size) throws IOException;

    /** The first byte at or after {@code from} that lies in a hole, at most {@code size}. */
    long nextHole(long from, long size) throws IOException;

    /** Lets the system fetch bytes that will be read soon; it need not. */
    default void willRead(long position, long length) throws IOException {}

    /** Whether this file's bytes can be shared with a file in that folder: tried with one that has no name. */
    boolean sharesWithin(Path folder) throws IOException;

    /** Shares the bytes with another file; whether the file system could. */
    boolean share(long position, FileAccess target, long targetPosition, long length) throws IOException;
}
