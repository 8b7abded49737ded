package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.DiskArchive.Disk;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.archive.Packed;
import dev.bothways.disk.archive.xva.XvaWriter;
import dev.bothways.disk.archive.xva.XvaWriter.Sums;
import dev.bothways.testing.MadeVma;
import dev.bothways.testing.Seed;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What archives hold, and their disks by paths below them. */
final class DiskArchiveTest {
    private static final int MIB = 1 << 20;

    private final byte[] content = new byte[3 * MIB + 4096];

    @TempDir
    Path folder = Path.of("");

    DiskArchiveTest() {
        Seed.of(9_300).random().nextBytes(content);
    }

    private static String object(String type, String id, Map<String, String> fields) {
        StringBuilder members = new StringBuilder();
        fields.forEach((name, value) ->
                members.append("<member><name>%s</name><value>%s</value></member>".formatted(name, value)));
        return """
                <value><struct>
                  <member><name>class</name><value>%s</value></member>
                  <member><name>id</name><value>%s</value></member>
                  <member><name>snapshot</name><value><struct>%s</struct></value></member>
                </struct></value>
                """.formatted(type, id, members);
    }

    private Path xva() throws IOException {
        String objects = object(
                        "VM", "Ref:1", Map.of("name_label", "web &amp; 01", "is_a_template", "<boolean>0</boolean>"))
                + object("VM", "Ref:9", Map.of("name_label", "template", "is_a_template", "<boolean>1</boolean>"))
                + object("VBD", "Ref:2", Map.of("VDI", "Ref:4", "type", "Disk"))
                + object("VBD", "Ref:3", Map.of("VDI", "Ref:5", "type", "CD"))
                + object("VDI", "Ref:4", Map.of("name_label", "root", "virtual_size", Integer.toString(content.length)))
                + object("VDI", "Ref:5", Map.of("name_label", "tools.iso", "virtual_size", "5"));
        Path file = folder.resolve("web01.xva");
        byte[] definition = """
                <value><struct>
                  <member><name>version</name><value><struct>
                    <member><name>product_version</name><value>8.4.0</value></member>
                    <member><name>xapi_major</name><value><int>1</int></value></member>
                  </struct></value></member>
                  <member><name>objects</name><value><array><data>%s</data></array></value></member>
                </struct></value>
                """.formatted(objects).getBytes(StandardCharsets.UTF_8);
        try (XvaWriter writer = XvaWriter.create(file, CreateOptions.usual(), Sums.XXHASH, definition);
                MemoryDisk source = new MemoryDisk(content.length);
                ImageWriter image = writer.disk("Ref:4", content.length)) {
            source.write(0, ByteBuffer.wrap(content));
            DiskCopy.copy(source, image, CopyOptions.usual().withHash());
            image.finish();
            writer.finish();
        }
        return file;
    }

    private Path xva(String definition) throws IOException {
        return Files.write(
                folder.resolve("odd.xva"),
                new Packed()
                        .file("ova.xml", definition.getBytes(StandardCharsets.UTF_8))
                        .bytes());
    }

    private Path vma() throws IOException {
        Path file = folder.resolve("web01.vma");
        new MadeVma(Seed.of(9_301).random())
                .configuration("qemu-server.conf", "name: web01\nscsi0: local:100/a.raw\n\n[snap]\nname: other\n")
                .disk("drive-scsi0", content)
                .write(file);
        return file;
    }

    private static Path packed(Path file, String ending) throws IOException {
        Path packed = Path.of(file + ending);
        try (OutputStream out = Files.newOutputStream(packed);
                OutputStream packing = ending.equals(".gz") ? new GZIPOutputStream(out) : new ZstdOutputStream(out)) {
            packing.write(Files.readAllBytes(file));
        }
        return packed;
    }

    private static DiskArchive listing(Path file) throws IOException {
        return DiskArchive.of(file).orElseThrow();
    }

    private void assertHoldsTheContent(Path path) throws IOException {
        byte[] read = new byte[content.length];
        try (DiskImage disk = DiskImages.open(path)) {
            assertThat(disk.size()).isEqualTo(content.length);
            disk.read(0, ByteBuffer.wrap(read));
            assertThat(disk.check()).isEmpty();
        }
        assertThat(read).isEqualTo(content);
    }

