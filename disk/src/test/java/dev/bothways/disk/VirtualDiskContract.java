package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link VirtualDisk} promises. Every implementation has a test that extends this. */
public abstract class VirtualDiskContract {
    private final Seed seed = Seed.of(20061);
    private final Random random = seed.random();
    private byte[] content = new byte[0];
    private VirtualDisk disk = new MemoryDisk(0);

    /** A disk that holds exactly these bytes. The test closes it. */
    protected abstract VirtualDisk disk(byte[] bytes) throws IOException;

    /** How long the disk under test is to be, in bytes; more than 300,000. */
    protected int length() {
        return 5 * 1024 * 1024 + 512;
    }

    @BeforeEach
    void makeDisk() throws IOException {
        content = new byte[length()];
        // Data and zeros in turn, of lengths from a few bytes to more than a unit of most formats.
        for (int at = 0; at < content.length; ) {
            int end = Math.min(content.length, at + 1 + random.nextInt(1 << (4 + random.nextInt(18))));
            if (random.nextBoolean()) {
                byte[] data = new byte[end - at];
                random.nextBytes(data);
                System.arraycopy(data, 0, content, at, data.length);
            }
            at = end;
        }
        disk = disk(content.clone());
    }

    @AfterEach
    void closeDisk() throws IOException {
        disk.close();
    }

    @Test
    void hasTheSizeAndSectorsItWasMadeWith() {
        assertThat(disk.size()).isEqualTo(content.length);
        assertThat(disk.sectorSize()).isIn(512, 4096);
    }

    @Test
    void readsAnyRangeIntoAnyBuffer() throws IOException {
        readRandomRanges(new Random(seed.value()), 300);
        checkRead(0, content.length, true);
        checkRead(0, content.length, false);
    }

