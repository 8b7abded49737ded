package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On XFS, which can share bytes between files. It takes root to mount one. */
@EnabledOnOs(OS.LINUX)
final class SharedCopyTest {
    private static final int SIZE = (64 << 20) + 512;

    @TempDir
    Path scratch = Path.of("");

    private Path folder = Path.of("");

    @BeforeEach
    void mount() throws IOException {
        Path image = scratch.resolve("xfs.img");
        DiskConversion.create(
                image, DiskFormat.RAW, 512 << 20, CreateOptions.usual().withoutWaiting(), false);
        Oracle.require("mkfs.xfs").run("-q", "-m", "reflink=1", image).orFail();
        folder = Files.createDirectory(scratch.resolve("mounted"));
        Oracle.Result mounted = Oracle.require("mount").run("-o", "loop", image, folder);
        Assumptions.assumeTrue(mounted.exitCode() == 0, () -> "skipped: no XFS is mounted here: " + mounted.output());
    }

    @AfterEach
    void unmount() {
        Oracle.require("umount").run(folder);
    }

    private Path source() throws IOException {
        byte[] bytes = new byte[SIZE];
        Random random = Seed.of(1).random();
        random.nextBytes(bytes);
        return Files.write(folder.resolve("source.raw"), bytes);
    }

    static Stream<DiskFormat> written() {
        return Arrays.stream(DiskFormat.values()).filter(DiskFormat::isWritten);
    }

    @ParameterizedTest
    @MethodSource("written")
    void sharesBytesWithTheNewImage(DiskFormat format) throws IOException {
        Path path = folder.resolve("copy");
        try (DiskImage source = DiskImages.open(source())) {
            DiskCopy.Result result = DiskConversion.convert(
                    source,
                    path,
                    format,
                    CreateOptions.usual(),
                    CopyOptions.usual().withHash(),
                    false);

            assertThat(result.shared()).isBetween(SIZE - 8192L, (long) SIZE);
            assertThat(result.written()).isEqualTo(SIZE - result.shared());
            assertThat(result.hash()).contains(GuestHash.of(source));
            try (DiskImage copy = DiskImages.open(path)) {
                assertThat(DiskComparison.of(source, copy).firstDifference()).isEmpty();
                DiskCopy.Result back = DiskConversion.convert(
                        copy,
                        folder.resolve("back"),
                        DiskFormat.RAW,
                        CreateOptions.usual(),
                        CopyOptions.usual(),
                        false);
                assertThat(back.shared()).isBetween(SIZE - 8192L, (long) SIZE);
            }
        }
        assertThat(Files.mismatch(folder.resolve("source.raw"), folder.resolve("back")))
                .isEqualTo(-1);
    }

    /** What of the metadata is shared within the image differs in nothing from what is written. */
    @ParameterizedTest
    @MethodSource("written")
    void makesTheSameImageAsOnAFileSystemWithoutSharing(DiskFormat format) throws IOException {
        CreateOptions options = CreateOptions.usual().withoutWaiting().withIdentity("same");
        Path shared = folder.resolve("disk");
        Path copied = scratch.resolve("disk");
        try (DiskImage source = DiskImages.open(source())) {
            DiskConversion.convert(source, shared, format, options, CopyOptions.usual(), false);
            DiskConversion.convert(
                    source, copied, format, options, CopyOptions.usual().withoutSharing(), false);
        }
        assertThat(Files.mismatch(shared, copied)).isEqualTo(-1);
    }

    @Test
    void copiesWhereSharingIsNotWanted() throws IOException {
        try (DiskImage source = DiskImages.open(source())) {
            DiskCopy.Result result = DiskConversion.convert(
                    source,
                    folder.resolve("copy"),
                    DiskFormat.RAW,
                    CreateOptions.usual(),
                    CopyOptions.usual().withoutSharing(),
                    false);
            assertThat(result.shared()).isZero();
            assertThat(result.written()).isEqualTo(SIZE);
        }
    }
}
