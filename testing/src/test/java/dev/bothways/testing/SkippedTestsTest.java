package dev.bothways.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

final class SkippedTestsTest {
    @TempDir
    Path folder = Path.of("");

    /** Run by the test below alone: surefire takes no nested class. */
    static final class Some {
        @Test
        void runs() {
            assertThat(1).isPositive();
        }

        @Test
        void lacksAProgram() {
            Assumptions.abort("skipped: the oracle sextant is missing");
        }

        @Test
        void assumesInVain() {
            Assumptions.assumeTrue(false, "skipped: there is no FUSE here\nof two lines");
        }

        @Test
        @Disabled("not on this system")
        void isDisabled() {}
    }

    /** As above: none of its tests is begun. */
    static final class WholeClass {
        @BeforeAll
        static void lacks() {
            Assumptions.abort("skipped: no corpus beside the repository");
        }

        @Test
        void one() {}

        @Test
        void two() {}
    }

    @Test
    void writesTheReasonOfEachTestThatWasSkipped() throws IOException {
        Path file = folder.resolve("skipped-tests.txt");
        run(file, Some.class, WholeClass.class);
        assertThat(Files.readAllLines(file))
                .containsExactlyInAnyOrder(
                        "the oracle sextant is missing",
                        "there is no FUSE here",
                        "not on this system",
                        "no corpus beside the repository");
    }

    @Test
    void writesNothingOutsideOfABuild() {
        run(folder.resolve("target/skipped-tests.txt"), Some.class);
        assertThat(folder).isEmptyDirectory();
    }

    private static void run(Path file, Class<?>... classes) {
        LauncherFactory.create(org.junit.platform.launcher.core.LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .addTestExecutionListeners(new SkippedTests(file))
                        .build())
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(List.of(classes).stream()
                                .map(type -> selectClass(type))
                                .toList())
                        .configurationParameter(LauncherConstants.CAPTURE_STDOUT_PROPERTY_NAME, "false")
                        .build());
    }
}
