package dev.bothways.guest.linux.compression;

import io.airlift.compress.v3.internal.NativeLoader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.Optional;

/**
 * One Zstandard frame through libzstd's streaming interface. The library is the one that aircompressor brings along; that offers
 * whole buffers only, and an initramfs does not say how large its content is. Where the library does not load, or with {@code
 * -Dbothways.native=off}, aircompressor's stream in Java does the work at a fifth of the speed.
 */
final class ZstdNative extends InputStream {
    /** Frames that ask for a larger window are refused, as the kernel refuses them. */
    private static final int MOST_WINDOW_BITS = 27;

    private static final int WINDOW_LOG_MAX = 100;

    private record Functions(
            MethodHandle create, MethodHandle free, MethodHandle set, MethodHandle decompress, MethodHandle isError) {}

    private static final class Library {
        private static final Optional<Functions> FUNCTIONS = load();

        private static Optional<Functions> load() {
            try {
                SymbolLookup library = NativeLoader.loadLibrary("zstd");
                return Optional.of(new Functions(
                        find(library, "ZSTD_createDStream", FunctionDescriptor.of(ValueLayout.ADDRESS)),
                        find(
                                library,
                                "ZSTD_freeDStream",
                                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS)),
                        find(
                                library,
                                "ZSTD_DCtx_setParameter",
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT)),
                        find(
                                library,
                                "ZSTD_decompressStream_simpleArgs",
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS)),
                        find(
                                library,
                                "ZSTD_isError",
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))));
            } catch (LinkageError | RuntimeException e) {
                // No library for this system, or native access is not allowed: the portable way serves.
                return Optional.empty();
            }
        }

        private static MethodHandle find(SymbolLookup library, String name, FunctionDescriptor shape) {
            MemorySegment function = library.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
            return Linker.nativeLinker().downcallHandle(function, shape, Linker.Option.critical(true));
        }
    }

    private final CountedInput in;
    private final Functions functions;
    private final MemorySegment source;
    private final long[] positions = new long[2];
    private final MemorySegment written = MemorySegment.ofArray(positions).asSlice(0, 8);
    private final MemorySegment used = MemorySegment.ofArray(positions).asSlice(8, 8);
    private MemorySegment stream;
    private boolean ended;

    /** Whether the library is there and wanted. */
    static boolean loads() {
        return !"off".equals(System.getProperty("bothways.native")) && Library.FUNCTIONS.isPresent();
    }

    ZstdNative(CountedInput in) throws IOException {
        this.in = in;
        this.functions = Library.FUNCTIONS.orElseThrow();
        this.source = MemorySegment.ofArray(in.buffer());
        try {
            stream = (MemorySegment) functions.create().invokeExact();
            if (stream.equals(MemorySegment.NULL)) {
                throw new IOException("no memory to decompress zstd");
            }
            check((long) functions.set().invokeExact(stream, WINDOW_LOG_MAX, MOST_WINDOW_BITS));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        MemorySegment target = MemorySegment.ofArray(into).asSlice(offset, length);
        positions[0] = 0;
        while (positions[0] == 0) {
            if (ended) {
                return -1;
            }
            // The library may hold plain bytes back although it has used up its input, so an empty input is no end yet.
            boolean more = in.refill();
            positions[1] = 0;
            long state = decompress(target, length);
            in.advance((int) positions[1]);
            if (state == 0) {
                close();
            } else if (!more && positions[0] == 0) {
                throw new EOFException("the zstd data is cut short");
            }
        }
        return (int) positions[0];
    }

    private long decompress(MemorySegment target, int length) throws IOException {
        MemorySegment input = source.asSlice(in.at(), in.buffered());
        try {
            return check((long) functions
                    .decompress()
                    .invokeExact(stream, target, (long) length, written, input, (long) in.buffered(), used));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private long check(long result) throws Throwable {
        if ((int) functions.isError().invokeExact(result) != 0) {
            throw new IOException("the zstd data is damaged");
        }
        return result;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        if (!stream.equals(MemorySegment.NULL)) {
            MemorySegment freed = stream;
            stream = MemorySegment.NULL;
            try {
                check((long) functions.free().invokeExact(freed));
            } catch (Throwable e) {
                throw thrown(e);
            }
        }
    }

    private static IOException thrown(Throwable e) {
        return switch (e) {
            case IOException io -> io;
            case Error error -> throw error;
            case RuntimeException fault -> throw fault;
            default -> new IOException("zstd could not be called", e);
        };
    }
}
