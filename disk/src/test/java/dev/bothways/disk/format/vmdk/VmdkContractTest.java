package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class VmdkContractTest {

    abstract static class Written extends VirtualDiskContract {
        @TempDir
        Path scratch;

        private final String subformat;

        Written(String subformat) {
            this.subformat = subformat;
        }

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            Path image = scratch.resolve("image.vmdk");
            write(image, bytes, CreateOptions.usual().withSetting("subformat", subformat));
            return DiskImages.open(image);
        }
    }

    @Nested
    class Sparse extends Written {
        Sparse() {
            super("monolithicSparse");
        }
    }

    @Nested
    class Stream extends Written {
        Stream() {
            super("streamOptimized");
        }
    }

    @Nested
    class Flat extends Written {
        Flat() {
            super("monolithicFlat");
        }
    }

    @Nested
    class Split extends Written {
        Split() {
            super("twoGbMaxExtentSparse");
        }
    }

    @Nested
    class Extents extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return DiskImages.open(SyntheticVmdk.mixed(scratch, bytes));
        }
    }

    @Nested
    class Delta extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            Path base = scratch.resolve("base.vmdk");
            byte[] other = bytes.clone();
            Random random = new Random(5);
            for (int at = 0; at < other.length; at += 1 << 16) {
                if (random.nextBoolean()) {
                    random.nextBytes(new byte[1]);
                    for (int i = at; i < Math.min(other.length, at + (1 << 16)); i++) {
                        other[i] = random.nextBoolean() ? (byte) 7 : 0;
                    }
                }
            }
            write(base, other, CreateOptions.usual().withIdentity("base"));
            Path child = scratch.resolve("child.vmdk");
            try (DiskImage parent = DiskImages.open(base)) {
                write(
                        child,
                        bytes,
                        CreateOptions.usual().over(new CreateOptions.Parent(parent, base, DiskFormat.VMDK)));
            }
            return DiskImages.open(child);
        }
    }

    static void write(Path image, byte[] bytes, CreateOptions options) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer =
                        DiskImages.create(image, DiskFormat.VMDK, bytes.length, options.withoutWaiting())) {
            source.write(0, ByteBuffer.wrap(bytes));
            DiskCopy.copy(source, writer, CopyOptions.usual());
            writer.finish();
        }
    }
}
