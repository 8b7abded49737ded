package dev.bothways.disk.format;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** A parent and a differencing image over it, both written by us: some is alike, some changed, some zero only above. */
@SuppressWarnings("ArrayRecordComponent") // contents, compared as arrays
public record DifferencingPair(Path parent, byte[] parentBytes, Path child, byte[] childBytes) {

    /** Makes a child of {@code childSize} bytes over a parent of {@code parentSize}. */
    public static DifferencingPair random(
            DiskFormat format, Path folder, Random random, int parentSize, int childSize, CreateOptions options)
            throws IOException {
        byte[] below = new byte[parentSize];
        scatter(below, random, 12, false);
        byte[] above = Arrays.copyOf(below, childSize);
        scatter(above, random, 12, false);
        scatter(above, random, 6, true);
        return of(format, folder, below, above, options);
    }

    /** Makes a child of this content over a parent of that. */
    public static DifferencingPair of(DiskFormat format, Path folder, byte[] below, byte[] above, CreateOptions options)
            throws IOException {
        Path parent = folder.resolve("parent." + format.ending());
        Path child = folder.resolve("child." + format.ending());
        write(parent, format, below, options.withIdentity("parent"));
        try (DiskImage opened = DiskImages.open(parent)) {
            write(
                    child,
                    format,
                    above,
                    options.withIdentity("child").over(new CreateOptions.Parent(opened, parent, format)));
        }
        return new DifferencingPair(parent, below, child, above);
    }

    private static void scatter(byte[] bytes, Random random, int runs, boolean zeros) {
        for (int i = 0; i < runs; i++) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << (8 + random.nextInt(14))));
            byte[] run = new byte[length];
            if (!zeros) {
                random.nextBytes(run);
            }
            System.arraycopy(run, 0, bytes, at, length);
        }
    }

    private static void write(Path path, DiskFormat format, byte[] bytes, CreateOptions options) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer = DiskImages.create(path, format, bytes.length, options)) {
            source.write(0, ByteBuffer.wrap(bytes));
            DiskCopy.copy(source, writer, CopyOptions.usual());
            writer.finish();
        }
    }
}
