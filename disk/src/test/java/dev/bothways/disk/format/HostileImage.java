package dev.bothways.disk.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/**
 * An image that gets damaged and made whole again. However it is damaged, opening it, checking it and reading from all over
 * it must end within two seconds of processor time and a bounded amount of memory, well or with a {@link DiskImageException}.
 */
public final class HostileImage {
    private static final long MOST_TIME = Duration.ofSeconds(2).toNanos();
    private static final long MOST_MEMORY = 64L << 20;
    private static final int MOST_EXTENTS = 2000;

    private final Path path;
    private final DiskFormat format;
    private final byte[] whole;

    /** Takes a sound image. */
    public HostileImage(Path path, DiskFormat format) throws IOException {
        this.path = path;
        this.format = format;
        this.whole = Files.readAllBytes(path);
    }

    /** How long the sound image is, in bytes. */
    public int length() {
        return whole.length;
    }

    /** Bytes of the sound image, for the caller to damage. */
    public byte[] part(int position, int length) {
        return Arrays.copyOfRange(whole, position, position + length);
    }

    /** Puts {@code bytes} at {@code position}, tries the image, and puts back what was there. */
    public void survives(long position, byte[] bytes, String description) throws IOException {
        write(position, bytes);
        attempt(description);
        write(position, Arrays.copyOfRange(whole, (int) position, (int) position + bytes.length));
    }

    /** The same with the whole buffer. */
    public void survives(long position, ByteBuffer bytes, String description) throws IOException {
        byte[] copy = new byte[bytes.capacity()];
        bytes.get(0, copy);
        survives(position, copy, description);
    }

    /** Tries these bytes in place of the image's own, and puts those back. */
    public void survives(byte[] all, String description) throws IOException {
        Files.write(path, all);
        attempt(description);
        Files.write(path, whole);
    }

    /** As {@link #survives(byte[], String)}, for a fuzzer, which has limits of its own and whose agent works in the same thread. */
    public void survivesUnmeasured(byte[] all) throws IOException {
        Files.write(path, all);
        look("fuzzed");
    }

    /** Cuts the image at {@code length}, tries it, and puts back what was there. */
    public void survivesCutAt(int length, String description) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(length);
        }
        attempt(description);
        write(length, Arrays.copyOfRange(whole, length, whole.length));
    }

    private void write(long position, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private void attempt(String description) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long time = threads.getCurrentThreadCpuTime();
        long memory = threads.getCurrentThreadAllocatedBytes();
        look(description);
        assertThat(threads.getCurrentThreadCpuTime() - time).as(description).isLessThan(MOST_TIME);
        assertThat(threads.getCurrentThreadAllocatedBytes() - memory)
                .as(description)
                .isLessThan(MOST_MEMORY);
    }

    private void look(String description) {
        try (DiskImage disk = DiskImages.open(path, OpenOptions.usual().as(format))) {
            assertThat(disk.describe().details()).as(description).isNotEmpty();
            assertThat(disk.check()).as(description).hasSizeLessThan(200);
            readAllOver(disk);
        } catch (DiskImageException refused) {
            // An extent beside it may be named.
            assertThat(refused.getMessage()).as(description).startsWith(String.valueOf(path.getParent()));
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(description, e);
        }
    }

    private static void readAllOver(VirtualDisk disk) throws IOException {
        VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
        for (int i = 0; i < MOST_EXTENTS && extents.hasNext(); i++) {
            Extent extent = extents.next();
            assertThat(extent.length()).isPositive();
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(4096, extent.length()));
            disk.read(extent.offset(), bytes);
        }
        if (disk.size() > 0) {
            disk.read(disk.size() - 1, ByteBuffer.allocate(1));
        }
    }
}
