package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that changes while it is read is told, whatever reads it and whatever changes; what changes no byte is not. */
final class FileStateTest {
    private static final long SIZE = 8 << 20;

    @TempDir
    Path folder;

    private Path file = Path.of("");

    /** What somebody else may do to a file. */
    private interface Change {
        void make(Path file) throws IOException;
    }

    private static final Map<String, Change> CHANGES = Map.of(
            "had 8388608 bytes and has 4096", file -> resize(file, 4096),
            "had 8388608 bytes and has 9437184", file -> resize(file, SIZE + (1 << 20)),
            "was written to at", FileStateTest::overwrite,
            "another file has taken its place", FileStateTest::replace,
            "is not there any more", Files::delete);

    private static void resize(Path file, long size) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(size);
        }
    }

    /** Not just a write: the clock of a file system ticks every few milliseconds, and two writes in one tick look like one. */
    private static void overwrite(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(SIZE / 2);
            open.write(1);
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
    }

    private static void replace(Path file) throws IOException {
        Path other = Files.copy(file, file.resolveSibling("other"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @BeforeEach
    void make() throws IOException {
        file = folder.resolve("disk.raw");
        byte[] bytes = new byte[(int) SIZE];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);
    }

    @Test
    void tellsWhatChanged() throws IOException {
        for (Map.Entry<String, Change> change : CHANGES.entrySet()) {
            make();
            FileState before = FileState.of(file);
            change.getValue().make(file);
            assertThatThrownBy(before::requireUnchanged)
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(change.getKey())
                    .hasMessageContaining("run the command again");
        }
    }

    @Test
    void readingALinkAndAModeAreNoChange() throws IOException {
        FileState before = FileState.of(file);
        Files.readAllBytes(file);
        Files.getFileAttributeView(file, BasicFileAttributeView.class)
                .setTimes(null, FileTime.from(Instant.EPOCH), null);
        Files.createLink(folder.resolve("link"), file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThatCode(before::requireUnchanged).doesNotThrowAnyException();
    }

    @Test
    void whateverReadsALongTimeTells() throws IOException {
        for (Map.Entry<String, Change> change : CHANGES.entrySet()) {
            make();
            Path image = folder.resolve("disk.qcow2");
            Files.deleteIfExists(image);
            try (DiskImage source = DiskImages.open(file)) {
                DiskConversion.convert(
                        source,
                        image,
                        DiskFormat.QCOW2,
                        CreateOptions.usual().withoutWaiting(),
                        CopyOptions.usual(),
                        false);
            }
            for (Reading reading : READINGS) {
                make();
                try (DiskImage open = DiskImages.open(file)) {
                    // What was cut off cannot even be read, which is told, too.
                    change.getValue().make(file);
                    assertThatThrownBy(() -> reading.read(open))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining(file.toString());
                }
            }
            assertThat(folder.resolve("out.vhdx")).doesNotExist();
            assertThat(folder.resolve("out.vhdx.partial")).doesNotExist();
        }
    }

    private interface Reading {
        void read(DiskImage image) throws IOException;
    }

    private static final List<Reading> READINGS = List.of(
            GuestHash::of,
            image -> DiskComparison.of(new MemoryDisk(image.size()), image),
            image -> DiskMap.dataBytes(image),
            image -> GuestHash.of(new OverlayDisk(image)),
            image -> GuestHash.of(new SliceDisk(image, 0, 4096)),
            image -> GuestHash.of(new ConcatenatedDisk(List.of(new MemoryDisk(512), image))),
            image -> DiskConversion.convert(
                    image,
                    image.describe().files().getFirst().resolveSibling("out.vhdx"),
                    DiskFormat.VHDX,
                    CreateOptions.usual().withoutWaiting(),
                    CopyOptions.usual(),
                    false));

    /** Parents, extents and archives belong to the image. */
    @Test
    void allFilesOfAnImageCount() throws IOException {
        Path child = folder.resolve("child.qcow2");
        try (DiskImage parent = DiskImages.open(file)) {
            DiskConversion.create(
                    child,
                    DiskFormat.QCOW2,
                    SIZE,
                    CreateOptions.usual().withoutWaiting().over(new CreateOptions.Parent(parent, file, DiskFormat.RAW)),
                    false);
        }
        Path split = folder.resolve("split.vmdk");
        try (DiskImage source = DiskImages.open(file)) {
            DiskConversion.convert(
                    source,
                    split,
                    DiskFormat.VMDK,
                    CreateOptions.usual().withoutWaiting().withSetting("subformat", "monolithicFlat"),
                    CopyOptions.usual(),
                    false);
        }
        for (Map.Entry<Path, Path> part :
                Map.of(child, file, split, folder.resolve("split-flat.vmdk")).entrySet()) {
            try (DiskImage image = DiskImages.open(part.getKey())) {
                overwrite(part.getValue());
                assertThatThrownBy(() -> GuestHash.of(image))
                        .isInstanceOf(InputException.class)
                        .hasMessageContaining(part.getValue().getFileName().toString());
            }
        }
    }
}
