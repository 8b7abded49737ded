package dev.bothways.disk.archive.xva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.archive.Packed;
import dev.bothways.disk.archive.xva.XapiImport.Imported;
import dev.bothways.disk.archive.xva.XvaWriter.Sums;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class XvaArchiveTest {
    private static final int MIB = 1 << 20;
    private static final byte[] DEFINITION = "<value/>".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder = Path.of("");

    private final Seed seed = Seed.of(9_100);
    private final Random random = seed.random();

    @ParameterizedTest
    @EnumSource
    void writesWhatXapiImports(Sums sums) throws IOException {
        TreeMap<String, byte[]> disks = new TreeMap<>();
        disks.put("Ref:10", scattered(9 * MIB + 4096, 2, 5));
        disks.put("Ref:4", scattered(3 * MIB, 1));
        disks.put("Ref:7", new byte[12 * MIB]);
        Path archive = written(sums, disks);
        Imported imported = imported(Files.readAllBytes(archive), disks);
        assertThat(imported.definition()).isEqualTo("<value/>");
        disks.forEach((name, content) -> assertThat(imported.disks().getOrDefault(name, new byte[0]))
                .as(name)
                .isEqualTo(content));
        // The first and the last chunk of each, and those with data.
        assertThat(Files.size(archive)).isLessThan(10L * MIB);
        requireSame(archive, disks);
    }

    @Test
    void writesTheSameIntoAPipe() throws IOException {
        TreeMap<String, byte[]> disks = new TreeMap<>(Map.of("Ref:2", scattered(5 * MIB, 0, 3)));
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        CreateOptions options = CreateOptions.usual().into(Channels.newChannel(pipe));
        write(folder.resolve("pipe"), options, Sums.XXHASH, disks);
        assertThat(pipe.toByteArray()).isEqualTo(Files.readAllBytes(written(Sums.XXHASH, disks)));
    }

    @Test
    void leavesNothingOutAfterAFirstDiskSmallerThanAChunk() throws IOException {
        TreeMap<String, byte[]> disks = new TreeMap<>();
        disks.put("Ref:1", scattered(MIB / 2, 0));
        disks.put("Ref:2", scattered(6 * MIB, 4));
        Path archive = written(Sums.SHA1, disks);
        Imported imported = imported(Files.readAllBytes(archive), disks);
        assertThat(imported.disks().getOrDefault("Ref:2", new byte[0])).isEqualTo(disks.get("Ref:2"));
        requireSame(archive, disks);
    }

    @Test
    void readsWhatGnuTarReads() throws IOException {
        Oracle tar = Oracle.require("tar");
        Path archive = written(Sums.SHA1, new TreeMap<>(Map.of("Ref:4", scattered(4 * MIB, 2))));
        assertThat(tar.run("--force-local", "-tf", archive.toString())
                        .orFail()
                        .output()
                        .lines())
                .containsExactly(
                        "ova.xml",
                        "Ref:4/00000000",
                        "Ref:4/00000000.checksum",
                        "Ref:4/00000002",
                        "Ref:4/00000002.checksum",
                        "Ref:4/00000003",
                        "Ref:4/00000003.checksum");
    }

    @Test
    void deletesAnArchiveThatWasNotFinished() throws IOException {
        Path archive = folder.resolve("a.xva");
        try (XvaWriter writer = XvaWriter.create(archive, CreateOptions.usual(), Sums.SHA1, DEFINITION);
                ImageWriter disk = writer.disk("Ref:1", MIB)) {
            assertThat(disk.size()).isEqualTo(MIB);
            assertThat(Files.exists(archive)).isTrue();
        }
        assertThat(Files.exists(archive)).isFalse();
    }

    /** What XAPI does on a slow connection: a chunk without bytes, after which numbers and offsets go apart. */
    @Test
    void readsPastChunksThatOnlyKeepTheLineOpen() throws IOException {
        byte[] first = scattered(MIB, 0);
        byte[] third = scattered(MIB, 0);
        Chunks chunks = new Chunks()
                .chunk("Ref:3", 0, first)
                .chunk("Ref:3", 1, new byte[0])
                .chunk("Ref:3", 2, third)
                .chunk("Ref:3", 5, third);
        byte[] content = new byte[5 * MIB];
        System.arraycopy(first, 0, content, 0, MIB);
        System.arraycopy(third, 0, content, MIB, MIB);
        System.arraycopy(third, 0, content, 4 * MIB, MIB);
        Path archive = chunks.save();
        TreeMap<String, byte[]> disks = new TreeMap<>(Map.of("Ref:3", content));
        assertThat(imported(Files.readAllBytes(archive), disks).disks().getOrDefault("Ref:3", new byte[0]))
                .isEqualTo(content);
        requireSame(archive, disks);
    }

    @Test
    void readsWhatOtherProgramsLeaveOutAndSaysSo() throws IOException {
        byte[] chunk = scattered(MIB, 0);
        Path archive =
                new Chunks().chunk("Ref:4", 1, chunk).bare("Ref:4", 3, chunk).save();
        byte[] content = new byte[6 * MIB];
        System.arraycopy(chunk, 0, content, MIB, MIB);
        System.arraycopy(chunk, 0, content, 3 * MIB, MIB);
        try (DiskImage image = XvaArchive.read(archive).open("Ref:4", 6 * MIB)) {
            assertThat(read(image)).isEqualTo(content);
            assertThat(image.check())
                    .extracting(DiskImage.Finding::severity)
                    .hasSize(2)
                    .containsOnly(DiskImage.Severity.NOTE);
            assertThat(image.describe().variant()).isEqualTo("xva");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void copiesTheDisksOfACompressedArchiveInOnePass(XvaPacking packing) throws IOException {
        TreeMap<String, byte[]> disks = new TreeMap<>();
        disks.put("Ref:10", scattered(5 * MIB + 512, 2));
        disks.put("Ref:4", scattered(2 * MIB, 1));
        Path plain = written(Sums.XXHASH, disks);
        Path archive = folder.resolve("packed.xva");
        try (OutputStream file = Files.newOutputStream(archive);
                OutputStream out =
                        packing == XvaPacking.GZIP ? new GZIPOutputStream(file) : new ZstdOutputStream(file)) {
            Files.copy(plain, out);
        }
        assertThat(XvaArchive.packing(archive)).contains(packing);
        assertThat(XvaArchive.packing(plain)).contains(XvaPacking.PLAIN);
        assertThat(XvaArchive.definition(archive)).isEqualTo(DEFINITION);
        XvaStream.copy(
                archive,
                Map.of("Ref:10", 5L * MIB + 512, "Ref:4", 2L * MIB),
                (name, size) -> DiskImages.create(image(name), DiskFormat.RAW, size, CreateOptions.usual()),
                done -> {});
        for (Map.Entry<String, byte[]> disk : disks.entrySet()) {
            assertThat(Files.readAllBytes(image(disk.getKey())))
                    .as(disk.getKey())
                    .isEqualTo(disk.getValue());
        }
    }

    @Test
    void writesNothingWhereAChunkOfAStreamIsDamagedOrCut() throws IOException {
        byte[] sound = Files.readAllBytes(written(Sums.SHA1, new TreeMap<>(Map.of("Ref:4", scattered(3 * MIB, 1)))));
        byte[] damaged = sound.clone();
        damaged[2 * MIB] ^= 1;
        for (byte[] bytes : new byte[][] {damaged, Arrays.copyOf(sound, 2 * MIB)}) {
            Path archive = Files.write(folder.resolve("wrong.xva"), bytes);
            assertThatExceptionOfType(DiskImageException.class)
                    .isThrownBy(() -> XvaStream.copy(
                            archive,
                            Map.of("Ref:4", 3L * MIB),
                            (name, size) -> DiskImages.create(image(name), DiskFormat.RAW, size, CreateOptions.usual()),
                            done -> {}));
            assertThat(Files.exists(image("Ref:4"))).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesAChunkWhoseChecksumDiffers(Sums sums) throws IOException {
        byte[] content = scattered(3 * MIB, 0, 1, 2);
        Path archive = written(sums, new TreeMap<>(Map.of("Ref:4", content)));
        byte[] bytes = Files.readAllBytes(archive);
        bytes[MIB + 100_000] ^= 4;
        Files.write(archive, bytes);
        try (DiskImage image = XvaArchive.read(archive).open("Ref:4", 3 * MIB)) {
            ByteBuffer untouched = ByteBuffer.allocate(MIB);
            image.read(2 * MIB, untouched);
            assertThat(untouched.array()).isEqualTo(Arrays.copyOfRange(content, 2 * MIB, 3 * MIB));
            for (int length : new int[] {1, MIB}) {
                assertThatExceptionOfType(DiskImageException.class)
                        .isThrownBy(() -> image.read(MIB, ByteBuffer.allocate(length)))
                        .withMessageContaining("the chunk of Ref:4 that holds byte 1048576 of the disk is damaged")
                        .matches(e -> e.kind() == Kind.MALFORMED);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a/0:8 a/0:8         | the chunk a/00000000 comes after number 0
                    a/2:8 a/1:8         | the chunk a/00000001 comes after number 2
                    a/0:8 b/0:8 a/1:8   | the chunk a/00000001 comes after chunks of another disk
                    a/0:70000000        | has 70000000 bytes, more than 67108864
                    a/0:1048576 a/9:1   | has chunks up to byte 9437185, and the definition gives it 2097152 bytes
                    b/0:8               | the disk a has no chunks
                    """)
    void refusesChunksThatDoNotFit(String members, String message) throws IOException {
        Chunks chunks = new Chunks();
        for (String member : members.strip().split(" ")) {
            String[] parts = member.split("[/:]");
            chunks.bare(parts[0], Integer.parseInt(parts[1]), new byte[Integer.parseInt(parts[2])]);
        }
        Path archive = chunks.save();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> XvaArchive.read(archive).open("a", 2 * MIB))
                .withMessageContaining(message);
    }

    @Test
    void refusesAnArchiveThatIsCutAndSumsOfAnotherLength() throws IOException {
        byte[] sound = Files.readAllBytes(written(Sums.SHA1, new TreeMap<>(Map.of("Ref:4", scattered(3 * MIB, 1)))));
        Path archive = folder.resolve("cut.xva");
        int afterFirst = 1024 + MIB + 3 * 512;
        for (int length : new int[] {afterFirst, afterFirst + 100, afterFirst + 1000}) {
            Files.write(archive, Arrays.copyOf(sound, length));
            assertThatExceptionOfType(DiskImageException.class)
                    .as("cut at %d", length)
                    .isThrownBy(() -> XvaArchive.read(archive).open("Ref:4", 3 * MIB))
                    .matches(e -> e.kind() == Kind.TRUNCATED);
        }
        Files.write(
                archive,
                new Packed()
                        .file("ova.xml", DEFINITION)
                        .file("a/00000000", new byte[8])
                        .file("a/00000000.xxhash", new byte[15])
                        .bytes());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> XvaArchive.read(archive))
                .withMessageContaining("the checksum a/00000000.xxhash has 15 bytes instead of 16");
    }

    @Test
    void knowsAnXvaByItsFirstMember() throws IOException {
        Path other = Files.write(
                folder.resolve("a.ova"), new Packed().file("a.ovf", DEFINITION).bytes());
        assertThat(XvaArchive.packing(other)).isEmpty();
        assertThat(XvaArchive.packing(Files.write(folder.resolve("b"), new byte[] {0x1f, (byte) 0x8b, 8, 0})))
                .isEmpty();
        assertThat(XvaArchive.packing(Files.write(folder.resolve("c"), new byte[3])))
                .isEmpty();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> XvaArchive.definition(other))
                .withMessageContaining("this is no XVA");
    }

    @Test
    void survivesDamagedArchives() throws IOException {
        byte[] sound = Files.readAllBytes(written(Sums.XXHASH, new TreeMap<>(Map.of("Ref:4", scattered(2 * MIB, 0)))));
        Path archive = folder.resolve("fuzz.xva");
        for (int round = 0; round < 150; round++) {
            byte[] bytes = sound.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                int block = new int[] {0, 1024, 1024 + 512 + MIB, 1024 + 1536 + MIB}[random.nextInt(4)];
                bytes[block + random.nextInt(512)] = (byte) random.nextInt(256);
            }
            Files.write(archive, random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
            try (DiskImage image = XvaArchive.read(archive).open("Ref:4", 2 * MIB)) {
                Disks.sha256(image);
            } catch (DiskImageException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith(archive.toString());
            } catch (UncheckedIOException e) {
                assertThat(e.getCause()).as("%s", seed).isInstanceOf(DiskImageException.class);
            }
        }
    }

    private Path image(String name) {
        return folder.resolve(name.replace(':', '_') + ".raw");
    }

    /** Zeros but for some of its chunks. */
    private byte[] scattered(int length, int... chunks) {
        byte[] content = new byte[length];
        for (int chunk : chunks) {
            byte[] data = new byte[Math.min(MIB, length - chunk * MIB)];
            random.nextBytes(data);
            System.arraycopy(data, 0, content, chunk * MIB, data.length);
        }
        return content;
    }

    private Path written(Sums sums, SortedMap<String, byte[]> disks) throws IOException {
        Path archive = folder.resolve("written" + sums + ".xva");
        Files.deleteIfExists(archive);
        write(archive, CreateOptions.usual(), sums, disks);
        return archive;
    }

    private static void write(Path archive, CreateOptions options, Sums sums, SortedMap<String, byte[]> disks)
            throws IOException {
        try (XvaWriter writer = XvaWriter.create(archive, options, sums, DEFINITION)) {
            for (Map.Entry<String, byte[]> disk : disks.entrySet()) {
                byte[] content = disk.getValue();
                try (MemoryDisk source = new MemoryDisk(content.length);
                        ImageWriter image = writer.disk(disk.getKey(), content.length)) {
                    source.write(0, ByteBuffer.wrap(content));
                    DiskCopy.copy(source, image, CopyOptions.usual().withHash());
                    image.finish();
                }
            }
            writer.finish();
        }
    }

    private static Imported imported(byte[] archive, SortedMap<String, byte[]> disks) {
        TreeMap<String, Integer> sizes = new TreeMap<>();
        disks.forEach((name, content) -> sizes.put(name, content.length));
        return XapiImport.of(new ByteArrayInputStream(archive), sizes);
    }

    private static void requireSame(Path archive, SortedMap<String, byte[]> disks) throws IOException {
        XvaArchive read = XvaArchive.read(archive);
        assertThat(read.folders()).containsExactlyElementsOf(disks.keySet());
        for (Map.Entry<String, byte[]> disk : disks.entrySet()) {
            try (DiskImage image = read.open(disk.getKey(), disk.getValue().length)) {
                assertThat(read(image)).as(disk.getKey()).isEqualTo(disk.getValue());
                assertThat(image.check()).isEmpty();
            }
        }
    }

    private static byte[] read(VirtualDisk disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) disk.size());
        disk.read(0, all);
        return all.array();
    }

    /** An archive put together chunk by chunk. */
    private final class Chunks {
        private final Packed tar = new Packed().file("ova.xml", DEFINITION);

        Chunks chunk(String disk, int number, byte[] content) {
            bare(disk, number, content);
            tar.file(
                    disk + "/%08d.xxhash".formatted(number),
                    XapiImport.xxh64(content).getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        Chunks bare(String disk, int number, byte[] content) {
            tar.file(disk + "/%08d".formatted(number), content);
            return this;
        }

        Path save() throws IOException {
            return Files.write(folder.resolve("made.xva"), tar.bytes());
        }
    }
}
