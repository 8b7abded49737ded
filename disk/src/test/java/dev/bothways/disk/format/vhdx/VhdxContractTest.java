package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class VhdxContractTest {

    @Nested
    class Dynamic extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.vhdx"), bytes, CreateOptions.usual());
        }
    }

    @Nested
    class Fixed extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(
                    scratch.resolve("image.vhdx"), bytes, CreateOptions.usual().with(Allocation.FIXED));
        }
    }

    static VirtualDisk written(Path image, byte[] bytes, CreateOptions options) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer = DiskImages.create(image, DiskFormat.VHDX, bytes.length, options)) {
            source.write(0, ByteBuffer.wrap(bytes));
            Disks.copy(source, writer, 100_000);
        }
        return DiskImages.open(image);
    }
}
