package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class Qcow2ContractTest {

    @Nested
    class Plain extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.qcow2"), bytes, "");
        }
    }

    @Nested
    class WithSubclusters extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.qcow2"), bytes, "extended_l2=on,unit=16384");
        }
    }

    @Nested
    class Packed extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.qcow2"), bytes, "packed");
        }
    }

    @Nested
    class PackedByZstd extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.qcow2"), bytes, "packed,compression_type=zstd,unit=2097152");
        }
    }

    static VirtualDisk written(Path image, byte[] bytes, String words) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer =
                        DiskImages.create(image, DiskFormat.QCOW2, bytes.length, Qcow2WriterTest.options(words))) {
            source.write(0, ByteBuffer.wrap(bytes));
            DiskCopy.copy(source, writer, CopyOptions.usual());
            writer.finish();
        }
        return DiskImages.open(image);
    }
}
