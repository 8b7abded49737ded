package dev.bothways.disk;

import dev.bothways.disk.LinuxCalls.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A host file through Linux' own calls. Besides seeing holes and sharing bytes it differs from a {@link
 * java.nio.channels.FileChannel} in that interrupting a thread does not close it.
 */
final class LinuxAccess implements FileAccess {
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 0x2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_TMPFILE_ON_X64 = 0x410000;
    private static final int O_TMPFILE_ON_ARM64 = 0x404000;
    private static final int EVERYONE_READS_AND_WRITES = 0666;
    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final long FICLONERANGE = 0x4020940dL;
    private static final int FADV_WILLNEED = 3;
    private static final int EINVAL = 22;
    private static final int EOPNOTSUPP = 95;
    private static final int PUNCH_HOLE_KEEP_SIZE = 0x03;
    private static final int STEP = 64 << 10;
    /** Where the bytes of a buffer on the heap pass through. */
    private static final ThreadLocal<ByteBuffer> PASSAGE =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(STEP));

    private final LinuxCalls calls;
    private final int descriptor;
    /** Held by every call on the descriptor: once closed, its number may mean another file. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;

    private LinuxAccess(LinuxCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Opens a file for reading; empty where that fails, for whatever reason. */
    static Optional<LinuxAccess> open(LinuxCalls calls, Path path) {
        return open(calls, path, O_CLOEXEC);
    }

    /** Creates a file that is not there yet; empty where that fails, for whatever reason. */
    static Optional<LinuxAccess> create(LinuxCalls calls, Path path) {
        return open(calls, path, O_CLOEXEC | O_RDWR | O_CREAT | O_EXCL);
    }

    /**
     * Opens a file that is there for reading and writing; empty where that fails, for whatever reason.
     *
     * @param device whether it is a block device, of which the kernel then refuses one that is in use
     */
    static Optional<LinuxAccess> overwrite(LinuxCalls calls, Path path, boolean device) {
        return open(calls, path, O_CLOEXEC | O_RDWR | (device ? O_EXCL : 0));
    }

    private static Optional<LinuxAccess> open(LinuxCalls calls, Path path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = nameOf(path);
            MemorySegment segment = arena.allocate(name.length + 1L);
            segment.copyFrom(MemorySegment.ofArray(name));
            long result = calls.call(Call.OPENAT, AT_FDCWD, segment.address(), flags, EVERYONE_READS_AND_WRITES);
            return result < 0 ? Optional.empty() : Optional.of(new LinuxAccess(calls, (int) result));
        }
    }

    /** The path's own bytes. Its string may have lost some, where the locale does not know them; its URI has not. */
    private static byte[] nameOf(Path path) {
        String raw = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    private long call(Call call, long second, long third, long fourth) throws IOException {
        Lock using = use.readLock();
        using.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            return calls.call(call, descriptor, second, third, fourth);
        } finally {
            using.unlock();
        }
    }

    private static long orThrow(long result) throws IOException {
        if (result < 0) {
            throw new IOException(LinuxCalls.words((int) -result));
        }
        return result;
    }

    @Override
    public long size() throws IOException {
        return orThrow(call(Call.LSEEK, 0, SEEK_END, 0));
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        if (into.isDirect()) {
            MemorySegment segment = MemorySegment.ofBuffer(into);
            int count = (int) orThrow(call(Call.PREAD64, segment.address(), segment.byteSize(), position));
            into.position(into.position() + count);
            return count;
        }
        ByteBuffer passage = PASSAGE.get().clear().limit(Math.min(STEP, into.remaining()));
        int count = read(position, passage);
        into.put(passage.flip());
        return count;
    }

    @Override
    public int write(long position, ByteBuffer from) throws IOException {
        if (from.isDirect()) {
            MemorySegment segment = MemorySegment.ofBuffer(from);
            int count = (int) orThrow(call(Call.PWRITE64, segment.address(), segment.byteSize(), position));
            from.position(from.position() + count);
            return count;
        }
        int length = Math.min(STEP, from.remaining());
        ByteBuffer passage =
                PASSAGE.get().clear().put(0, from, from.position(), length).limit(length);
        int count = write(position, passage);
        from.position(from.position() + count);
        return count;
    }

    @Override
    public void resize(long size) throws IOException {
        orThrow(call(Call.FTRUNCATE, size, 0, 0));
    }

    /** A hole takes no time and no space; a block device clears itself. Where neither is possible, zeros are written. */
    @Override
    public void zero(long position, long length) throws IOException {
        if (call(Call.FALLOCATE, PUNCH_HOLE_KEEP_SIZE, position, length) < 0) {
            FileAccess.super.zero(position, length);
        }
    }

    @Override
    public void allocate(long size) throws IOException {
        if (size == 0) {
            return;
        }
        long result = call(Call.FALLOCATE, 0, 0, size);
        if (result == -EOPNOTSUPP) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = size(); at < size; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
                at += write(at, zeros);
            }
        } else {
            orThrow(result);
        }
    }

    @Override
    public void force() throws IOException {
        orThrow(call(Call.FDATASYNC, 0, 0, 0));
    }

    @Override
    public long nextData(long from, long size) throws IOException {
        return next(SEEK_DATA, from, size, from);
    }

    @Override
    public long nextHole(long from, long size) throws IOException {
        return next(SEEK_HOLE, from, size, size);
    }

    private long next(int kind, long from, long size, long ifUnknown) throws IOException {
        long result = call(Call.LSEEK, from, kind, 0);
        if (result == -LinuxCalls.ENXIO) {
            // Nothing but a hole up to the end.
            return size;
        }
        // A block device and some file systems do not know: then everything may be data.
        return result == -EINVAL ? ifUnknown : Math.min(orThrow(result), size);
    }

    @Override
    public void willRead(long position, long length) throws IOException {
        // A hint: a system that does not take it reads later.
        call(Call.FADVISE64, position, length, FADV_WILLNEED);
    }

    @Override
    public boolean sharesWithin(Path folder) throws IOException {
        int unnamed = calls.isArm64() ? O_TMPFILE_ON_ARM64 : O_TMPFILE_ON_X64;
        Optional<LinuxAccess> scratch = open(calls, folder, O_CLOEXEC | O_RDWR | unnamed);
        if (scratch.isEmpty()) {
            return false;
        }
        try (LinuxAccess file = scratch.get()) {
            return share(0, file, 0, STEP);
        }
    }

    @Override
    public boolean share(long position, FileAccess target, long targetPosition, long length) throws IOException {
        if (!(target instanceof LinuxAccess other)) {
            return false;
        }
        Lock using = use.readLock();
        using.lock();
        try (Arena arena = Arena.ofConfined()) {
            if (closed) {
                throw new ClosedChannelException();
            }
            // struct file_clone_range of linux/fs.h
            MemorySegment range =
                    arena.allocateFrom(ValueLayout.JAVA_LONG, descriptor, position, length, targetPosition);
            return other.call(Call.IOCTL, FICLONERANGE, range.address(), 0) == 0;
        } finally {
            using.unlock();
        }
    }

    @Override
    public void close() {
        Lock closing = use.writeLock();
        closing.lock();
        try {
            if (!closed) {
                closed = true;
                // The descriptor is gone whatever the call says; what was written and matters was forced before.
                calls.call(Call.CLOSE, descriptor, 0, 0, 0);
            }
        } finally {
            closing.unlock();
        }
    }
}
