package dev.bothways.machine.dialect.xl;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Xen's own parser, {@code libxlutil}, called in this process: the oracle of the grammar. It needs no hypervisor. */
final class XlUtilityLibrary {
    private static final Path FOLDER = Path.of("/usr/lib/x86_64-linux-gnu");
    private static final int DISK_SIZE = 4096;
    private static final int PATH_AT = 16;
    private static final int VDEV_AT = 24;
    private static final int FORMAT_AT = 36;
    /** Where Xen 4.17 has them; only these depend on the version. */
    private static final int WRITABLE_AT = 52;

    private static final int CDROM_AT = 56;

    private final MethodHandle init;
    private final MethodHandle destroy;
    private final MethodHandle read;
    private final MethodHandle string;
    private final MethodHandle list;
    private final MethodHandle item;
    private final MethodHandle disk;
    private final MemorySegment report;

    /** What xl makes of a drive's specification. */
    record Drive(String path, String vdev, int format, boolean writable, boolean cdrom) {}

    private XlUtilityLibrary(Path file) throws Throwable {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = SymbolLookup.libraryLookup(file, Arena.global());
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        var pointer = ValueLayout.ADDRESS;
        init = handle(linker, library, "xlu_cfg_init", FunctionDescriptor.of(pointer, pointer, pointer));
        destroy = handle(linker, library, "xlu_cfg_destroy", FunctionDescriptor.ofVoid(pointer));
        read = handle(linker, library, "xlu_cfg_readdata", FunctionDescriptor.of(number, pointer, pointer, number));
        string = handle(
                linker,
                library,
                "xlu_cfg_get_string",
                FunctionDescriptor.of(number, pointer, pointer, pointer, number));
        list = handle(
                linker,
                library,
                "xlu_cfg_get_list",
                FunctionDescriptor.of(number, pointer, pointer, pointer, pointer, number));
        item = handle(linker, library, "xlu_cfg_get_listitem", FunctionDescriptor.of(pointer, pointer, number));
        disk = handle(
                linker, library, "xlu_disk_parse", FunctionDescriptor.of(number, pointer, number, pointer, pointer));
        MethodHandle open =
                handle(linker, linker.defaultLookup(), "fopen", FunctionDescriptor.of(pointer, pointer, pointer));
        Arena global = Arena.global();
        report = (MemorySegment) open.invokeExact(global.allocateFrom("/dev/null"), global.allocateFrom("w"));
    }

    private static MethodHandle handle(Linker linker, SymbolLookup lookup, String name, FunctionDescriptor descriptor) {
        return linker.downcallHandle(lookup.find(name).orElseThrow(), descriptor);
    }

    /** The library of Xen 4.17; the calling test ends here where there is none. */
    static XlUtilityLibrary require() {
        Optional<Path> file = find();
        Oracle.require(file.isPresent(), "the oracle libxlutil of Xen 4.17 (package libxenmisc4.17)");
        try {
            return new XlUtilityLibrary(file.orElseThrow());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<Path> find() {
        if (!Files.isDirectory(FOLDER)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().equals("libxlutil.so.4.17"))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of key {@code a} as xl understands it (nested lists as empty text), or nothing if it refuses the file. */
    Optional<Object> valueOfA(String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = (MemorySegment) init.invokeExact(report, arena.allocateFrom("test"));
            try {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes.length == 0 ? new byte[1] : bytes);
                int error = (int) read.invokeExact(config, data, bytes.length);
                return error == 0 ? Optional.of(value(config, arena)) : Optional.empty();
            } finally {
                destroy.invokeExact(config);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private Object value(MemorySegment config, Arena arena) throws Throwable {
        MemorySegment key = arena.allocateFrom("a");
        MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
        if ((int) string.invokeExact(config, key, out, 1) == 0) {
            return text(out.get(ValueLayout.ADDRESS, 0));
        }
        MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
        if ((int) list.invokeExact(config, key, out, count, 1) != 0) {
            return List.of("not set");
        }
        List<String> items = new ArrayList<>();
        for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
            MemorySegment each = (MemorySegment) item.invokeExact(out.get(ValueLayout.ADDRESS, 0), i);
            items.add(each.address() == 0 ? "" : text(each));
        }
        return items;
    }

    /** The drive, or nothing if xl refuses the specification. */
    Optional<Drive> drive(String specification) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = (MemorySegment) init.invokeExact(report, arena.allocateFrom("test"));
            try {
                MemorySegment specifications = arena.allocate(ValueLayout.ADDRESS);
                specifications.set(ValueLayout.ADDRESS, 0, arena.allocateFrom(specification));
                MemorySegment result = arena.allocate(DISK_SIZE, 8);
                int error = (int) disk.invokeExact(config, 1, specifications, result);
                if (error != 0) {
                    return Optional.empty();
                }
                return Optional.of(new Drive(
                        text(result.get(ValueLayout.ADDRESS, PATH_AT)),
                        text(result.get(ValueLayout.ADDRESS, VDEV_AT)),
                        result.get(ValueLayout.JAVA_INT, FORMAT_AT),
                        result.get(ValueLayout.JAVA_INT, WRITABLE_AT) != 0,
                        result.get(ValueLayout.JAVA_INT, CDROM_AT) != 0));
            } finally {
                destroy.invokeExact(config);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static String text(MemorySegment pointer) {
        return pointer.address() == 0 ? "" : pointer.reinterpret(1 << 20).getString(0);
    }
}
