package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a conversion leaves when the power fails or the process is killed, seen from outside of the process. */
final class TracedConversionTest {
    @TempDir
    Path scratch;

    private Path raw;
    private Path folder;

    static List<WrittenKind> kinds() {
        return WrittenKind.all();
    }

    @BeforeEach
    void makeDisk() throws IOException {
        scratch = scratch.toRealPath();
        raw = scratch.resolve("disk.raw");
        Disks.randomRaw(raw, 24 << 20, Seed.of(77).random(), 4096);
        folder = Files.createDirectory(scratch.resolve("out"));
    }

    /**
     * A medium may drop or reorder whatever was not made durable. When every write to a file is followed by its fsync, and that by
     * the renaming, no order of them gives an image that has its name and not its bytes.
     */
    @ParameterizedTest
    @MethodSource("kinds")
    void everythingIsOnTheMediumBeforeTheNameIsGiven(WrittenKind kind) throws IOException {
        Path image = folder.resolve("disk." + kind.format().ending());
        List<Trace.Call> calls = Trace.of(scratch, ConvertOnce.class, raw, image, kind.name()).calls().stream()
                .filter(call -> call.file().startsWith(folder.toString()))
                .toList();
        Set<String> written =
                calls.stream().filter(Trace.Call::writes).map(Trace.Call::file).collect(Collectors.toSet());
        assertThat(written).isNotEmpty().doesNotContain(image.toString());
        for (String file : written) {
            int lastWrite = last(calls, call -> call.writes() && call.file().equals(file));
            Trace.Call sync = calls.stream()
                    .filter(call -> call.syncs() && call.file().equals(file) && call.begun() > lastWrite)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(file + " is not made durable after its last write"));
            Trace.Call renaming = calls.stream()
                    .filter(call -> call.renames() && call.file().equals(file))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(file + " keeps its name for the time being"));
            assertThat(sync.ended()).as(file).isLessThan(renaming.begun());
        }
        Trace.Call lastRenaming = calls.stream()
                .filter(Trace.Call::renames)
                .reduce((before, after) -> after)
                .orElseThrow();
        assertThat(lastRenaming.to()).isEqualTo(image.toString());
        assertThat(calls)
                .anyMatch(call ->
                        call.syncs() && call.file().equals(folder.toString()) && call.begun() > lastRenaming.ended());
    }

    private static int last(List<Trace.Call> calls, java.util.function.Predicate<Trace.Call> which) {
        return calls.stream().filter(which).mapToInt(Trace.Call::ended).max().orElseThrow();
    }

    /** {@code -Dbothways.rounds=N} kills each N times. */
    @Test
    void killedAtAnyMomentItLeavesNoImageThatIsNotWhole() throws Exception {
        Seed seed = Seed.of(4711);
        var random = seed.random();
        GuestHash expected = hash(raw, DiskFormat.RAW);
        for (WrittenKind kind : WrittenKind.all()) {
            for (int round = 0; round < Integer.getInteger("bothways.rounds", 1); round++) {
                Path image = folder.resolve("disk." + kind.format().ending());
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ConvertOnce.class.getName(),
                                raw.toString(),
                                image.toString(),
                                kind.name())
                        .redirectErrorStream(true)
                        .redirectOutput(scratch.resolve("said").toFile())
                        .start();
                process.waitFor(100 + random.nextInt(700), TimeUnit.MILLISECONDS);
                process.destroyForcibly().waitFor();
                if (Files.exists(image)) {
                    assertThat(hash(image, kind.format()))
                            .as(kind + ", " + seed)
                            .isEqualTo(expected);
                }
                clear();
            }
        }
    }

    private static GuestHash hash(Path image, DiskFormat format) throws IOException {
        try (DiskImage disk = DiskImages.open(image, OpenOptions.usual().as(format))) {
            return GuestHash.of(disk);
        }
    }

    private void clear() throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.toList();
        }
        for (Path file : left) {
            Files.delete(file);
        }
    }
}
