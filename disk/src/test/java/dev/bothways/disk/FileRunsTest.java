package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

final class FileRunsTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder = Path.of("");

    private HostFile holeDataHole() throws IOException {
        HostFile file = HostFile.create(folder.resolve("file"), false);
        file.resize(3 * MIB);
        file.write(MIB, ByteBuffer.wrap(new byte[MIB]));
        return file;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void takesHolesForZerosWhereverTheyLieOnTheDisk() throws IOException {
        try (HostFile file = holeDataHole()) {
            FileRuns runs = new FileRuns(file);
            assertThat(runs.at(7, 3 * MIB, 0)).isEqualTo(new Extent.Zero(7, MIB));
            assertThat(runs.at(7, 2 * MIB, MIB)).isEqualTo(new Extent.Stored(7, MIB, file, MIB));
            assertThat(runs.at(9, 10, MIB + 5)).isEqualTo(new Extent.Stored(9, 10, file, MIB + 5));
            assertThat(runs.at(7, 5, 2 * MIB)).isEqualTo(new Extent.Zero(7, 5));
        }
    }

    @Test
    void takesWhatLiesBeyondTheEndForData() throws IOException {
        try (HostFile file = holeDataHole()) {
            FileRuns runs = new FileRuns(file);
            assertThat(runs.at(0, 10, 3 * MIB)).isEqualTo(new Extent.Stored(0, 10, file, 3 * MIB));
        }
    }

    @Test
    @ExtendWith(PortableOnly.class)
    void takesEverythingForDataWhereHolesAreNotSeen() throws IOException {
        try (HostFile file = holeDataHole()) {
            FileRuns runs = new FileRuns(file);
            assertThat(runs.at(0, 3 * MIB, 0)).isEqualTo(new Extent.Stored(0, 3 * MIB, file, 0));
        }
    }
}
