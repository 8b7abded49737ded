package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputFolderTest {
    private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path scratch;

    private Path target;

    @BeforeEach
    void nameIt() {
        target = scratch.resolve("machines/web01");
    }

    @Test
    void hasItsNameOnlyWhenItIsFinished() throws IOException {
        try (OutputFolder folder = OutputFolder.begin(target, false)) {
            folder.write("definition", TEXT);
            folder.write("disks/a", TEXT);
            assertThat(target).doesNotExist();
            folder.finish();
        }
        assertThat(tree()).containsExactly("machines/web01/definition", "machines/web01/disks/a");
    }

    @Test
    void closedWithoutFinishingItLeavesNothing() throws IOException {
        try (OutputFolder folder = OutputFolder.begin(target, false)) {
            folder.write("disks/a", TEXT);
        }
        assertThat(tree()).isEmpty();
        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void takesAnEmptyFolder() throws IOException {
        Files.createDirectories(target);
        finished(false);
        assertThat(tree()).containsExactly("machines/web01/definition");
    }

    @Test
    void refusesAFolderThatHoldsSomething() throws IOException {
        put("machines/web01/letter");
        refused(target + " is there already and not empty; name another folder, or replace it with --force");
        assertThat(tree()).containsExactly("machines/web01/letter");
    }

    @Test
    void refusesAFileOfThatName() throws IOException {
        put("machines/web01");
        refused(target + " is there already and not empty; name another folder, or replace it with --force");
    }

    @Test
    void refusesAPlaceBelowAFile() throws IOException {
        put("machines");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OutputFolder.begin(target, false).close())
                .withMessageContaining("cannot be made")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.OUTPUT));
    }

    @Test
    void replacesAFolderWhenToldTo() throws IOException {
        put("machines/web01/letter");
        put("machines/web01/more/letters");
        finished(true);
        assertThat(tree()).containsExactly("machines/web01/definition");
    }

    @Test
    void keepsTheFolderToBeReplacedWhenItIsNotFinished() throws IOException {
        put("machines/web01/letter");
        try (OutputFolder folder = OutputFolder.begin(target, true)) {
            folder.write("definition", TEXT);
        }
        assertThat(tree()).containsExactly("machines/web01/letter");
    }

    @Test
    void replacesAgainAfterARunThatWasKilledWhileItReplaced() throws IOException {
        put("machines/web01/letter");
        try (OutputFolder folder = OutputFolder.begin(target, true)) {
            folder.write("definition", TEXT);
            put(scratch.relativize(folder.replaced()) + "/older/letter");
            folder.finish();
        }
        assertThat(tree()).containsExactly("machines/web01/definition");
    }

    @Test
    void refusesToReplaceAFolderAroundTheSource() throws IOException {
        put("machines/web01/bothways.json");
        put("machines/web01/disks/root.img");
        Files.createSymbolicLink(scratch.resolve("link.img"), target.resolve("disks/root.img"));
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OutputFolder.checkReplaceable(target, List.of(scratch.resolve("link.img"))))
                .withMessage(target + " holds the source, which is never replaced; name another folder");
    }

    @Test
    void refusesToReplaceWhatIsNoConvertedMachine() throws IOException {
        put("source.img");
        put("machines/web01/letter");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OutputFolder.checkReplaceable(target, List.of(scratch.resolve("source.img"))))
                .withMessageContaining("holds something else than a converted machine")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.OUTPUT));
        put("machines/web01/bothways.json");
        OutputFolder.checkReplaceable(target, List.of(scratch.resolve("source.img")));
    }

    @Test
    void touchesNoFolderOfOthersBesideIt() throws IOException {
        put("machines/web01.replaced/letter");
        put("machines/web010/letter");
        finished(false);
        assertThat(tree())
                .containsExactly(
                        "machines/web01.replaced/letter", "machines/web01/definition", "machines/web010/letter");
    }

    @Test
    void replacesALinkAndNotWhatItLeadsTo() throws IOException {
        put("elsewhere/letter");
        Files.createDirectories(target.getParent());
        Files.createSymbolicLink(target, scratch.resolve("elsewhere"));
        refused(target + " is there already and not empty; name another folder, or replace it with --force");
        finished(true);
        assertThat(tree()).containsExactly("elsewhere/letter", "machines/web01/definition");
    }

    @Test
    void clearsAwayWhatAKilledRunLeft() throws IOException {
        put("machines/web01.unfinished/.lock");
        put("machines/web01.unfinished/disks/half");
        Files.createSymbolicLink(target.resolveSibling("web01.unfinished").resolve("link"), scratch.resolve("kept"));
        put("kept");
        finished(false);
        assertThat(tree()).containsExactly("kept", "machines/web01/definition");
    }

    @Test
    void clearsAwayWhatARunLeftThatWasKilledAtItsLastStep() throws IOException {
        put("machines/web01.unfinished/bothways.json");
        finished(false);
        assertThat(target).isDirectory();
        assertThat(target.resolveSibling("web01.unfinished")).doesNotExist();
        assertThat(target.resolve(".lock")).doesNotExist();
    }

    @Test
    void touchesNoFolderOfSomebodysThatHasTheNameItNeeds() throws IOException {
        put("machines/web01.unfinished/diary.txt");
        refused(target.resolveSibling("web01.unfinished")
                + " is needed for the work and holds something that no conversion left there; move it away, or name"
                + " another folder");
        assertThat(target.resolveSibling("web01.unfinished").resolve("diary.txt"))
                .exists();
    }

    @Test
    void refusesAPlaceThatARunningConversionWritesTo() throws IOException {
        try (OutputFolder running = OutputFolder.begin(target, false)) {
            running.write("definition", TEXT);
            refused("another conversion is writing " + target.resolveSibling("web01.unfinished")
                    + " now; wait for it, or name another folder");
            running.finish();
        }
        assertThat(tree()).containsExactly("machines/web01/definition");
    }

    @Test
    void writesNothingOutsideOfItself() throws IOException {
        try (OutputFolder folder = OutputFolder.begin(target, false)) {
            for (String path : List.of("../web02", "disks/../../web02", "/etc/web02", ".", "", "a/..")) {
                assertThatIllegalArgumentException()
                        .as(path)
                        .isThrownBy(() -> folder.write(path, TEXT))
                        .withMessageContaining("does not lie in the folder");
            }
        }
        assertThat(tree()).isEmpty();
    }

    @Test
    void writesNoFileTwice() throws IOException {
        try (OutputFolder folder = OutputFolder.begin(target, false)) {
            folder.write("definition", TEXT);
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> folder.write("definition", TEXT))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.OUTPUT));
        }
    }

    private void finished(boolean replace) throws IOException {
        try (OutputFolder folder = OutputFolder.begin(target, replace)) {
            folder.write("definition", TEXT);
            folder.finish();
        }
    }

    private void refused(String message) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OutputFolder.begin(target, false).close())
                .withMessage(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.OUTPUT));
    }

    private void put(String path) throws IOException {
        Path file = scratch.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> scratch.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
