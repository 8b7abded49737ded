package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an edit keeps, refuses and leaves behind. */
final class ExtEditRulesTest {
    private static final Instant TIME = Instant.parse("2040-02-29T01:02:03.123456789Z");

    @TempDir
    Path scratch;

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private MemoryDisk disk(String options) throws IOException {
        return ExtImages.inMemory(ExtImages.make(scratch.resolve("image"), options));
    }

    private void requireClean(MemoryDisk disk) throws IOException {
        Path image = scratch.resolve("edited");
        Files.write(image, ExtImages.bytes(disk));
        Oracle.require("e2fsck").run("-fn", image).orFail();
    }

    @Test
    void replacingKeepsInodeOwnerModeAndOtherNames() throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 8M");
        Path source = Files.writeString(scratch.resolve("source"), "old");
        ExtImages.debugfs(image, "write " + source + " first");
        ExtImages.debugfs(image, "ln first second");
        ExtImages.debugfs(image, "set_inode_field first links_count 2");
        ExtImages.debugfs(image, "set_inode_field first uid 70000");
        MemoryDisk disk = ExtImages.inMemory(image);
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            FileStatus before = edited.find("/first").orElseThrow();
            edited.write("/first", text("something else"), NewFile.ROOT_FILE);
            edited.flush();

