package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer's way to damage images, with inputs that no fuzzer had to look for. */
final class FuzzedImageTest {
    private static final int INPUTS = 30;

    @TempDir
    Path scratch;

    static List<WrittenKind> kinds() {
        return DamagedImagesTest.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isReadOrRefused(WrittenKind kind) throws IOException {
        Seed seed = Seed.of(31L * kind.name().hashCode());
        Random random = seed.random();
        Path path = kind.image(scratch, 1 << 20, random);
        byte[] sound = Files.readAllBytes(path);
        FuzzedImage fuzzed = new FuzzedImage(path, kind.format());
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = new byte[random.nextInt(100)];
            random.nextBytes(input);
            fuzzed.survives(input, kind + ", " + seed + ", input " + i);
        }
        assertThat(path).hasBinaryContent(sound);
    }
}
