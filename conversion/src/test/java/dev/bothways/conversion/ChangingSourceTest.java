package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.InputException;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that somebody changes while it is converted: it is told, and nothing is left of the output. */
final class ChangingSourceTest {
    @TempDir
    Path scratch;

    private Path guest = Path.of("");

    @BeforeEach
    void make() throws IOException {
        guest = TinyXenGuest.make(scratch);
    }

    private interface Change {
        void make(Path file) throws IOException;
    }

    /** Changes a file of the source once, when a step of the conversion begins. */
    private record Changing(String at, Path file, Change change) implements ConversionListener {
        @Override
        public void step(String what) {
            if (what.startsWith(at)) {
                try {
                    change.make(file);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void progress(long done, long total) {}
    }

    private void refuses(String at, Path file, Change change) throws IOException {
        Path out = scratch.resolve("out");
        ConversionRequest request = new ConversionRequest(
                guest,
                SourceOptions.usual(),
                Targets.find("kvm").orElseThrow(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (Conversion conversion = Conversion.plan(request)) {
            assertThatExceptionOfType(InputException.class)
                    .as(at + " " + file)
                    .isThrownBy(() -> conversion.execute(out, false, new Changing(at, file, change)))
                    .withMessageContaining(file.toString())
                    .withMessageContaining("changed while it was read");
        }
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("out"));
        }
    }

    @Test
    void aDiskThatIsWrittenToIsTold() throws IOException {
        for (String step : List.of("reading the source", "copying disk", "verifying", "writing the definition")) {
            refuses(step, guest.resolve("root.img"), file -> {
                Files.write(file, new byte[] {1}, StandardOpenOption.WRITE);
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
            });
            make();
        }
    }

    @Test
    void aDiskThatIsReplacedIsTold() throws IOException {
        refuses("copying disk", guest.resolve("root.img"), file -> {
            Path copy = Files.copy(file, scratch.resolve("copy"));
            Files.move(copy, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        });
    }

    @Test
    void aDefinitionThatIsEditedIsTold() throws IOException {
        refuses(
                "verifying",
                guest.resolve("web01.cfg"),
                file -> Files.writeString(file, "# one more\n", StandardOpenOption.APPEND));
    }
}
