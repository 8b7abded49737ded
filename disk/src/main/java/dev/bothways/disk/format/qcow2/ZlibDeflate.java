package dev.bothways.disk.format.qcow2;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The system's zlib, for what the JDK's does not offer: a window of another size than 32 KiB. One thread has it. */
final class ZlibDeflate implements AutoCloseable {
    private static final List<String> NAMES = List.of("libz.so.1", "libz.1.dylib");

    /** Half the time of the default level; clusters become two or three in a hundred larger, for the window is small anyway. */
    private static final int LEVEL = 4;

    private static final int DEFLATED = 8;

    /** More memory takes longer, by the processor's cache, and gains nothing on clusters. */
    private static final int MEMORY = 8;

    private static final int DEFAULT_STRATEGY = 0;
    private static final int FINISH = 4;
    private static final int OK = 0;
    private static final int STREAM_END = 1;

    /** The fields of z_stream where pointers and longs have eight bytes. */
    private static final int NEXT_IN = 0;

    private static final int AVAIL_IN = 8;
    private static final int NEXT_OUT = 24;
    private static final int AVAIL_OUT = 32;
    private static final int STREAM_BYTES = 112;

    private record Functions(MethodHandle init, MethodHandle reset, MethodHandle deflate, MethodHandle end) {}

    private static final class Library {
        private static final Optional<Functions> FUNCTIONS = load();

        private static Optional<Functions> load() {
            boolean wanted = !"off".equals(System.getProperty("bothways.native"));
            if (!wanted || ValueLayout.ADDRESS.byteSize() != Long.BYTES || longBytes() != Long.BYTES) {
                return Optional.empty();
            }
            return NAMES.stream().flatMap(name -> load(name).stream()).findFirst();
        }

        private static long longBytes() {
            MemoryLayout layout = Linker.nativeLinker().canonicalLayouts().get("long");
            return layout == null ? 0 : layout.byteSize();
        }

        private static Optional<Functions> load(String name) {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
                AddressLayout pointer = ValueLayout.ADDRESS;
                ValueLayout.OfInt number = ValueLayout.JAVA_INT;
                return Optional.of(new Functions(
                        find(
                                library,
                                "deflateInit2_",
                                FunctionDescriptor.of(
                                        number, pointer, number, number, number, number, number, pointer, number)),
                        find(library, "deflateReset", FunctionDescriptor.of(number, pointer)),
                        find(library, "deflate", FunctionDescriptor.of(number, pointer, number)),
                        find(library, "deflateEnd", FunctionDescriptor.of(number, pointer))));
            } catch (LinkageError | RuntimeException e) {
                return Optional.empty(); // No such library, or native access is not allowed.
            }
        }

        private static MethodHandle find(SymbolLookup library, String name, FunctionDescriptor shape) {
            MemorySegment function = library.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
            return Linker.nativeLinker().downcallHandle(function, shape);
        }
    }

    private final Functions functions;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment stream = arena.allocate(STREAM_BYTES, Long.BYTES);

    private ZlibDeflate(Functions functions) {
        this.functions = functions;
    }

    /** Raw deflate with a window of 2^{@code windowBits} bytes, where the library loads. */
    static Optional<ZlibDeflate> available(int windowBits) {
        return Library.FUNCTIONS.map(ZlibDeflate::new).filter(deflate -> deflate.init(windowBits));
    }

    private boolean init(int windowBits) {
        try {
            MemorySegment version = arena.allocateFrom("1");
            int result = (int) functions
                    .init()
                    .invokeExact(stream, LEVEL, DEFLATED, -windowBits, MEMORY, DEFAULT_STRATEGY, version, STREAM_BYTES);
            return result == OK;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /**
     * Deflates all that remains of {@code plain}, whose position stays.
     *
     * @param plain a direct buffer
     * @param into a direct buffer
     * @return how many bytes it became; 0 where {@code into} has no room for them
     */
    int deflate(ByteBuffer plain, ByteBuffer into) {
        MemorySegment source = MemorySegment.ofBuffer(plain);
        MemorySegment target = MemorySegment.ofBuffer(into);
        stream.set(ValueLayout.ADDRESS, NEXT_IN, source);
        stream.set(ValueLayout.JAVA_INT, AVAIL_IN, plain.remaining());
        stream.set(ValueLayout.ADDRESS, NEXT_OUT, target);
        stream.set(ValueLayout.JAVA_INT, AVAIL_OUT, into.remaining());
        try {
            int reset = (int) functions.reset().invokeExact(stream);
            if (reset != OK) {
                return 0;
            }
            int result = (int) functions.deflate().invokeExact(stream, FINISH);
            return result == STREAM_END ? into.remaining() - stream.get(ValueLayout.JAVA_INT, AVAIL_OUT) : 0;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static RuntimeException thrown(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException fault -> fault;
            default -> new IllegalStateException("zlib could not be called", e);
        };
    }

    @Override
    public void close() {
        try (arena) {
            int result = (int) functions.end().invokeExact(stream);
            assert result <= OK : "deflateEnd: " + result;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }
}