            FileStatus after = edited.find("/second").orElseThrow();
            assertThat(edited.readAll("/second", 100)).isEqualTo(text("something else"));
            assertThat(after.inode()).isEqualTo(before.inode());
            assertThat(after.mode()).isEqualTo(before.mode());
            assertThat(after.user()).isEqualTo(70_000);
            assertThat(after.links()).isEqualTo(2);
            assertThat(after.modified()).isEqualTo(TIME);
        }
        requireClean(disk);
    }

    @Test
    void sameEditsGiveTheSameBytes() throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 8M");
        byte[][] results = new byte[2][];
        for (int i = 0; i < 2; i++) {
            MemoryDisk disk = ExtImages.inMemory(image);
            try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
                edited.makeDirectory("/d", NewFile.ROOT_DIRECTORY);
                edited.write("/d/f", new byte[100_000], NewFile.ROOT_FILE);
                edited.makeLink("/l", "d/f", NewFile.ROOT_FILE);
                edited.flush();
            }
            results[i] = ExtImages.bytes(disk);
        }
        assertThat(results[0]).isEqualTo(results[1]);
    }

    @Test
    void aFullFileSystemStaysAsItWas() throws IOException {
        MemoryDisk disk = disk("-t ext4 -O ^has_journal 2M");
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edited.write("/small", text("small"), NewFile.ROOT_FILE);
            edited.flush();
            byte[] before = ExtImages.bytes(disk);

            assertThatThrownBy(() -> edited.write("/small", new byte[4 << 20], NewFile.ROOT_FILE))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.kind()).isEqualTo(VolumeException.Kind.FULL));
            edited.flush();

            assertThat(ExtImages.bytes(disk)).isEqualTo(before);
            assertThat(edited.readAll("/small", 10)).isEqualTo(text("small"));
        }
    }

    @Test
    void nothingReachesTheDiskBeforeFlush() throws IOException {
        MemoryDisk disk = disk("-t ext4 8M");
        byte[] before = ExtImages.bytes(disk);
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edited.write("/file", text("content"), NewFile.ROOT_FILE);
        }
        assertThat(ExtImages.bytes(disk)).isEqualTo(before);
    }

    @Test
    void refusesWhatNoFileSystemAllows() throws IOException {
        MemoryDisk disk = disk("-t ext4 8M");
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edited.makeDirectory("/d", NewFile.ROOT_DIRECTORY);
            edited.makeDirectory("/d/e", NewFile.ROOT_DIRECTORY);
            edited.write("/f", text("f"), NewFile.ROOT_FILE);
            edited.makeLink("/l", "f", NewFile.ROOT_FILE);

            assertThatThrownBy(() -> edited.remove("/d")).isInstanceOf(DirectoryNotEmptyException.class);
            assertThatThrownBy(() -> edited.remove("/")).isInstanceOf(FileSystemException.class);
            assertThatThrownBy(() -> edited.remove("/none")).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> edited.makeDirectory("/d", NewFile.ROOT_DIRECTORY))
                    .isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> edited.rename("/d", "/d/e/inside")).isInstanceOf(FileSystemException.class);
            assertThatThrownBy(() -> edited.rename("/f", "/d")).isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> edited.write("/l", text("x"), NewFile.ROOT_FILE))
                    .isInstanceOf(FileSystemException.class);
            assertThatThrownBy(() -> edited.write("/f/below", text("x"), NewFile.ROOT_FILE))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> edited.write("/" + "x".repeat(256), text("x"), NewFile.ROOT_FILE))
                    .isInstanceOf(FileSystemException.class);
            edited.flush();
        }
        requireClean(disk);
    }

    @Test
    void directoriesOfThousandsGetADeepIndexAndStayFindable() throws IOException {
        MemoryDisk disk = disk("-t ext4 -b 1024 -N 30000 64M");
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edited.makeDirectory("/d", NewFile.ROOT_DIRECTORY);
            String stem = "/d/" + "a long name ".repeat(15);
            for (int i = 0; i < 3000; i++) {
                edited.makeLink(stem + i, "t", NewFile.ROOT_FILE);
            }
            for (int i = 0; i < 3000; i += 3) {
                edited.remove(stem + i);
            }
            edited.flush();
            assertThat(edited.list("/d")).hasSize(2000);
            assertThat(edited.find(stem + 2998)).isPresent();
            assertThat(edited.find(stem + 2997)).isEmpty();
        }
        requireClean(disk);
    }

    @Test
    void removingAFileReleasesItsLargeAttributes() throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 -O ea_inode 8M");
        Path source = Files.writeString(scratch.resolve("source"), "content");
        ExtImages.debugfs(image, "write " + source + " f");
        ExtImages.debugfs(image, "ea_set f user.block " + "v".repeat(700));
        ExtImages.debugfs(image, "ea_set f user.inode " + "w".repeat(3000));
        ExtImages.debugfs(image, "ea_set f user.small tiny");
        MemoryDisk disk = ExtImages.inMemory(image);
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            assertThat(edited.attributes("/f")).containsOnlyKeys("user.block", "user.inode", "user.small");
            assertThat(edited.attributes("/f").get("user.inode")).isEqualTo(text("w".repeat(3000)));
            assertThat(edited.attributes("/f").get("user.block")).isEqualTo(text("v".repeat(700)));
            long free = edited.freeBytes();
            edited.remove("/f");
            edited.flush();
            assertThat(edited.freeBytes()).isGreaterThan(free + 3000);
        }
        requireClean(disk);
    }

    @Test
    void finishesWhatWasBeingDeletedWhenTheMachineStopped() throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 8M");
        Path source = Files.write(scratch.resolve("source"), new byte[50_000]);
        ExtImages.debugfs(image, "write " + source + " f");
        ExtImages.debugfs(image, "unlink f");
        ExtImages.debugfs(image, "set_inode_field <12> links_count 0");
        ExtImages.debugfs(image, "set_super_value last_orphan 12");
        MemoryDisk disk = ExtImages.inMemory(image);
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edited.flush();
        }
        requireClean(disk);
    }

    @ParameterizedTest
    @CsvSource({"-O quota, quota", "-O bigalloc -C 16384, bigalloc", "-O mmp, mmp"})
    void refusesToWriteByTheNameOfTheFeature(String options, String name) throws IOException {
        MemoryDisk disk = disk("-t ext4 " + options + " 16M");
        assertThatThrownBy(() -> ExtFileSystem.openWritable(disk, TIME))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining(name);
    }

    @Test
    void refusesToWriteWhatItsKernelFoundBroken() throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 8M");
        ExtImages.debugfs(image, "set_super_value state 2");
        assertThatThrownBy(() -> ExtFileSystem.openWritable(ExtImages.inMemory(image), TIME))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("recorded errors");
    }

    @Test
    void refusesAnUnknownFeatureByItsBit() throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 -O ^metadata_csum 8M");
        ExtImages.debugfs(image, "feature FEATURE_I31");
        assertThatThrownBy(() -> ExtFileSystem.open(ExtImages.inMemory(image)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("0x80000000");
    }
}
