package dev.bothways.guest.linux.initramfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.guest.InitramfsFact;
import dev.bothways.guest.InitramfsFact.Archive;
import dev.bothways.guest.InitramfsFact.Generator;
import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.Compressor;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InitramfsReaderTest {
    private static final String RELEASE = "6.1.0-50-amd64";
    private static final String MODULES = "usr/lib/modules/" + RELEASE + "/kernel/";

    @TempDir
    private Path folder;

    @Test
    void readsMicrocodeInFrontOfTheCompressedArchive() throws IOException {
        byte[] early = new Cpio()
                .directory("kernel/x86/microcode")
                .file("kernel/x86/microcode/GenuineIntel.bin", "code")
                .done();
        byte[] main = Compressor.compress(Compression.ZSTD, debian());
        byte[] padded = Arrays.copyOf(early, (early.length / 512 + 1) * 512);

        InitramfsFact fact = read(joined(padded, main));

        assertThat(fact.problem()).isEmpty();
        assertThat(fact.archives()).containsExactly(new Archive(0, "none", 2), new Archive(padded.length, "zstd", 4));
        assertThat(fact.modules())
                .containsEntry("xen_blkfront", MODULES + "drivers/block/xen-blkfront.ko")
                .containsEntry("hv_storvsc", MODULES + "drivers/scsi/hv_storvsc.ko.xz")
                .hasSize(2);
        assertThat(fact.holds("hv-storvsc")).isTrue();
        assertThat(fact.generator()).isEqualTo(Generator.INITRAMFS_TOOLS);
        assertThat(fact.hostOnly()).hasValue(false);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "LZO")
    void readsAnArchiveAppendedToACompressedOne(Compression compression) throws IOException {
        byte[] first = Compressor.compress(compression, debian());
        byte[] second = new Cpio().file(MODULES + "drivers/hv/hv_vmbus.ko", "x").done();
        byte[] padded = Arrays.copyOf(first, (first.length + 3) / 4 * 4 + 4);

        InitramfsFact fact = read(joined(padded, second));

        assertThat(fact.problem()).isEmpty();
        assertThat(fact.archives()).extracting(Archive::compression).containsExactly(compression.id(), "none");
        assertThat(fact.modules()).containsOnlyKeys("xen_blkfront", "hv_storvsc", "hv_vmbus");
    }

    @Test
    void agreesWithCpio() throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createDirectories(tree.resolve(MODULES + "net"));
        Files.writeString(tree.resolve(MODULES + "net/a-b.ko"), "odd");
        Files.writeString(tree.resolve(MODULES + "net/c_d.ko.zst"), "12345678");
        Files.writeString(tree.resolve("init"), "#!/bin/sh");
        Files.createSymbolicLink(tree.resolve("lib"), Path.of("usr/lib"));
        Path archive = folder.resolve("archive");
        Oracle.shell("cd " + tree + " && find . | LC_ALL=C sort | cpio -o -H newc --quiet >" + archive, "cpio")
                .orFail();
        String listed = Oracle.require("cpio")
                .run("-it", "--quiet", "-F", archive)
                .orFail()
                .output();

        InitramfsFact fact = read(Files.readAllBytes(archive));

        assertThat(fact.problem()).isEmpty();
        assertThat(fact.archives().getFirst().entries())
                .isEqualTo((int) listed.lines().count());
        assertThat(fact.modules()).containsOnlyKeys("a_b", "c_d").containsValue(MODULES + "net/a-b.ko");
    }

    @Test
    void countsOnlyModulesOfItsKernel() throws IOException {
        byte[] archive = new Cpio()
                .file("lib/modules/5.10.0-1-amd64/kernel/old.ko", "x")
                .file("lib/modules/" + RELEASE + "/kernel/new.ko", "x")
                .file("lib/modules/" + RELEASE + "/modules.dep", "x")
                .done();

        assertThat(read(archive).modules()).containsOnlyKeys("new");
    }

    @Test
    void tellsDracutAndWhetherItIsForOneMachineAlone() throws IOException {
        byte[] all = new Cpio()
                .file("usr/lib/dracut/build-parameter.txt", " --force --no-hostonly --omit 'qemu'")
                .done();
        byte[] one = new Cpio()
                .file("usr/lib/dracut/build-parameter.txt", " --force --hostonly --no-hostonly-cmdline")
                .done();

        assertThat(read(all).generator()).isEqualTo(Generator.DRACUT);
        assertThat(read(all).hostOnly()).hasValue(false);
        assertThat(read(one).hostOnly()).hasValue(true);
    }

    @Test
    void keepsWhatItReadOfATruncatedOne() throws IOException {
        byte[] whole = joined(debian(), Compressor.compress(Compression.GZIP, debian()));

        InitramfsFact fact = read(Arrays.copyOf(whole, whole.length - 40));

        assertThat(fact.modules()).containsKey("xen_blkfront");
        assertThat(fact.problem())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("/boot/initrd.img is readable only in part: ")
                        .contains("cut short"));
    }

    @Test
    void namesWhatIsNoArchive() throws IOException {
        assertThat(read("GARBAGE GARBAGE".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .problem())
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("at byte 0 stands neither a cpio archive nor compressed data"));
        assertThat(read(new byte[0]).problem()).isEmpty();
    }

    @Test
    void stopsABomb() throws IOException {
        // A gzip stream whose plain bytes never end: one huge file.
        byte[] header = new Cpio().file("huge", "").done();
        byte[] name = Arrays.copyOf(header, 116);
        System.arraycopy("FFFFFFFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, name, 6 + 6 * 8, 8);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (var gzip = new java.util.zip.GZIPOutputStream(bomb)) {
            gzip.write(name);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 3; i++) {
                gzip.write(zeros);
            }
        }

        InitramfsFact fact = InitramfsReader.read(
                "/boot/initrd.img", RELEASE, new ByteArrayInputStream(bomb.toByteArray()), 2 << 20);

        assertThat(fact.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("unpacks to more than 2 MiB"));
    }

    /** What unpacks to far more than its size is given up long before its end, so a file of a mebibyte takes no minutes. */
    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "LZO", mode = EnumSource.Mode.EXCLUDE)
    void stopsWhatUnpacksToManyTimesItsSize(Compression compression) throws IOException {
        byte[] header = new Cpio().file("huge", "").done();
        byte[] plain = Arrays.copyOf(Arrays.copyOf(header, 116), 96 << 20);
        System.arraycopy("7FFFFFFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, plain, 6 + 6 * 8, 8);
        byte[] bomb = Compressor.compress(compression, plain);

        InitramfsFact fact = InitramfsReader.read("/boot/initrd.img", RELEASE, new ByteArrayInputStream(bomb));

        assertThat(fact.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("unpacks to more than 32 times its size"));
    }

    @Test
    void anErrorOfTheDiskIsNotOneOfTheInitramfs() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return into[read()];
            }
        };

        assertThatThrownBy(() -> InitramfsReader.read("/boot/initrd.img", RELEASE, broken))
                .hasMessage("the disk is gone");
    }

    @Test
    void damageNeverGivesMoreThanAProblem() throws IOException {
        Seed seed = Seed.of(11);
        Random random = seed.random();
        byte[] whole = joined(debian(), new byte[512], Compressor.compress(Compression.GZIP, debian()));
        for (int round = 0; round < 1_000; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) (random.nextBoolean() ? random.nextInt() : '0');
            }
            assertThat(read(damaged).modules().size()).as(seed.toString()).isLessThan(10);
        }
    }

    private static byte[] debian() {
        return new Cpio()
                .file("conf/initramfs.conf", "# comment\nMODULES=most\nBUSYBOX=auto\n")
                .file("scripts/functions", "")
                .file(MODULES + "drivers/block/xen-blkfront.ko", "x".repeat(1_001))
                .file(MODULES + "drivers/scsi/hv_storvsc.ko.xz", "y")
                .done();
    }

    private static InitramfsFact read(byte[] bytes) throws IOException {
        return InitramfsReader.read("/boot/initrd.img", RELEASE, new ByteArrayInputStream(bytes));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
