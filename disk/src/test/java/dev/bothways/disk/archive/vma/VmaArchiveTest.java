package dev.bothways.disk.archive.vma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.Extent;
import dev.bothways.disk.HostFile;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.MadeVma;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VmaArchiveTest {
    private static final int CLUSTER = 65_536;
    /** Where the first extent begins in made archives. */
    private static final int EXTENT = MadeVma.HEADER;

    @TempDir
    Path scratch;

    /** It was cut for its repository: of 163,840 clusters it has the first 116. */
    @Test
    void readsABackupOfVzdump() throws IOException {
        Path file = Corpus.expand("dissect.hypervisor/vma/test.vma.gz", scratch);
        VmaArchive archive = VmaArchive.read(file);
        assertThat(archive.created()).isEqualTo(Instant.parse("2021-10-31T11:43:42Z"));
        assertThat(archive.devices()).containsExactly(new VmaDevice(1, "drive-scsi0", 10L << 30));
        assertThat(archive.configurations()).extracting(VmaConfiguration::name).containsExactly("qemu-server.conf");
        assertThat(new String(archive.definition(), StandardCharsets.UTF_8))
                .contains("\nname: Test\n")
                .endsWith("#qmdump#map:scsi0:drive-scsi0:local-lvm:raw:\n");
        VmaDevice device = archive.device("scsi0").orElseThrow();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> archive.open(device))
                .withMessageContaining("the archive has not all of drive-scsi0")
                .matches(e -> e.kind() == Kind.TRUNCATED);
        try (DiskImage disk = archive.part(device)) {
            assertThat(disk.size()).isEqualTo(10L << 30);
            assertThat(digest(disk, 0)).startsWith("cf4adcf1933a8c9a");
            assertThat(digest(disk, 16)).startsWith("0bf585a90301d857");
            assertThat(digest(disk, 22)).startsWith("67a791248ffde40a");
            assertThatExceptionOfType(DiskImageException.class)
                    .isThrownBy(() -> digest(disk, 5000))
                    .withMessageContaining("does not have byte 327680000 of drive-scsi0");
        }
    }

    @Test
    void unpacksTheBackupOfVzdump() throws IOException {
        Path packed = Corpus.file("dissect.hypervisor/vma/test.vma.gz");
        Path file = scratch.resolve("unpacked.vma");
        assertThat(VmaPacking.of(packed)).contains(VmaPacking.GZIP);
        VmaPacking.GZIP.unpack(packed, file);
        assertThat(VmaArchive.read(file).devices()).hasSize(1);
    }

    @Test
    void readsDisksThatWereBackedUpInAnyOrder() throws IOException {
        Seed seed = Seed.of(4_211);
        Random random = seed.random();
        for (int round = 0; round < 40; round++) {
            MadeVma made = new MadeVma(random).configuration("qemu-server.conf", "name: a\n");
            byte[][] contents = new byte[1 + random.nextInt(3)][];
            for (int i = 0; i < contents.length; i++) {
                contents[i] = content(random, 1 + random.nextInt(40 * CLUSTER));
                made.disk("drive-virtio" + i, contents[i]);
            }
            Path file = scratch.resolve(round + ".vma");
            made.write(file);
            VmaArchive archive = VmaArchive.read(file);
            assertThat(archive.uuid()).isEqualTo(MadeVma.ID);
            for (int i = 0; i < contents.length; i++) {
                VmaDevice device = archive.device("virtio" + i).orElseThrow();
                try (DiskImage disk = archive.open(device)) {
                    assertThat(all(disk)).as("%s, round %s", seed, round).isEqualTo(contents[i]);
                    assertZerosAreZeros(disk, contents[i], seed);
                    assertThat(disk.describe().variant()).isEqualTo("vma");
                    assertThat(disk.check()).isEmpty();
                }
            }
        }
    }

    private static void assertZerosAreZeros(DiskImage disk, byte[] content, Seed seed) throws IOException {
        var extents = disk.extents(0, disk.size());
        long zeros = 0;
        while (extents.hasNext()) {
            if (extents.next() instanceof Extent.Zero zero) {
                zeros += zero.length();
                assertThat(Arrays.copyOfRange(content, (int) zero.offset(), (int) zero.end()))
                        .as("%s", seed)
                        .containsOnly(0);
            }
        }
        long expected = 0;
        for (int at = 0; at < content.length; at += 4096) {
            int end = Math.min(content.length, at + 4096);
            expected += Arrays.equals(new byte[end - at], Arrays.copyOfRange(content, at, end)) ? end - at : 0;
        }
        assertThat(zeros).as("%s", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                0    | 1           | MALFORMED   | this is no VMA
                4    | 1           | UNSUPPORTED | the archive is of version 16777217
                56   | 127         | MALFORMED   | the header cannot have 2130719232 bytes
                59   | 1           | MALFORMED   | the header cannot have 12801 bytes
                40   | 1           | MALFORMED   | the header is damaged (its checksum differs)
                5000 | 1           | MALFORMED   | the header is damaged (its checksum differs)
                """)
    void refusesADamagedHeader(int at, int added, Kind kind, String message) throws IOException {
        byte[] bytes = usual();
        bytes[at] += (byte) added;
        refuses(bytes, kind, message);
    }

    @Test
    void refusesAHeaderThatPointsOutside() throws IOException {
        refuses(withHeader(48, 12_801), Kind.MALFORMED, "lie outside the header");
        refuses(withHeader(48, 100), Kind.MALFORMED, "lie outside the header");
        refuses(withHeader(2044, 511), Kind.MALFORMED, "the blob at 511 lies outside the 512 bytes of blobs");
        refuses(withHeader(2044, -1), Kind.MALFORMED, "the blob at 4294967295 lies outside");
        refuses(withHeader(3068, 600), Kind.MALFORMED, "the blob at 600 lies outside");
        refuses(withHeader(4096 + 32, 500), Kind.MALFORMED, "a name in the header is empty");
        refuses(withHeader(4096 + 40, 0x7fff_ffff), Kind.MALFORMED, "the device drive-scsi0 cannot have 9223372032");
        refuses(withHeader(4096 + 44, 0), Kind.MALFORMED, "the device drive-scsi0 cannot have 0 bytes");
        refuses(withHeader(24, 0x7fff_ffff), Kind.MALFORMED, "there is no such time");
    }

    private byte[] withHeader(int at, int value) throws IOException {
        byte[] bytes = usual();
        ByteBuffer.wrap(bytes).putInt(at, value);
        MadeVma.sum(bytes, 0, MadeVma.HEADER, 32);
        return bytes;
    }

    @Test
    void refusesTwoOfOneName() throws IOException {
        byte[] bytes = usual();
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.putInt(4096 + 64, header.getInt(4096 + 32)).putLong(4096 + 72, 1);
        MadeVma.sum(bytes, 0, MadeVma.HEADER, 32);
        refuses(bytes, Kind.MALFORMED, "there are two devices called drive-scsi0");
        byte[] other = usual();
        header = ByteBuffer.wrap(other);
        header.putInt(2048, header.getInt(2044)).putInt(3072, header.getInt(3068));
        MadeVma.sum(other, 0, MadeVma.HEADER, 32);
        refuses(other, Kind.MALFORMED, "there are two configurations called qemu-server.conf");
    }

    @Test
    void refusesADamagedExtent() throws IOException {
        byte[] bytes = usual();
        bytes[EXTENT + 100]++;
        refuses(bytes, Kind.MALFORMED, "there is no extent, or its header is damaged");
        refuses(withExtent(8, Long.MAX_VALUE), Kind.MALFORMED, "the extent is of another archive");
        refuses(withExtent(40, 0x0001_0001_0000_0000L), Kind.MALFORMED, "blocks, and ");
        refuses(
                withExtent(40, entry(9, 0)),
                Kind.MALFORMED,
                "cluster 0 of device 9, of which the header knows nothing");
        refuses(withExtent(40, entry(1, 70)), Kind.MALFORMED, "cluster 70 of device 1");
        long second = ByteBuffer.wrap(usual()).getLong(EXTENT + 48);
        refuses(withExtent(40, second), Kind.MALFORMED, "a cluster of drive-scsi0 twice");
    }

    /** All blocks of a cluster. */
    private static long entry(long device, long cluster) {
        return 0xffffL << 48 | device << 32 | cluster;
    }

    private byte[] withExtent(int at, long value) throws IOException {
        byte[] bytes = usual();
        ByteBuffer.wrap(bytes).putLong(EXTENT + at, value);
        MadeVma.sum(bytes, EXTENT, 512, 24);
        return bytes;
    }

    @Test
    void opensNoDiskThatIsCutWhereverThatIs() throws IOException {
        byte[] bytes = usual();
        for (int length = bytes.length - 1; length > 0; length -= 1 + length / 40) {
            Path file = Files.write(scratch.resolve("cut.vma"), Arrays.copyOf(bytes, length));
            assertThatExceptionOfType(DiskImageException.class)
                    .as("%s bytes", length)
                    .isThrownBy(() -> {
                        VmaArchive archive = VmaArchive.read(file);
                        archive.open(archive.devices().getFirst());
                    })
                    .matches(e -> e.kind() == Kind.TRUNCATED);
        }
    }

    @Test
    void allocatesNothingForDisksThatTheFileCannotHold() throws IOException {
        byte[] bytes = usual();
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.putLong(4096 + 32 + 8, 1L << 46);
        MadeVma.sum(bytes, 0, MadeVma.HEADER, 32);
        VmaArchive archive = VmaArchive.read(Files.write(scratch.resolve("large.vma"), bytes));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> archive.open(archive.devices().getFirst()))
                .matches(e -> e.kind() == Kind.TRUNCATED);
    }

    @Test
    void unpacksWhatVzdumpPacks() throws IOException {
        Path gzip = scratch.resolve("a.vma.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(usual());
        }
        Path zstd = scratch.resolve("a.vma.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
            out.write(usual());
        }
        Path plain = Files.write(scratch.resolve("a.vma"), usual());
        for (Path file : List.of(gzip, zstd, plain)) {
            Path unpacked = scratch.resolve(file.getFileName() + ".unpacked");
            VmaPacking.of(file).orElseThrow().unpack(file, unpacked);
            assertThat(unpacked).hasBinaryContent(usual());
        }
        try (HostFile file = HostFile.open(plain)) {
            assertThat(VmaArchive.isArchive(file)).isTrue();
        }
        assertThat(VmaPacking.of(Files.write(scratch.resolve("b"), new byte[] {0x1f, (byte) 0x8b, 8, 1})))
                .isEmpty();
        assertThat(VmaPacking.of(Files.write(scratch.resolve("c"), new byte[0])))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-3", "-1", "-9", "--crc32", "-F"})
    void unpacksWhatLzopPacks(String how) throws IOException {
        Path plain = Files.write(scratch.resolve("a.vma"), usual());
        Path file = scratch.resolve("a.vma.lzo");
        Oracle.require("lzop").run(how, "-f", "-o", file, plain).orFail();
        assertThat(VmaPacking.of(file)).contains(VmaPacking.LZOP);
        Path unpacked = scratch.resolve("unpacked");
        VmaPacking.LZOP.unpack(file, unpacked);
        assertThat(unpacked).hasBinaryContent(usual());
        assertThat(VmaSummary.of(file).definition(file))
                .isEqualTo(VmaArchive.read(plain).definition());
    }

    /** Header and blocks have checksums, so every change is found. */
    @Test
    void refusesWhatLzopPackedAndIsDamaged() throws IOException {
        Path plain = Files.write(scratch.resolve("a.vma"), usual());
        Path file = scratch.resolve("a.vma.lzo");
        Oracle.require("lzop").run("-f", "-o", file, plain).orFail();
        byte[] packed = Files.readAllBytes(file);
        Seed seed = Seed.of(90_018);
        Random random = seed.random();
        for (int i = 0; i < 300; i++) {
            byte[] damaged = packed.clone();
            int at = 9 + random.nextInt(packed.length - 9);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            if (i % 3 == 0) {
                damaged = Arrays.copyOf(damaged, at);
            }
            Files.write(file, damaged);
            Path unpacked = scratch.resolve("unpacked" + i);
            assertThatExceptionOfType(DiskImageException.class)
                    .as(seed + ", byte " + at)
                    .isThrownBy(() -> VmaPacking.LZOP.unpack(file, unpacked))
                    .withMessageContaining("it cannot be unpacked with lzop");
            assertThat(unpacked).doesNotExist();
        }
    }

    @Test
    void tellsTheHeaderOfAPackedOneWithoutTheRest() throws IOException {
        Path plain = Files.write(scratch.resolve("a.vma"), usual());
        Path gzip = scratch.resolve("a.vma.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(usual());
        }
        VmaSummary summary = VmaSummary.of(gzip);
        assertThat(summary.packing()).isEqualTo(VmaPacking.GZIP);
        assertThat(summary.devices()).isEqualTo(VmaArchive.read(plain).devices());
        assertThat(summary.definition(gzip)).isEqualTo(VmaArchive.read(plain).definition());
        assertThat(summary.most()).isGreaterThan(Files.size(plain));
        Files.write(gzip, Arrays.copyOf(Files.readAllBytes(gzip), 60));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> VmaSummary.of(gzip))
                .withMessageContaining("a.vma.gz");
    }

    @Test
    void unpacksNoMoreThanTheHeaderTellsOf() throws IOException {
        Path bomb = scratch.resolve("bomb.vma.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write(usual());
            for (int i = 0; i < 64; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        Path target = scratch.resolve("target");
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> VmaPacking.GZIP.unpack(bomb, target))
                .matches(e -> e.kind() == Kind.UNSAFE)
                .withMessageContaining("it unpacks to more than the");
        assertThat(target).doesNotExist();
    }

    @Test
    void leavesNothingOfAnArchiveThatCannotBeUnpacked() throws IOException {
        Path file = scratch.resolve("a.vma.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(usual());
        }
        byte[] bytes = Files.readAllBytes(file);
        Path target = scratch.resolve("target");
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> VmaPacking.GZIP.unpack(file, target))
                .withMessageContaining("it cannot be unpacked with gzip");
        assertThat(target).doesNotExist();
    }

    /** Headers are given right checksums, so that what comes behind those is reached. */
    @Test
    void survivesDamagedArchives() throws IOException {
        Seed seed = Seed.of(90_017);
        Random random = seed.random();
        byte[] made = usual();
        int read = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = made.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int[] places = {48, 52, 56, 2044, 3068, 4096 + 32, 4096 + 40, 12_288, EXTENT, EXTENT + 40};
                int at = places[random.nextInt(places.length)] + random.nextInt(24);
                bytes[at] = (byte) random.nextInt(256);
            }
            MadeVma.sum(bytes, 0, MadeVma.HEADER, 32);
            MadeVma.sum(bytes, EXTENT, 512, 24);
            Path file = Files.write(scratch.resolve("fuzz.vma"), bytes);
            try {
                VmaArchive archive = VmaArchive.read(file);
                for (VmaDevice device : archive.devices()) {
                    try (DiskImage disk = archive.open(device)) {
                        disk.read(0, ByteBuffer.allocate((int) Math.min(disk.size(), 1 << 20)));
                        read++;
                    }
                }
            } catch (DiskImageException e) {
                assertThat(e).as("%s", seed).hasMessageContaining("fuzz.vma");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static byte[] usual() throws IOException {
        return new MadeVma(new Random(77))
                .configuration("qemu-server.conf", "name: a\n")
                .configuration("qemu-server.fw", "[OPTIONS]\n")
                .disk("drive-scsi0", content(new Random(78), 70 * CLUSTER - 1234))
                .bytes();
    }

    /** Data and zeros in turn. */
    private static byte[] content(Random random, int length) {
        byte[] content = new byte[length];
        for (int at = 0; at < length; ) {
            int end = Math.min(length, at + 1 + random.nextInt(3 * CLUSTER));
            if (random.nextBoolean()) {
                byte[] data = new byte[end - at];
                random.nextBytes(data);
                System.arraycopy(data, 0, content, at, data.length);
            }
            at = end;
        }
        return content;
    }

    private void refuses(byte[] bytes, Kind kind, String... messages) throws IOException {
        Path file = Files.write(scratch.resolve("bad.vma"), bytes);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> VmaArchive.read(file))
                .satisfies(e -> assertThat(e).message().containsAnyOf(messages))
                .matches(e -> e.kind() == kind);
    }

    private static byte[] all(DiskImage disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) disk.size());
        disk.read(0, all);
        return all.array();
    }

    private static String digest(DiskImage disk, long cluster) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(CLUSTER);
        disk.read(cluster * CLUSTER, content);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
