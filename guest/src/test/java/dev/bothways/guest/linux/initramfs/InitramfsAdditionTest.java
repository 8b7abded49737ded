package dev.bothways.guest.linux.initramfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.InitramfsFact;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.TestVolumes;
import dev.bothways.testing.Oracle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

class InitramfsAdditionTest {
    private static final String RELEASE = "6.1.0-50-amd64";
    private static final String DIRECTORY = "/lib/modules/" + RELEASE;
    private static final List<String> WANTED = List.of("hv_vmbus", "hv_storvsc", "ata_piix", "sd_mod", "absent");

    /** An entry of a cpio archive in a hand-made initramfs. */
    private record Entry(String path, int mode, String content) {}

    private static byte[] cpio(Entry... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            write(out, entry);
        }
        write(out, new Entry("TRAILER!!!", 0, ""));
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Entry entry) {
        int[] fields = {
            1,
            entry.mode(),
            0,
            0,
            1,
            0,
            entry.content().length(),
            0,
            0,
            0,
            0,
            entry.path().length() + 1,
            0
        };
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format("%08x", field));
        }
        out.writeBytes((header + entry.path() + "\0").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[-out.size() & 3]);
        out.writeBytes(entry.content().getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[-out.size() & 3]);
    }

    /** As Debian's: /lib a link, one driver, and a list of what to load. */
    private static byte[] debian() throws IOException {
        return gzip(cpio(
                new Entry("usr", 040755, ""),
                new Entry("usr/lib", 040755, ""),
                new Entry("lib", 0120777, "usr/lib"),
                new Entry("usr/lib/modules", 040755, ""),
                new Entry("usr/lib/modules/" + RELEASE, 040755, ""),
                new Entry("usr/lib/modules/" + RELEASE + "/kernel", 040755, ""),
                new Entry("usr/lib/modules/" + RELEASE + "/kernel/scsi_mod.ko", 0100644, "held"),
                new Entry("conf", 040755, ""),
                new Entry("conf/modules", 0100644, "xen_blkfront"),
                new Entry("scripts", 040755, ""),
                new Entry("scripts/functions", 0100644, "")));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] xz(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream xz = new XZOutputStream(out, new LZMA2Options(), XZ.CHECK_CRC32)) {
            xz.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    private static GuestFiles guest() throws IOException {
        MemoryFileSystem files = new MemoryFileSystem("ext4", "11111111-2222-4333-8444-555555555555")
                .with(DIRECTORY + "/modules.dep", """
                        kernel/hv/hv_vmbus.ko.xz:
                        kernel/scsi/hv_storvsc.ko.xz: kernel/scsi/scsi_transport_fc.ko kernel/scsi_mod.ko.xz kernel/hv/hv_vmbus.ko.xz
                        kernel/scsi/scsi_transport_fc.ko: kernel/scsi_mod.ko.xz
                        kernel/scsi_mod.ko.xz:
                        kernel/sd_mod.ko.gz: kernel/scsi_mod.ko.xz
                        kernel/other.ko:
                        """)
                .with(DIRECTORY + "/modules.builtin", "kernel/ata_piix.ko\n")
                .with(DIRECTORY + "/modules.alias", "alias vmbus:d96361ba* hv_storvsc\n")
                .with(DIRECTORY + "/modules.softdep", "# none\n")
                .with(DIRECTORY + "/modules.symbols", "alias symbol:vmbus_open hv_vmbus\n")
                .with(DIRECTORY + "/kernel/hv/hv_vmbus.ko.xz", xz("the module hv_vmbus"))
                .with(DIRECTORY + "/kernel/scsi/hv_storvsc.ko.xz", xz("the module hv_storvsc"))
                .with(DIRECTORY + "/kernel/scsi/scsi_transport_fc.ko", "the module scsi_transport_fc")
                .with(DIRECTORY + "/kernel/scsi_mod.ko.xz", xz("the module scsi_mod"))
                .with(DIRECTORY + "/kernel/sd_mod.ko.gz", gzip("the module sd_mod".getBytes(StandardCharsets.US_ASCII)))
                .with(DIRECTORY + "/kernel/other.ko", "the module other");
        return new GuestFiles(Map.of("/", TestVolumes.of("xvda", files)));
    }

    private static byte[] completed(byte[] initramfs) throws IOException {
        InitramfsFact fact = InitramfsReader.read("initrd", RELEASE, new ByteArrayInputStream(initramfs));
        InitramfsAddition addition = new InitramfsAddition(fact);
        addition.modules(guest(), DIRECTORY, WANTED);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(initramfs);
        whole.writeBytes(addition.appendage(initramfs.length));
        return whole.toByteArray();
    }

    @Test
    void holdsTheModulesAndWhatTheyNeedAfterwards() throws IOException {
        byte[] whole = completed(debian());
        InitramfsFact fact = InitramfsReader.read("initrd", RELEASE, new ByteArrayInputStream(whole));
        assertThat(fact.problem()).isEmpty();
        assertThat(fact.modules())
                .containsOnlyKeys("hv_storvsc", "hv_vmbus", "scsi_mod", "scsi_transport_fc", "sd_mod")
                .containsEntry("hv_storvsc", "usr/lib/modules/" + RELEASE + "/kernel/scsi/hv_storvsc.ko");
        assertThat(fact.tree().text("conf/modules")).contains("xen_blkfront\nhv_vmbus\nhv_storvsc\nsd_mod\n");
    }

    @Test
    void unpacksToATreeInWhichModprobeFindsThem(@TempDir Path folder) throws IOException {
        Oracle cpio = Oracle.require("cpio");
        Oracle modprobe = Oracle.require("modprobe");
        byte[] initramfs = debian();
        byte[] whole = completed(initramfs);
        // The kernel unpacks one archive after the other; cpio takes one at a time.
        Path first = Files.write(
                folder.resolve("first"),
                new java.util.zip.GZIPInputStream(new ByteArrayInputStream(initramfs)).readAllBytes());
        int start = initramfs.length + (-initramfs.length & 3);
        Path second = Files.write(folder.resolve("second"), java.util.Arrays.copyOfRange(whole, start, whole.length));
        Path root = Files.createDirectory(folder.resolve("root"));
        cpio.run("-id", "-D", root, "-F", first).orFail();
        cpio.run("-iu", "-D", root, "-F", second).orFail();

        assertThat(root.resolve("lib")).isSymbolicLink();
        assertThat(root.resolve("lib/modules/" + RELEASE + "/kernel/scsi_mod.ko"))
                .hasContent("held");
        assertThat(root.resolve("lib/modules/" + RELEASE + "/kernel/hv/hv_vmbus.ko"))
                .hasContent("the module hv_vmbus");
        Oracle.Result shown = modprobe.run("-d", root, "-S", RELEASE, "--show-depends", "hv_storvsc")
                .orFail();
        String modules = root + "/lib/modules/" + RELEASE + "/kernel/";
        assertThat(shown.output().lines().map(String::strip))
                .containsExactly(
                        "insmod " + modules + "hv/hv_vmbus.ko",
                        "insmod " + modules + "scsi_mod.ko",
                        "insmod " + modules + "scsi/scsi_transport_fc.ko",
                        "insmod " + modules + "scsi/hv_storvsc.ko");
        assertThat(modprobe.run("-d", root, "-S", RELEASE, "--show-depends", "vmbus:d96361ba-1")
                        .orFail()
                        .output())
                .contains("hv_storvsc.ko");
        assertThat(modprobe.run("-d", root, "-S", RELEASE, "--show-depends", "ata_piix")
                        .orFail()
                        .output())
                .contains("builtin ata_piix");
    }

    @Test
    void tellsDracutToLoadThem() throws IOException {
        byte[] dracut = cpio(
                new Entry("etc", 040755, ""),
                new Entry("usr", 040755, ""),
                new Entry("usr/lib", 040755, ""),
                new Entry("usr/lib/dracut", 040755, ""),
                new Entry("usr/lib/dracut/build-parameter.txt", 0100644, " --hostonly"));
        InitramfsFact fact = InitramfsReader.read("initrd", RELEASE, new ByteArrayInputStream(completed(dracut)));
        assertThat(fact.tree().text("etc/cmdline.d/20-bothways.conf"))
                .contains("rd.driver.pre=hv_vmbus,hv_storvsc,sd_mod\n");
    }

    @Test
    void givesTheSameBytesEveryTime() throws IOException {
        assertThat(completed(debian())).isEqualTo(completed(debian()));
    }

    @Test
    void beginsAtAMultipleOfFourBehindAnyLength() throws IOException {
        for (int odd = 0; odd < 4; odd++) {
            byte[] initramfs = java.util.Arrays.copyOf(cpio(new Entry("a", 0100644, "b")), 248 + odd);
            byte[] whole = completed(initramfs);
            InitramfsFact fact = InitramfsReader.read("initrd", RELEASE, new ByteArrayInputStream(whole));
            assertThat(fact.archives()).hasSize(2);
            assertThat(fact.archives().getLast().offset() % 4).isZero();
        }
    }

    @Test
    void takesAnotherCompressionWhereAnOldKernelCouldNotReadOn(@TempDir Path folder) throws IOException {
        Oracle lz4 = Oracle.require("lz4");
        Path plain = Files.write(folder.resolve("plain"), cpio(new Entry("a", 0100644, "content")));
        Path packed = folder.resolve("packed");
        lz4.run("-l", "-q", plain, packed).orFail();
        byte[] initramfs = Files.readAllBytes(packed);
        InitramfsFact fact = InitramfsReader.read("initrd", RELEASE, new ByteArrayInputStream(initramfs));
        InitramfsAddition addition = new InitramfsAddition(fact);
        addition.file("conf/modules", "sd_mod\n");
        assertThat(addition.mustRewrite("5.4.0-42-generic")).isTrue();
        assertThat(addition.mustRewrite("5.15.0-1-generic")).isFalse();
        assertThat(addition.mustRewrite("4.19.0-5-amd64")).isTrue();
        assertThat(addition.mustRewrite("6.1.0")).isFalse();

        byte[] whole = addition.rewritten(initramfs);
        InitramfsFact after = InitramfsReader.read("initrd", RELEASE, new ByteArrayInputStream(whole));
        assertThat(after.problem()).isEmpty();
        assertThat(after.archives())
                .extracting(InitramfsFact.Archive::compression)
                .containsExactly("gzip", "none");
        assertThat(after.tree().text("conf/modules")).contains("sd_mod\n");
    }

    @Test
    void neverNamesADirectoryThatIsALink() throws IOException {
        byte[] initramfs = debian();
        byte[] whole = completed(initramfs);
        int start = initramfs.length + (-initramfs.length & 3);
        String added = new String(whole, start, whole.length - start, StandardCharsets.ISO_8859_1);
        assertThat(added).doesNotContain("\0lib\0").contains("usr/lib/modules/" + RELEASE + "/kernel/hv\0");
    }
}
