package dev.bothways.disk.format.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.PortableOnly;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

final class RawImageTest {
    private static final OpenOptions RAW = OpenOptions.usual().as(DiskFormat.RAW);

    @TempDir
    Path folder = Path.of("");

    private Path sparse(byte[] bytes) throws IOException {
        Path path = folder.resolve("disk.img");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), bytes.length - 1);
            for (int at = 0; at < bytes.length; at += 4096) {
                ByteBuffer page = ByteBuffer.wrap(bytes, at, Math.min(4096, bytes.length - at));
                if (page.mismatch(ByteBuffer.allocate(page.remaining())) >= 0) {
                    channel.write(page, at);
                }
            }
        }
        return path;
    }

    abstract class Contract extends VirtualDiskContract {
        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return DiskImages.open(sparse(bytes), RAW);
        }

        @Override
        protected int length() {
            return 2_000_001;
        }
    }

    @Nested
    final class OnThisSystem extends Contract {}

    @Nested
    @ExtendWith(PortableOnly.class)
    final class Portably extends Contract {}

    @Test
    @EnabledOnOs(OS.LINUX)
    void takesTheFilesHolesForZeros() throws IOException {
        byte[] bytes = new byte[4 << 20];
        bytes[1 << 20] = 1;
        try (DiskImage disk = DiskImages.open(sparse(bytes))) {
            Extent first = disk.extent(0, disk.size());
            assertThat(first).isInstanceOf(Extent.Zero.class);
            assertThat(first.length()).isPositive().isLessThanOrEqualTo(1 << 20);
        }
    }

    @Test
    void notesALastSectorThatIsCutShort() throws IOException {
        Path path = Files.write(folder.resolve("odd"), new byte[513]);
        try (DiskImage disk = DiskImages.open(path)) {
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("1 of 512"));
        }
    }

    @Test
    void describesItself() throws IOException {
        Path path = Files.write(folder.resolve("even"), new byte[1024]);
        try (DiskImage disk = DiskImages.open(path)) {
            assertThat(disk.check()).isEmpty();
            assertThat(disk.describe().format()).isEqualTo(DiskFormat.RAW);
            assertThat(disk.describe().size()).isEqualTo(1024);
            assertThat(disk.describe().files()).isEqualTo(List.of(path));
        }
    }
}
