package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every {@link HostileDefinitions} is refused in one sentence within two seconds of one processor and 64 MiB. */
final class HostileDefinitionsTest {
    /** What the program takes with nothing to read, and 64 MiB; far below the launcher's 192 MiB. */
    private static final String MEMORY = "-Xmx88m";

    private static final int MILLISECONDS = 2000;

    @TempDir
    Path folder = Path.of("");

    @Test
    void areRefusedInTwoSecondsAnd64MiB() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        MEMORY,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileDefinitions.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> told = new ArrayList<>();
        SoftAssertions softly = new SoftAssertions();
        for (String line : output.lines().toList()) {
            String[] fields = line.split("\t", 4);
            softly.assertThat(fields).as(line).hasSize(4);
            if (fields.length == 4) {
                told.add(fields[0]);
                // A machine without a disk can be looked at all the same; none of these is taken for a raw disk.
                softly.assertThat(fields[1]).as(line).isIn("0", "3");
                softly.assertThat(Integer.parseInt(fields[2])).as(line).isLessThan(MILLISECONDS);
                softly.assertThat(fields[3])
                        .as(line)
                        .doesNotContain("Exception", "internal error", "has no definition");
            }
        }
        softly.assertAll();
        assertThat(told).containsExactlyElementsOf(HostileDefinitions.all().keySet());
    }
}