    private void readRandomRanges(Random choice, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int offset = choice.nextInt(content.length + 1);
            int most = Math.min(content.length - offset, 1 << choice.nextInt(21));
            checkRead(offset, choice.nextInt(most + 1), choice.nextBoolean());
        }
    }

    private void checkRead(int offset, int length, boolean direct) throws IOException {
        int before = 7;
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(length + 20) : ByteBuffer.allocate(length + 20);
        buffer.position(before).limit(before + length);
        disk.read(offset, buffer);
        assertThat(buffer.position()).isEqualTo(before + length);
        byte[] all = new byte[length + 20];
        buffer.clear().get(all);
        assertThat(Arrays.equals(all, before, before + length, content, offset, offset + length))
                .as("bytes %d to %d, %s", offset, offset + length, seed)
                .isTrue();
        assertThat(Arrays.copyOf(all, before)).as("before the range").containsOnly(0);
        assertThat(Arrays.copyOfRange(all, before + length, all.length))
                .as("behind the range")
                .containsOnly(0);
    }

    @Test
    void readsFromManyThreadsAtOnce() throws IOException, InterruptedException {
        inThreads(4, thread -> readRandomRanges(new Random(seed.value() + thread), 100));
    }

    private interface Work {
        void run(int thread) throws IOException;
    }

    private static void inThreads(int threads, Work work) throws InterruptedException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                results.add(executor.submit(() -> {
                    work.run(thread);
                    return thread;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Test
    void refusesRangesOutsideAndThenReadsNothing() {
        long[][] ranges = {{-1, 1}, {content.length, 1}, {content.length - 1, 2}, {Long.MAX_VALUE, 1}, {-1, 0}};
        for (long[] range : ranges) {
            ByteBuffer buffer = ByteBuffer.allocate((int) range[1]);
            assertThatThrownBy(() -> disk.read(range[0], buffer))
                    .as("%d bytes at %d", range[1], range[0])
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(buffer.position()).isZero();
        }
    }

    @Test
    void readsNothingAnywhereUpToTheEnd() throws IOException {
        disk.read(0, ByteBuffer.allocate(0));
        disk.read(content.length, ByteBuffer.allocate(0));
    }

    @Test
    void extentsCoverTheDiskWithoutGapAndTellTheTruth() throws IOException {
        checkExtents(0, content.length);
        for (int i = 0; i < 50; i++) {
            int from = random.nextInt(content.length);
            checkExtents(from, from + 1 + random.nextInt(content.length - from));
        }
    }

    private void checkExtents(int from, int to) throws IOException {
        VirtualDisk.ExtentIterator extents = disk.extents(from, to - from);
        long at = from;
        while (extents.hasNext()) {
            Extent extent = extents.next();
            assertThat(extent.offset()).as("%s", seed).isEqualTo(at);
            assertThat(extent.length()).isPositive();
            assertThat(extent.end()).isLessThanOrEqualTo(to);
            checkTruth(extent);
            at = extent.end();
        }
        assertThat(at).isEqualTo(to);
    }

    private void checkTruth(Extent extent) throws IOException {
        byte[] expected = Arrays.copyOfRange(content, (int) extent.offset(), (int) extent.end());
        switch (extent) {
            case Extent.Zero zero ->
                assertThat(Arrays.equals(expected, new byte[expected.length]))
                        .as("%s is zeros, %s", zero, seed)
                        .isTrue();
            case Extent.Stored stored -> {
                ByteBuffer bytes = ByteBuffer.allocate(expected.length);
                stored.file().read(stored.fileOffset(), bytes);
                assertThat(Arrays.equals(expected, bytes.array()))
                        .as("%s lies there, %s", stored, seed)
                        .isTrue();
            }
            case Extent.Data data -> assertThat(data.length()).isPositive();
        }
    }

    @Test
    void refusesExtentsOfEmptyRangesAndOfRangesOutside() {
        long end = content.length;
        long[][] ranges = {{0, 0}, {end, end}, {5, 4}, {-1, 4}, {end - 1, end + 1}, {0, Long.MAX_VALUE}};
        for (long[] range : ranges) {
            assertThatThrownBy(() -> disk.extent(range[0], range[1]))
                    .as("from %d to %d", range[0], range[1])
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void refusesToWriteWhereItCannot() {
        if (!disk.writable()) {
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void readsBackWhatWasWrittenAnywhere() throws IOException {
        if (!disk.writable()) {
            return;
        }
        for (int i = 0; i < 200; i++) {
            int offset = random.nextInt(content.length);
            byte[] bytes = new byte[random.nextInt(Math.min(content.length - offset, 1 << random.nextInt(17)) + 1)];
            random.nextBytes(bytes);
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 3).position(3);
            disk.write(offset, buffer.put(bytes).position(3));
            assertThat(buffer.hasRemaining()).isFalse();
            System.arraycopy(bytes, 0, content, offset, bytes.length);
        }
        disk.flush();
        checkRead(0, content.length, false);
        checkExtents(0, content.length);
        for (long offset : new long[] {-1, content.length, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> disk.write(offset, ByteBuffer.allocate(1)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void writesFromManyThreadsAtOnceWithoutLosingANeighboursBytes() throws IOException, InterruptedException {
        if (!disk.writable()) {
            return;
        }
        int threads = 4;
        inThreads(threads, thread -> {
            for (int offset = thread * 100; offset + 100 <= 300_000; offset += threads * 100) {
                byte[] bytes = new byte[100];
                Arrays.fill(bytes, (byte) (offset / 100));
                disk.write(offset, ByteBuffer.wrap(bytes));
            }
        });
        for (int offset = 0; offset + 100 <= 300_000; offset++) {
            content[offset] = (byte) (offset / 100);
        }
        Arrays.fill(content, 299_900, 300_000, (byte) 2999);
        checkRead(0, content.length, false);
    }

    @Test
    void closesTwiceAndThenRefusesEverything() throws IOException {
        disk.close();
        disk.close();
        assertThatThrownBy(() -> disk.read(0, ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> disk.extent(0, 1)).isInstanceOf(ClosedChannelException.class);
        if (disk.writable()) {
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        }
    }
}
