package dev.bothways.disk.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TarReaderTest {
    private static final Path CALLED = Path.of("test.tar");

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"2,1", "2,2", "3,1", "3,2"})
    void readsWhatAnotherProgramPacked(int longNames, int largeNumbers) throws IOException {
        String longName = "f/".repeat(120) + "disk-\u00e9.vmdk";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            out.setLongFileMode(longNames);
            out.setBigNumberMode(largeNumbers);
            pack(out, "./a.ovf", "one".getBytes(StandardCharsets.UTF_8));
            TarArchiveEntry directory = new TarArchiveEntry("folder/");
            out.putArchiveEntry(directory);
            out.closeArchiveEntry();
            pack(out, longName, new byte[1025]);
            pack(out, "empty", new byte[0]);
        }
        List<Unpacked> streamed = unpack(bytes.toByteArray());
        assertThat(streamed).extracting(u -> u.member().name()).containsExactly("a.ovf", longName, "empty");
        assertThat(streamed.getFirst().content()).isEqualTo(StandardCharsets.UTF_8.encode("one"));
        assertThat(streamed.get(1).content()).isEqualTo(ByteBuffer.allocate(1025));
        Path file = Files.write(folder.resolve("a.tar"), bytes.toByteArray());
        assertThat(TarArchive.read(file).members())
                .isEqualTo(streamed.stream().map(Unpacked::member).toList());
    }

    private static void pack(TarArchiveOutputStream out, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cdi/archive.tar", "cdi/bootc-registry-image.tar", "cdi/content.tar"})
    void readsRealArchivesAsAnotherProgramDoes(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(Corpus.file(name));
        List<String> theirs = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.isFile()) {
                    theirs.add(entry.getName() + " "
                            + ByteBuffer.wrap(in.readAllBytes()).hashCode());
                }
            }
        }
        assertThat(unpack(bytes))
                .extracting(u -> u.member().name() + " " + u.content().hashCode())
                .containsExactlyElementsOf(theirs);
    }

    @Test
    void knowsSizesBeyondOctalDigits() throws IOException {
        byte[] header = Packed.header("large", 0, '0');
        Arrays.fill(header, 124, 136, (byte) 0);
        ByteBuffer.wrap(header).put(124, (byte) 0x80).putLong(128, 5L << 40);
        Packed.sum(header);
        try (TarReader reader = TarReader.over(new ByteArrayInputStream(header), CALLED)) {
            assertThat(reader.next()).contains(new TarMember("large", 512, 5L << 40));
            assertThatExceptionOfType(DiskImageException.class)
                    .isThrownBy(reader::next)
                    .withMessageContaining("ends within the member 'large'")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TRUNCATED));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 511, (1L << 33) - 1, 1L << 33, 5L << 40})
    void readsTheHeadersThatItsWriterMakes(long size) throws IOException {
        byte[] header = TarBlocks.header("disk-\u00e9.vmdk", size).array();
        try (TarReader reader = TarReader.over(new ByteArrayInputStream(header), CALLED);
                TarArchiveInputStream theirs = new TarArchiveInputStream(new ByteArrayInputStream(header), "UTF-8")) {
            assertThat(reader.next()).contains(new TarMember("disk-\u00e9.vmdk", 512, size));
            assertThat(theirs.getNextEntry().getSize()).isEqualTo(size);
        }
    }

    @Test
    void takesAnArchiveWithoutItsEndForWhole() throws IOException {
        byte[] content = {1, 2, 3};
        byte[] whole = new Packed().file("a", content).file("b", content).bytes();
        assertThat(unpack(Arrays.copyOf(whole, 512 * 3 + 3))).hasSize(2);
        assertThat(unpack(Arrays.copyOf(whole, 512 * 4))).hasSize(2);
        assertThat(unpack(Arrays.copyOf(whole, 512 * 4 + 100))).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd,0,has an absolute path,UNSAFE",
        "\\x,0,has an absolute path,UNSAFE",
        "C:\\x,0,has an absolute path,UNSAFE",
        "a/../../x,0,leads out of the archive,UNSAFE",
        "..\\x,0,leads out of the archive,UNSAFE",
        "../,5,leads out of the archive,UNSAFE",
        "a\u001b[31m,0,a\\u001b[31m,UNSAFE",
        ".,0,has no name,UNSAFE",
        "a,1,is a link,UNSAFE",
        "a,2,is a link,UNSAFE",
        "a,3,is a device or pipe,UNSAFE",
        "a,6,is a device or pipe,UNSAFE",
        "a,S,packed as sparse,UNSUPPORTED",
        "a,M,began in another volume,UNSUPPORTED",
        "a,q,unknown type,UNSUPPORTED"
    })
    void refusesByNameWhatNoBundleHas(String name, char type, String message, Kind kind) {
        byte[] bytes = new Packed().member(name, type, new byte[0]).bytes();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> unpack(bytes))
                .withMessageStartingWith("test.tar, at byte 0: ")
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @CsvSource({
        "L,40000,a name has 40000 bytes",
        "x,2000000,an extended header has 2000000 bytes",
        "x,9,holds no records",
        "g,16,gives all members one name"
    })
    void boundsWhatItKeepsInMemory(char type, int length, String message) {
        byte[] content = new byte[length];
        Arrays.fill(content, (byte) 'x');
        byte[] text = (length == 16 ? "16 path=abcdefg\n" : "9 a=b").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, content, 0, text.length);
        byte[] bytes = new Packed().member("e", type, content).bytes();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> unpack(bytes))
                .withMessageContaining(message);
    }

    @Test
    void refusesSizesThatOverflow() {
        byte[] pax = "28 size=999999999999999999\n".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new Packed()
                .member("e", 'x', Arrays.copyOf(pax, 27))
                .member("a", '0', new byte[3])
                .bytes();
        assertThatExceptionOfType(DiskImageException.class).isThrownBy(() -> unpack(bytes));
        byte[] header = Packed.header("a", 0, '0');
        Arrays.fill(header, 124, 136, (byte) 0x7f);
        header[124] = (byte) 0x80;
        Packed.sum(header);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> unpack(header))
                .withMessageContaining("a member's size is no number");
    }

    @Test
    void refusesTwoMembersOfOneName() throws IOException {
        Path file = Files.write(
                folder.resolve("two.tar"),
                new Packed().file("a", new byte[3]).file("./a", new byte[4]).bytes());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> TarArchive.read(file))
                .withMessageContaining("two members called 'a'");
    }

    @Test
    void refusesWhatIsNoArchive() {
        byte[] text = "# xl configuration\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> unpack(text))
                .withMessageContaining("this is no tar archive");
    }

    @Test
    void survivesDamagedArchives() throws IOException {
        Seed seed = Seed.of(7_311);
        Random random = seed.random();
        byte[] good = new Packed()
                .member("x", 'x', "20 path=longer-name\n".getBytes(StandardCharsets.UTF_8))
                .file("a", new byte[700])
                .member("n", 'L', "a-name\0".getBytes(StandardCharsets.UTF_8))
                .file("b", new byte[10])
                .bytes();
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(good, good.length - random.nextInt(2) * random.nextInt(good.length));
            for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                if (random.nextBoolean() && bytes.length >= 512) {
                    Packed.sum(bytes);
                }
            }
            try {
                unpack(bytes);
                read++;
            } catch (DiskImageException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("test.tar");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    @Test
    void readsOnlyTheHeadersOfAFile() throws IOException {
        Path file = folder.resolve("huge.tar");
        try (HostFile out = HostFile.create(file)) {
            byte[] header = Packed.header("huge.raw", 0, '0');
            Arrays.fill(header, 124, 136, (byte) 0);
            ByteBuffer.wrap(header).put(124, (byte) 0x80).putLong(128, 1L << 38);
            Packed.sum(header);
            out.write(0, ByteBuffer.wrap(header));
            out.write(
                    512 + (1L << 38),
                    ByteBuffer.wrap(new Packed().file("b", new byte[1]).bytes()));
        }
        TarArchive archive = TarArchive.read(file);
        assertThat(archive.members()).extracting(TarMember::size).containsExactly(1L << 38, 1L);
        assertThat(archive.member("./b")).isPresent();
        assertThat(archive.cut()).isEmpty();
    }

    private record Unpacked(TarMember member, ByteBuffer content) {}

    private static List<Unpacked> unpack(byte[] bytes) throws IOException {
        List<Unpacked> all = new ArrayList<>();
        try (TarReader reader = TarReader.over(new ByteArrayInputStream(bytes), CALLED)) {
            for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                ByteBuffer buffer = ByteBuffer.allocate(100);
                while (reader.read(buffer.clear()) >= 0) {
                    content.write(buffer.array(), 0, buffer.position());
                }
                all.add(new Unpacked(next.get(), ByteBuffer.wrap(content.toByteArray())));
            }
        }
        return all;
    }
}
