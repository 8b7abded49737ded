package dev.bothways.disk.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskComparison;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OutputException;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks are opened where they lie in an archive. */
final class ArchivedDiskTest {
    @TempDir
    Path folder = Path.of("");

    private Path raw() throws IOException {
        byte[] content = new byte[(1 << 20) + 512];
        new Random(5).nextBytes(content);
        return Files.write(folder.resolve("a.raw"), content);
    }

    @Test
    void opensAStreamOptimisedVmdkFromARangeOfTheFile() throws IOException {
        Path vmdk = folder.resolve("a.vmdk");
        CreateOptions streamed = CreateOptions.usual().withSetting("subformat", "streamOptimized");
        try (DiskImage source = DiskImages.open(raw())) {
            DiskConversion.convert(source, vmdk, DiskFormat.VMDK, streamed, CopyOptions.usual(), false);
        }
        Path ova = Files.write(
                folder.resolve("a.ova"),
                new Packed()
                        .file("a.ovf", "<Envelope/>".getBytes(StandardCharsets.UTF_8))
                        .file("disks/a.vmdk", Files.readAllBytes(vmdk))
                        .bytes());
        Path member = ova.resolve("disks/a.vmdk");
        assertThat(DiskImages.inside(ova)).containsExactly(member);
        try (DiskImage image = DiskImages.open(member);
                DiskImage same = DiskImages.open(raw())) {
            assertThat(image.describe().format()).isEqualTo(DiskFormat.VMDK);
            assertThat(image.describe().files()).containsExactly(member);
            assertThat(DiskComparison.of(image, same).same()).isTrue();
            assertThat(image.check()).isEmpty();
        }
    }

    @Test
    void willNotReplaceTheArchiveThatIsRead() throws IOException {
        Path ova = Files.write(
                folder.resolve("a.ova"),
                new Packed().file("a.raw", new byte[1 << 20]).bytes());
        try (DiskImage source = DiskImages.open(ova.resolve("a.raw"))) {
            assertThatExceptionOfType(OutputException.class)
                    .isThrownBy(() -> DiskConversion.convert(
                            source, ova, DiskFormat.VHDX, CreateOptions.usual(), CopyOptions.usual(), true))
                    .withMessageContaining("is the image that is being read");
        }
    }

    @Test
    void findsExtentsAndParentsOnlyInTheSameArchive() throws IOException {
        String descriptor = """
                # Disk DescriptorFile
                version=1
                CID=1
                parentCID=ffffffff
                createType="monolithicFlat"
                RW 2049 FLAT "a-flat.vmdk" 0
                """;
        byte[] text = descriptor.getBytes(StandardCharsets.UTF_8);
        byte[] data = Files.readAllBytes(raw());
        Path whole = Files.write(
                folder.resolve("whole.ova"),
                new Packed().file("d/a.vmdk", text).file("d/a-flat.vmdk", data).bytes());
        try (DiskImage image = DiskImages.open(whole.resolve("d/a.vmdk"));
                DiskImage same = DiskImages.open(raw())) {
            assertThat(DiskComparison.of(image, same).same()).isTrue();
        }
        Files.write(folder.resolve("a-flat.vmdk"), data);
        Path alone = Files.write(
                folder.resolve("alone.ova"), new Packed().file("a.vmdk", text).bytes());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(alone.resolve("a.vmdk")))
                .withMessageContaining("of which there is none in");
    }

    @Test
    void namesTheMemberThatTheArchivesEndCuts() throws IOException {
        byte[] bytes = new Packed()
                .file("a.ovf", new byte[5])
                .file("a.vmdk", new byte[9000])
                .bytes();
        Path ova = Files.write(folder.resolve("cut.ova"), Arrays.copyOf(bytes, 5000));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(ova.resolve("a.vmdk")))
                .withMessageContaining("the archive ends within the member 'a.vmdk', which should have 9000 bytes")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TRUNCATED));
        assertThat(TarArchive.read(ova).members()).hasSize(2);
        assertThat(DiskImages.inside(ova)).containsExactly(ova.resolve("a.vmdk"));
    }

    @Test
    void tellsHowADiskInAnArchiveIsNamed() throws IOException {
        Path ova = Files.write(
                folder.resolve("a.ova"),
                new Packed().file("b.raw", new byte[512]).bytes());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(ova))
                .withMessageContaining("ARCHIVE/MEMBER");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> DiskImages.open(ova.resolve("c.raw")))
                .withMessageContaining("there is no such file in the archive");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> DiskImages.open(ova.resolve("../../../../../../etc/passwd")))
                .withMessageContaining("there is no such file in the archive");
    }

    @Test
    void refusesTheCutDiskOfARealArchive() throws IOException {
        Path ova = Corpus.file("govmomi/ttylinux/ttylinux-pc_i486-16.1.ova");
        Path disk = ova.resolve("ttylinux-pc_i486-16.1-disk1.vmdk");
        assertThat(DiskImages.inside(ova)).containsExactly(disk);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(disk))
                .withMessageStartingWith(disk.toString());
    }
}
