package dev.bothways.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The system calls of Linux that a disk image needs, through the foreign function interface.
 *
 * <p>All go through the C library's {@code syscall}, so that the JVM makes one call stub, not one a call: making stubs is
 * what costs time when a program starts. The numbers are those of the kernel's {@code unistd.h} for x86-64 and arm64.
 */
final class LinuxCalls {
    /** Unless this property is {@code off}, Linux is asked directly where it can be. */
    static final String PROPERTY = "bothways.native";

    private static final long NO_DESCRIPTOR = -1;

    static final int EINTR = 4;
    static final int ENXIO = 6;

    /** A system call, with its number on x86-64 and on arm64. */
    enum Call {
        OPENAT(257, 56),
        CLOSE(3, 57),
        PREAD64(17, 67),
        PWRITE64(18, 68),
        LSEEK(8, 62),
        FTRUNCATE(77, 46),
        FALLOCATE(285, 47),
        FDATASYNC(75, 83),
        FADVISE64(221, 223),
        IOCTL(16, 29);

        private final int onX64;
        private final int onArm64;

        Call(int onX64, int onArm64) {
            this.onX64 = onX64;
            this.onArm64 = onArm64;
        }
    }

    private final MethodHandle syscall;
    private final boolean x64;
    private final ThreadLocal<MemorySegment> errno =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private LinuxCalls(MethodHandle syscall, boolean x64) {
        this.syscall = syscall;
        this.x64 = x64;
    }

    private static final class Holder {
        static final Optional<LinuxCalls> CALLS = link();
    }

    /** The calls, where the system has them, the JVM lets us, and nobody forbade it. */
    static Optional<LinuxCalls> available() {
        return "off".equals(System.getProperty(PROPERTY)) ? Optional.empty() : Holder.CALLS;
    }

    /** Links the calls and makes one, so that all that the first one needs is there. */
    static void prepare() {
        available().ifPresent(calls -> calls.call(Call.LSEEK, NO_DESCRIPTOR, 0, 0, 0));
    }

    private static Optional<LinuxCalls> link() {
        String architecture = System.getProperty("os.arch", "");
        boolean x64 = architecture.equals("amd64");
        if (!System.getProperty("os.name", "").equals("Linux") || !(x64 || architecture.equals("aarch64"))) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
            MethodHandle handle = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(word, word, word, word, word, word),
                    Linker.Option.captureCallState("errno"));
            return Optional.of(new LinuxCalls(handle, x64));
        } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException e) {
            // A JVM without a linker, one that was told to deny native access, or a C library without the function.
            return Optional.empty();
        }
    }

    /** Whether this is arm64, whose flags of open differ a little. */
    boolean isArm64() {
        return !x64;
    }

    /** Makes a call and makes it again while signals interrupt it. The result; or, negative, the error number. */
    long call(Call call, long first, long second, long third, long fourth) {
        MemorySegment state = errno.get();
        long number = x64 ? call.onX64 : call.onArm64;
        while (true) {
            long result;
            try {
                result = (long) syscall.invokeExact(state, number, first, second, third, fourth);
            } catch (Throwable e) {
                throw new AssertionError("a system call cannot throw", e);
            }
            if (result >= 0) {
                return result;
            }
            int error = state.get(ValueLayout.JAVA_INT, 0);
            if (error != EINTR) {
                return -error;
            }
        }
    }

    /** The kernel's words for an error number that a disk image may meet. */
    static String words(int error) {
        return switch (error) {
            case 1 -> "operation not permitted";
            case 2 -> "no such file or directory";
            case 5 -> "input/output error";
            case 9 -> "bad file descriptor";
            case 13 -> "permission denied";
            case 21 -> "it is a folder";
            case 22 -> "invalid argument";
            case 27 -> "file too large for the file system";
            case 28 -> "no space left on device";
            case 30 -> "read-only file system";
            case 116 -> "stale file handle";
            case 122 -> "disk quota exceeded";
            default -> "error " + error;
        };
    }
}