    @Test
    void listsAndOpensTheDisksOfAnXva() throws IOException {
        Path file = xva();
        DiskArchive archive = listing(file);
        assertThat(archive.kind()).isEqualTo("XVA");
        assertThat(archive.packing()).isEmpty();
        assertThat(archive.details())
                .containsExactly(
                        Map.entry("machine", "web & 01"),
                        Map.entry("product version", "8.4.0"),
                        Map.entry("xapi major", "1"));
        assertThat(archive.disks()).containsExactly(new Disk("Ref:4", "raw", OptionalLong.of(content.length), "root"));
        assertHoldsTheContent(file.resolve("Ref:4"));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> DiskImages.open(file.resolve("Ref:7")));
    }

    @Test
    void listsAndOpensTheDisksOfAVma() throws IOException {
        Path file = vma();
        DiskArchive archive = listing(file);
        assertThat(archive.kind()).isEqualTo("VMA");
        assertThat(archive.details())
                .containsEntry("machine", "web01")
                .containsEntry("uuid", MadeVma.ID.toString())
                .containsKey("created");
        assertThat(archive.disks())
                .containsExactly(new Disk("drive-scsi0", "raw", OptionalLong.of(content.length), ""));
        assertHoldsTheContent(file.resolve("drive-scsi0"));
        assertHoldsTheContent(file.resolve("scsi0"));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> DiskImages.open(file.resolve("drive-scsi1")))
                .matches(e -> "there is no such disk in the archive".equals(e.getReason()));
    }

    @Test
    void listsTheDisksOfAnOvaWithItsManifest() throws IOException {
        Path file = Files.write(
                folder.resolve("a.ova"),
                new Packed()
                        .file("a.ovf", "<Envelope/>".getBytes(StandardCharsets.UTF_8))
                        .file("a.mf", "SHA256(a.ovf)= 00\n".getBytes(StandardCharsets.UTF_8))
                        .file("a.cert", new byte[3])
                        .file("disk.raw", content)
                        .file("broken.vmdk", "KDMV".getBytes(StandardCharsets.US_ASCII))
                        .file("notes.txt", new byte[5])
                        .bytes());
        DiskArchive archive = listing(file);
        assertThat(archive.kind()).isEqualTo("OVA");
        assertThat(archive.details())
                .containsExactly(
                        Map.entry("envelope", "a.ovf"),
                        Map.entry("manifest", "a.mf, SHA256"),
                        Map.entry("certificate", "a.cert"));
        assertThat(archive.disks()).hasSize(2);
        assertThat(archive.disks().getFirst())
                .isEqualTo(new Disk("disk.raw", "raw", OptionalLong.of(content.length), ""));
        assertThat(archive.disks().getLast()).satisfies(disk -> {
            assertThat(disk.name()).isEqualTo("broken.vmdk");
            assertThat(disk.size()).isEmpty();
            assertThat(disk.note()).isNotEmpty().doesNotContain(file.toString());
        });
    }

    @Test
    void listsPackedArchivesAndRefusesTheirDisksByName() throws IOException {
        for (String ending : new String[] {".gz", ".zst"}) {
            String by = ending.equals(".gz") ? "gzip" : "zstd";
            Path xva = packed(xva(), ending);
            Path vma = packed(vma(), ending);
            Path ova = packed(
                    Files.write(
                            folder.resolve("a.ova"),
                            new Packed()
                                    .file("a.ovf", new byte[5])
                                    .file("a.raw", content)
                                    .file("a.disk", Arrays.copyOf("vhdxfile".getBytes(StandardCharsets.US_ASCII), 9000))
                                    .bytes()),
                    ending);
            assertThat(listing(xva).disks()).hasSize(1);
            assertThat(listing(vma).disks()).hasSize(1);
            assertThat(listing(ova).disks())
                    .containsExactly(
                            new Disk("a.raw", "raw", OptionalLong.of(content.length), ""),
                            new Disk("a.disk", "vhdx", OptionalLong.empty(), ""));
            Map<Path, String> disks = Map.of(xva, "Ref:4", vma, "drive-scsi0", ova, "a.raw");
            for (Map.Entry<Path, String> entry : disks.entrySet()) {
                Path disk = entry.getKey().resolve(entry.getValue());
                assertThat(listing(entry.getKey()).packing()).contains(by);
                assertThatExceptionOfType(DiskImageException.class)
                        .isThrownBy(() -> DiskImages.open(disk))
                        .withMessageContaining("it is packed with " + by + ", so no disk in it can be read in place")
                        .matches(e -> e.kind() == Kind.UNSUPPORTED);
            }
            Files.delete(folder.resolve("web01.xva"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<value><struct> | is no sound XML",
                "<!DOCTYPE value [<!ENTITY e 'x'>]><value>&e;</value> | document type",
                "NESTED | deeper ones than 32",
                "UNSIZED | gives the disk Ref:4 no size"
            })
    void refusesDefinitionsThatMakeNoSense(String definition, String message) throws IOException {
        String vdi = object("VDI", "Ref:4", Map.of("virtual_size", "-5", "type", "suspend"));
        String text = switch (definition) {
            case "NESTED" -> "<value>".repeat(40) + "</value>".repeat(40);
            case "UNSIZED" ->
                "<value><struct><member><name>objects</name><value><array><data>" + vdi
                        + "</data></array></value></member></struct></value>";
            default -> definition;
        };
        Path file = xva(text);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskArchive.of(file))
                .withMessageContaining(file + ": the definition in it (ova.xml)")
                .withMessageContaining(message)
                .matches(e -> e.kind() == Kind.MALFORMED);
    }

    @Test
    void refusesDamagedPackedArchives() throws IOException {
        byte[] bytes = Files.readAllBytes(packed(
                Files.write(
                        folder.resolve("a.ova"),
                        new Packed().file("a.raw", content).bytes()),
                ".gz"));
        Path cut = Files.write(folder.resolve("cut.ova.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskArchive.of(cut))
                .withMessageContaining("it cannot be unpacked with gzip");
    }

    @Test
    void saysNothingOfWhatIsNoArchive() throws IOException {
        assertThat(DiskArchive.of(Files.write(folder.resolve("a.raw"), content)))
                .isEmpty();
        Path gzip = packed(Files.write(folder.resolve("a.txt"), new byte[5000]), ".gz");
        assertThat(DiskArchive.of(gzip)).isEmpty();
        assertThat(DiskArchive.of(folder)).isEmpty();
    }

    @Test
    void refusesASnapshotOfADiskInAnArchive() throws IOException {
        Path disk = vma().resolve("drive-scsi0");
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(disk, OpenOptions.usual().atSnapshot("one")))
                .withMessageContaining("keeps no snapshots");
    }
}
