package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreeSpaceTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void knowsTheRoomOfAFolderAndOfAFile() throws IOException {
        assertThat(FreeSpace.at(folder).orElseThrow()).isPositive();
        assertThat(FreeSpace.at(Files.createFile(folder.resolve("file"))).orElseThrow())
                .isPositive();
    }

    @Test
    void isNotKnownWhereTheHostDoesNotSay() throws IOException {
        assertThat(FreeSpace.at(folder.resolve("absent"))).isEmpty();
        // The kernel's own view of itself has no room, which does not mean that it is full.
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertThat(FreeSpace.at(Path.of("/proc/self"))).isEmpty();
        }
        try (FileSystem zip = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("x.zip").toUri()), Map.of("create", "true"))) {
            assertThat(FreeSpace.at(zip.getPath("/"))).isEmpty();
        }
    }
}
