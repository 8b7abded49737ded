package dev.bothways.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down why tests were skipped, one line a test, in {@code target/skipped-tests.txt} of its module; {@code mvnw} sums these files
 * up in its last lines. JUnit finds this class by its name in {@code META-INF/services}.
 */
public final class SkippedTests implements TestExecutionListener {
    private final Queue<String> reasons = new ConcurrentLinkedQueue<>();
    private final Path file;

    /** Writes to the module whose tests are run. */
    public SkippedTests() {
        this(Path.of(System.getProperty("basedir", ""), "target", "skipped-tests.txt"));
    }

    SkippedTests(Path file) {
        this.file = file;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        reasons.add(line(reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            reasons.add(line(result.getThrowable().map(Throwable::getMessage).orElse("no reason given")));
        }
    }

    /** The first line of a reason, without the words that JUnit and we put before it. */
    private static String line(String reason) {
        String text = reason.replaceFirst("^Assumption failed: ", "").replaceFirst("^skipped: ", "");
        return text.lines().findFirst().orElse("").strip();
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        Path folder = file.toAbsolutePath().getParent();
        if (reasons.isEmpty() || folder == null || !Files.isDirectory(folder)) {
            return; // Nothing to tell, or not run by Maven.
        }
        try {
            Files.write(file, reasons);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
