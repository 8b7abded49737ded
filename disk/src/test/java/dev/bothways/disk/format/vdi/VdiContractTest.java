package dev.bothways.disk.format.vdi;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.DifferencingPair;
import dev.bothways.disk.format.Disks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class VdiContractTest {

    @Nested
    class Dynamic extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.vdi"), bytes, CreateOptions.usual());
        }
    }

    @Nested
    class Fixed extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(
                    scratch.resolve("image.vdi"), bytes, CreateOptions.usual().with(Allocation.FIXED));
        }
    }

    @Nested
    class Differencing extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            byte[] below = bytes.clone();
            Random random = new Random(8);
            for (int i = 0; i < 5; i++) {
                byte[] run = new byte[200_000];
                random.nextBytes(run);
                System.arraycopy(run, 0, below, random.nextInt(below.length - run.length), run.length);
            }
            CreateOptions small = CreateOptions.usual().withUnit(16 << 10);
            return DiskImages.open(DifferencingPair.of(DiskFormat.VDI, scratch, below, bytes, small)
                    .child());
        }
    }

    static VirtualDisk written(Path image, byte[] bytes, CreateOptions options) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer = DiskImages.create(image, DiskFormat.VDI, bytes.length, options)) {
            source.write(0, ByteBuffer.wrap(bytes));
            Disks.copy(source, writer, 100_000);
        }
        return DiskImages.open(image);
    }
}
