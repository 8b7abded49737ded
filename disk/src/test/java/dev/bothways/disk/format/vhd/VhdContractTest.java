package dev.bothways.disk.format.vhd;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.SplitDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class VhdContractTest {

    @Nested
    class Dynamic extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.vhd"), bytes, CreateOptions.usual());
        }
    }

    @Nested
    class Fixed extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(
                    scratch.resolve("image.vhd"), bytes, CreateOptions.usual().with(Allocation.FIXED));
        }
    }

    @Nested
    class Differencing extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            SplitDisk split = SplitDisk.of(bytes, DiskFormat.VHD, scratch, new Random(8));
            makeChild(split);
            return DiskImages.open(split.child());
        }

        private void makeChild(SplitDisk split) throws IOException {
            byte[] parent = Files.readAllBytes(split.parent());
            try (FileChannel file =
                    FileChannel.open(split.child(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer header = ByteBuffer.allocate(VhdDynamicHeader.BYTES);
                file.read(header, VhdFooter.BYTES);
                header.put(40, parent, parent.length - VhdFooter.BYTES + 68, 16);
                byte[] name = "D:\\elsewhere\\parent.vhd".getBytes(StandardCharsets.UTF_16BE);
                header.put(64, name);
                header.putInt(36, VhdChecksum.of(header.clear(), 36));
                file.write(header, VhdFooter.BYTES);
                ByteBuffer footer = ByteBuffer.allocate(VhdFooter.BYTES);
                file.read(footer, 0);
                footer.clear().putInt(60, VhdFooter.DIFFERENCING);
                footer.putInt(64, VhdChecksum.of(footer, 64));
                file.write(footer.duplicate(), 0);
                file.write(footer, file.size() - VhdFooter.BYTES);
            }
        }
    }

    static VirtualDisk written(Path image, byte[] bytes, CreateOptions options) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer = DiskImages.create(image, DiskFormat.VHD, bytes.length, options)) {
            source.write(0, ByteBuffer.wrap(bytes));
            Disks.copy(source, writer, 100_000);
        }
        return DiskImages.open(image);
    }
}
