package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Disks that come through a pipe. */
final class DiskStreamTest {
    private static final Path PIPE = Path.of("pipe");
    private static final CreateOptions OPTIONS =
            CreateOptions.usual().withoutWaiting().withIdentity("same");
    private static final int SECTOR = 512;
    /** Where the first grain of what we write lies. */
    private static final int FIRST_GRAIN = 128 * SECTOR;

    @TempDir
    Path folder = Path.of("");

    /** A pipe that gives as few or as many bytes at a time as it likes. */
    private static ReadableByteChannel pipe(byte[] bytes, Random random) {
        return Channels.newChannel(new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(9000)));
            }
        });
    }

    private static DiskCopy.Result convert(
            byte[] bytes, Optional<DiskFormat> format, OptionalLong size, Path out, WrittenKind kind, Random random)
            throws IOException {
        try (PipeInput in = new PipeInput(PIPE, pipe(bytes, random));
                DiskStream stream = DiskImages.stream(in, format, size)) {
            CreateOptions options = kind.options().withIdentity("same");
            CopyOptions copying = CopyOptions.usual().withHash();
            return DiskConversion.convert(stream, out, kind.format(), options, copying, false);
        }
    }

    private static DiskCopy.Result toRaw(byte[] bytes, OptionalLong size, Path out) throws IOException {
        return convert(bytes, Optional.empty(), size, out, WrittenKind.named("raw"), new Random(1));
    }

    private static byte[] packed(Path raw) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            DiskConversion.intoPipe(
                    source, PIPE, Channels.newChannel(out), DiskFormat.VMDK, OPTIONS, CopyOptions.usual());
        }
        return out.toByteArray();
    }

    private Path raw(long size, Random random) throws IOException {
        Path raw = folder.resolve("source.raw");
        Disks.randomRaw(raw, size, random, 4096);
        return raw;
    }

    static List<WrittenKind> kinds() {
        return WrittenKind.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void becomesTheSameImageAsAFileWould(WrittenKind kind) throws IOException {
        Seed seed = Seed.of(7);
        Random random = seed.random();
        Path raw = raw(9 << 20, random);
        Path expected = Files.createDirectory(folder.resolve("expected")).resolve("disk");
        GuestHash hash;
        try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            CreateOptions options = kind.options().withIdentity("same");
            CopyOptions copying = CopyOptions.usual().withHash();
            hash = DiskConversion.convert(source, expected, kind.format(), options, copying, false)
                    .hash()
                    .orElseThrow();
            assertThat(hash).isEqualTo(GuestHash.of(source));
        }
        byte[] bytes = Files.readAllBytes(raw);
        Path plain = Files.createDirectory(folder.resolve("plain")).resolve("disk");
        Path unpacked = Files.createDirectory(folder.resolve("unpacked")).resolve("disk");
        Optional<DiskFormat> known = Optional.of(DiskFormat.RAW);
        assertThat(convert(bytes, known, OptionalLong.of(bytes.length), plain, kind, random)
                        .hash())
                .contains(hash);
        assertThat(convert(packed(raw), Optional.empty(), OptionalLong.empty(), unpacked, kind, random)
                        .hash())
                .contains(hash);
        for (String name : folder.resolve("expected").toFile().list()) {
            Path file = expected.resolveSibling(name);
            assertThat(plain.resolveSibling(name)).as("%s", seed).hasSameBinaryContentAs(file);
            assertThat(unpacked.resolveSibling(name)).as("%s", seed).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void holdsTheDifferencesToAParent() throws IOException {
        Random random = new Random(3);
        Path below = folder.resolve("below.raw");
        Disks.randomRaw(below, 9 << 20, random, 4096);
        Path base = folder.resolve("base.qcow2");
        try (DiskImage source = DiskImages.open(below, OpenOptions.usual().as(DiskFormat.RAW))) {
            DiskConversion.convert(source, base, DiskFormat.QCOW2, OPTIONS, CopyOptions.usual(), false);
        }
        Path raw = raw(9 << 20, random);
        byte[] bytes = Files.readAllBytes(raw);
        Path child = folder.resolve("child.qcow2");
        GuestHash hash;
        try (DiskImage parent = DiskImages.open(base);
                PipeInput in = new PipeInput(PIPE, pipe(bytes, random));
                DiskStream stream = DiskImages.stream(in, Optional.of(DiskFormat.RAW), OptionalLong.of(bytes.length))) {
            CreateOptions over = OPTIONS.over(new CreateOptions.Parent(parent, base, DiskFormat.QCOW2));
            CopyOptions copying = CopyOptions.usual().withHash();
            hash = DiskConversion.convert(stream, child, DiskFormat.QCOW2, over, copying, false)
                    .hash()
                    .orElseThrow();
        }
        try (DiskImage image = DiskImages.open(child);
                DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            assertThat(GuestHash.of(image)).isEqualTo(hash).isEqualTo(GuestHash.of(source));
        }
    }

    @Test
    void readsStreamsOfQemu() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        // Not whole grains.
        Path raw = raw((5 << 20) + 3 * SECTOR, new Random(5));
        Path stream = folder.resolve("stream.vmdk");
        qemu.run("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, stream)
                .orFail();
        Path out = folder.resolve("out.raw");
        toRaw(Files.readAllBytes(stream), OptionalLong.empty(), out);
        assertThat(out).hasSameBinaryContentAs(raw);
    }

    @Test
    void readsAStreamOfAnotherProduct() throws IOException {
        Path sample = Corpus.file("vmdk-rs/streamOptimized.vmdk");
        Path out = folder.resolve("out.raw");
        DiskCopy.Result result = toRaw(Files.readAllBytes(sample), OptionalLong.empty(), out);
        try (DiskImage image = DiskImages.open(sample)) {
            assertThat(result.hash()).contains(GuestHash.of(image));
        }
    }

    @Test
    void wantsToKnowHowLargeARawDiskIs() throws IOException {
        byte[] bytes = Files.readAllBytes(raw(3 << 20, new Random(5)));
        Path out = folder.resolve("out.raw");
        assertThatThrownBy(() -> toRaw(bytes, OptionalLong.empty(), out))
                .isInstanceOf(DiskImageException.class)
                .hasMessage(
                        "pipe: the bytes of a raw disk do not tell how many will come; say the disk's size (--size)");
        assertThatThrownBy(() -> toRaw(bytes, OptionalLong.of(bytes.length - 1), out))
                .isInstanceOf(DiskImageException.class)
                .hasMessage(
                        "pipe: more comes than the 3145727 bytes that the disk was said to have; say its right size");
        assertThatThrownBy(() -> toRaw(bytes, OptionalLong.of(bytes.length + 1), out))
                .isInstanceOfSatisfying(
                        DiskImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRUNCATED))
                .hasMessageContaining("ends after 3145728 bytes, before the disk does");
        assertThat(out).doesNotExist();
    }

    @Test
    void refusesWhatCannotBeReadInOnePass() throws IOException {
        Path raw = raw(3 << 20, new Random(5));
        Path out = folder.resolve("out.raw");
        for (String kind : new String[] {"qcow2", "vdi", "vhdx", "monolithicSparse", "monolithicFlat"}) {
            Path image = folder.resolve(kind);
            WrittenKind written = WrittenKind.named(kind);
            try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
                DiskConversion.convert(source, image, written.format(), written.options(), CopyOptions.usual(), false);
            }
            assertThatThrownBy(() -> toRaw(Files.readAllBytes(image), OptionalLong.empty(), out))
                    .as(kind)
                    .isInstanceOfSatisfying(
                            DiskImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageContaining("cannot be read from its beginning to its end")
                    .hasMessageEndingWith("save it in a file and name that");
        }
        byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0};
        assertThatThrownBy(() -> toRaw(gzip, OptionalLong.empty(), out))
                .hasMessageContaining("this is compressed with gzip");
    }

    @Test
    void takesNoPartOfAStreamForTheWhole() throws IOException {
        byte[] stream = packed(raw(3 << 20, new Random(5)));
        Path out = folder.resolve("out.raw");
        for (int end = 0; end < stream.length; end += 4999) {
            byte[] cut = Arrays.copyOf(stream, end);
            assertThatThrownBy(() -> toRaw(cut, OptionalLong.of(3 << 20), out))
                    .as("%d bytes", end)
                    .isInstanceOf(DiskImageException.class)
                    .hasMessageContaining("ends after " + end + " bytes");
        }
        // The footer and the end marker in front of it are zeros: as a program leaves it that sets a file's length
        // first.
        byte[] zeros = stream.clone();
        Arrays.fill(zeros, stream.length - 3 * SECTOR, stream.length, (byte) 0);
        assertThatThrownBy(() -> toRaw(zeros, OptionalLong.empty(), out))
                .hasMessageContaining("the stream has its end, before its footer, here");
        assertThat(out).doesNotExist();
    }

    /** Repeated because threads that go on after the first damage would meet others. */
    @RepeatedTest(20)
    void tellsWhereAStreamIsDamaged() throws IOException {
        byte[] stream = packed(raw(3 << 20, new Random(5)));
        Path out = folder.resolve("out.raw");
        assertThatThrownBy(() -> toRaw(stream, OptionalLong.of(4 << 20), out))
                .hasMessage("pipe: the disk has 3145728 bytes, not the 4194304 that it was said to have");
        byte[] wrong = stream.clone();
        wrong[FIRST_GRAIN + 1] = 0x7f;
        assertThatThrownBy(() -> toRaw(wrong, OptionalLong.empty(), out))
                .isInstanceOf(DiskImageException.class)
                .hasMessageStartingWith("pipe, at byte 65536: the stream has a grain for sector");
        byte[] large = stream.clone();
        large[FIRST_GRAIN + 11] = 0x7f;
        assertThatThrownBy(() -> toRaw(large, OptionalLong.empty(), out))
                .hasMessageContaining("the stream has a grain of 21");
        byte[] data = stream.clone();
        Arrays.fill(data, FIRST_GRAIN + 20, FIRST_GRAIN + 60, (byte) 0xff);
        assertThatThrownBy(() -> toRaw(data, OptionalLong.empty(), out))
                .hasMessageStartingWith("pipe, at byte 65536: the grain of sector");
        assertThat(out).doesNotExist();
    }

    @Test
    void endsWithAnImageOrASentenceWhateverIsDamaged() throws IOException {
        byte[] stream = packed(raw(1 << 20, new Random(5)));
        Seed seed = Seed.of(11);
        Random random = seed.random();
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] damaged = stream.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(random.nextBoolean() ? damaged.length : SECTOR);
                damaged[at] = (byte) random.nextInt(256);
            }
            Path out = folder.resolve("out" + round);
            try (PipeInput in = new PipeInput(PIPE, pipe(damaged, random));
                    DiskStream disk = DiskImages.stream(in, Optional.of(DiskFormat.VMDK), OptionalLong.empty())) {
                long read = 0;
                for (Optional<DiskStream.Piece> piece = disk.next(); piece.isPresent(); piece = disk.next()) {
                    read += piece.get().length();
                    piece.get().read(ByteBuffer.allocateDirect(piece.get().length()));
                    assertThat(piece.get().offset() + piece.get().length())
                            .as("%s", seed)
                            .isLessThanOrEqualTo(disk.size());
                }
                assertThat(read).as("%s", seed).isLessThanOrEqualTo(disk.size());
            } catch (DiskImageException e) {
                refused++;
                assertThat(e.path()).isEqualTo(PIPE);
            }
            assertThat(out).doesNotExist();
        }
        assertThat(refused).as("%s", seed).isBetween(30, 299);
    }

    @Test
    void neverHoldsMoreThanItsThreadsWorkOn() throws IOException {
        long size = 2L << 30;
        byte[] ones = new byte[64 << 10];
        Arrays.fill(ones, (byte) 1);
        InputStream sender = new InputStream() {
            private long left = size;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = (int) Math.min(Math.min(length, ones.length), left);
                System.arraycopy(ones, 0, into, offset, count);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long before = direct.getMemoryUsed();
        AtomicLong most = new AtomicLong();
        CopyOptions watched =
                CopyOptions.usual().telling(done -> most.accumulateAndGet(direct.getMemoryUsed() - before, Math::max));
        try (PipeInput in = new PipeInput(PIPE, Channels.newChannel(sender));
                DiskStream stream = DiskImages.stream(in, Optional.of(DiskFormat.RAW), OptionalLong.of(size));
                ImageWriter same = new OneMegabyte(folder.resolve("out"), size)) {
            assertThat(DiskCopy.copy(stream, same, watched).data()).isEqualTo(size);
        }
        assertThat(most.get()).isBetween(1L, 4L * ChunkWork.usualThreads() * DataChunks.CHUNK + (4 << 20));
    }

    /** Every MiB goes to the same place. */
    private record OneMegabyte(HostFile only, long size) implements ImageWriter {
        OneMegabyte(Path path, long size) throws IOException {
            this(HostFile.create(path, false), size);
        }

        @Override
        public long unit() {
            return 1;
        }

        @Override
        public List<Place> place(long offset, long length) {
            return List.of(new Place(offset, length, only, 0));
        }

        @Override
        public void finish() {}

        @Override
        public void close() throws IOException {
            only.discard();
        }
    }
}
