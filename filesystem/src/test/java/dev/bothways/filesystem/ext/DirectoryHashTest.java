package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hashes of names are those of debugfs. */
final class DirectoryHashTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({
        "LEGACY, legacy, false",
        "HALF_MD4, half_md4, false",
        "TEA, tea, false",
        "LEGACY, 3, true",
        "HALF_MD4, 4, true",
        "TEA, 5, true"
    })
    void hashesNamesAsDebugfsDoes(DirectoryHash.Function function, String name, boolean unsigned) throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext2 1M");
        Seed seed = Seed.of(5);
        Random random = seed.random();
        DirectoryHash hash = new DirectoryHash(function, unsigned, new int[4]);
        for (int i = 0; i < 12; i++) {
            String word = "\u00e9x\u4e2dabc".repeat(30).substring(0, 1 + random.nextInt(80)) + random.nextInt(1000);
            String said = Oracle.require("debugfs")
                    .run("-R", "dx_hash -h " + name + " " + word, image)
                    .orFail()
                    .output();
            String expected = said.replaceFirst("(?s).* is 0x([0-9a-f]+).*", "$1");
            assertThat(Integer.toHexString(hash.of(word.getBytes(StandardCharsets.UTF_8))))
                    .as(word + " " + seed)
                    .isEqualTo(Integer.toHexString(Integer.parseUnsignedInt(expected, 16)));
        }
    }
}
