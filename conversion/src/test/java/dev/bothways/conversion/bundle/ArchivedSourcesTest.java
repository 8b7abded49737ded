package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.conversion.bundle.ovf.OvaWriter;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.archive.xva.XvaWriter;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xapi.XapiDialect;
import dev.bothways.machine.dialect.xapi.XapiDialect.Archive;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.MadeVma;
import dev.bothways.testing.Oracle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines in archives, found as a user names them: by the file or by the folder that it lies in. */
final class ArchivedSourcesTest {
    private static final int SIZE = 3 << 20;
    private static final String CONF = "name: web01\nmemory: 512\nscsi0: local:vm-1-disk-0,size=3M\n";

    @TempDir
    Path scratch;

    private Path folder;
    private Path room;
    private byte[] content = new byte[0];

    @BeforeEach
    void makeFolders() throws IOException {
        scratch = scratch.toRealPath();
        folder = Files.createDirectory(scratch.resolve("web01"));
        room = Files.createDirectory(scratch.resolve("room"));
        content = new byte[SIZE];
        new Random(12).nextBytes(content);
        Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
    }

    @ParameterizedTest
    @CsvSource({"ova, ovf", "xva, xapi", "vma, proxmox"})
    void findsTheMachineInAnArchive(String kind, String dialect) throws IOException {
        Path file = archive(kind);
        for (Path source : List.of(file, folder)) {
            SourceMachine found = SourceMachines.find(source, SourceOptions.usual());
            assertThat(found.dialect()).isEqualTo(dialect);
            assertThat(found.definition()).isEqualTo(file);
            assertThat(found.machine().name()).isEqualTo("web01");
            assertThat(found.warnings()).isEmpty();
            assertThat(found.disks()).extracting(SourceDisk::file).containsExactly(file);
            hasTheGuestsBytes(found);
        }
    }

    @ParameterizedTest
    @CsvSource({"xva, gzip, .gz", "xva, zstd, .zst", "vma, gzip, .gz", "vma, zstd, .zst", "vma, lzop, .lzo"})
    void unpacksAPackedOneForTheWhile(String kind, String program, String ending) throws IOException {
        Path file = packed(kind, program, ending);
        for (Path source : List.of(file, folder)) {
            SourceMachine found =
                    SourceMachines.find(source, SourceOptions.usual().unpackingIn(room));
            assertThat(found.machine().name()).isEqualTo("web01");
            assertThat(found.warnings())
                    .singleElement()
                    .asString()
                    .startsWith(file + " is packed with " + program + ", so its disks are unpacked");
            assertThat(room).isEmptyDirectory();
            hasTheGuestsBytes(found);
            hasTheGuestsBytes(found);
            assertThat(room).isEmptyDirectory();
        }
    }

    @Test
    void unpacksWhereAFolderIsYetToBeMade() throws IOException {
        SourceMachine found = SourceMachines.find(
                packed("vma", "gzip", ".gz"), SourceOptions.usual().unpackingIn(room.resolve("later/on")));
        try (DiskImage image = open(found)) {
            assertThat(image.describe().files()).containsExactly(found.definition());
            try (Stream<Path> inside = Files.list(room)) {
                assertThat(inside).hasSize(1);
            }
        }
        assertThat(room).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xva", "vma"})
    void leavesNothingOfAPackedOneThatIsDamaged(String kind) throws IOException {
        Path file = packed(kind, "gzip", ".gz");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        SourceMachine found = SourceMachines.find(file, SourceOptions.usual().unpackingIn(room));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open(found))
                .withMessageContaining(file.toString());
        assertThat(room).isEmptyDirectory();
    }

    @Test
    void asksForAFolderWhereThereIsSurelyNoRoom() throws IOException {
        Path file = folder.resolve("web01.xva.gz");
        String huge = xapi(1L << 60).definition().text();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(tar("ova.xml", huge.getBytes(StandardCharsets.UTF_8)));
        }
        SourceMachine found = SourceMachines.find(file, SourceOptions.usual());
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> open(found))
                .withMessageStartingWith(file + " is unpacked before its disks can be read, which takes up to "
                        + (1L << 60) + " bytes, and " + System.getProperty("java.io.tmpdir"))
                .withMessageEndingWith("; name a folder with room by --scratch DIR")
                .matches(e -> e.kind() == ConversionException.Kind.OUTPUT);
    }

    @Test
    void readsTheDefinitionOfARealBackupThatIsPacked() throws IOException {
        Path file = Corpus.file("dissect.hypervisor/vma/test.vma.gz");
        SourceMachine found = SourceMachines.find(file, SourceOptions.usual().unpackingIn(room));
        assertThat(found.machine().name()).isEqualTo("Test");
        assertThat(found.machine().memory().startup()).isEqualTo(2048L << 20);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> open(found))
                .withMessageContaining("the archive has not all of drive-scsi0; copy it again")
                .withMessageStartingWith(file.toString());
        assertThat(room).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"xz, .xz, xz -dk", "bzip2, .bz2, bzip2 -dk", "gzip, .gz, gzip -dk"})
    void saysHowToUnpackWhatIsPackedOtherwise(String program, String ending, String command) throws IOException {
        Path file = packed("ova", program, ending);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(file, SourceOptions.usual()))
                .withMessage(file + " is packed with " + program
                        + " and no backup or export that is read so; unpack it first: " + command + " web01.ova"
                        + ending);
    }

    @Test
    void leavesNoArchiveByTheNamesInIt() throws IOException {
        Path secret = Files.write(scratch.resolve("guest.vmdk"), content);
        Path ova = archive("ova");
        String envelope;
        try (var tar = dev.bothways.disk.HostFile.open(ova.resolve("web01.ovf"))) {
            ByteBuffer text = ByteBuffer.allocate((int) tar.size());
            tar.read(0, text);
            envelope = new String(text.array(), StandardCharsets.UTF_8);
        }
        for (String outside : List.of("../guest.vmdk", secret.toString(), "a/../../guest.vmdk")) {
            Files.write(
                    ova,
                    tar("web01.ovf", envelope.replace("web01-0.vmdk", outside).getBytes(StandardCharsets.UTF_8)));
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> SourceMachines.find(ova, SourceOptions.usual()))
                    .withMessageStartingWith(ova + ": the disk ")
                    .withMessageEndingWith(" is " + outside + ", which is not in the archive");
        }
        Files.write(ova, tar("../guest.vmdk", new byte[512], "web01.ovf", envelope.getBytes(StandardCharsets.UTF_8)));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> SourceMachines.find(ova, SourceOptions.usual()))
                .withMessageStartingWith(ova.toString())
                .withMessageContaining("the member '../guest.vmdk' has a path that leads out of the archive");
        assertThat(secret).hasBinaryContent(content);
    }

    @Test
    void refusesAnEnvelopeThatWasChanged() throws IOException {
        Path ova = archive("ova");
        byte[] bytes = Files.readAllBytes(ova);
        bytes[indexOf(bytes, ">web01<".getBytes(StandardCharsets.UTF_8)) + 1] = 'W';
        Files.write(ova, bytes);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(ova, SourceOptions.usual()))
                .withMessage(ova.resolve("web01.ovf") + " is not the envelope that the manifest has the digest of: it"
                        + " was changed since; get the package again, or remove the manifest if the change was meant");
    }

    @ParameterizedTest
    @CsvSource({
        "vma, 40, 'the header is damaged (its checksum differs); copy the archive again from where it came from'",
        "vma, 12840, 'is damaged'"
    })
    void refusesABackupWithAWrongChecksum(String kind, int at, String sentence) throws IOException {
        Path file = archive(kind);
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> SourceMachines.find(file, SourceOptions.usual()))
                .withMessageStartingWith(file.toString())
                .withMessageContaining(sentence);
    }

    @Test
    void refusesAnExportWithAWrongChecksumWhereItIsRead() throws IOException {
        Path file = archive("xva");
        byte[] bytes = Files.readAllBytes(file);
        int chunk = indexOf(bytes, Arrays.copyOf(content, 64));
        bytes[chunk + 100] ^= 1;
        Files.write(file, bytes);
        SourceMachine found = SourceMachines.find(file, SourceOptions.usual());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> hasTheGuestsBytes(found))
                .withMessageStartingWith(file.toString())
                .withMessageContaining("is damaged (its checksum differs)");
    }

    @Test
    void namesADiskThatIsNotInTheBackup() throws IOException {
        Path file = folder.resolve("web01.vma");
        new MadeVma(new Random(1))
                .configuration("qemu-server.conf", CONF + "virtio0: local:vm-1-disk-1,backup=0\n")
                .disk("drive-scsi0", content)
                .write(file);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(file, SourceOptions.usual()))
                .withMessageStartingWith(file + ": the disk virtio0 is not in the backup");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
    }

    private void hasTheGuestsBytes(SourceMachine found) throws IOException {
        try (DiskImage image = open(found)) {
            assertThat(image.size()).isEqualTo(SIZE);
            ByteBuffer read = ByteBuffer.allocate(SIZE);
            image.read(0, read);
            assertThat(read.array()).isEqualTo(content);
        }
    }

    private static DiskImage open(SourceMachine found) throws IOException {
        return found.disks().getFirst().opener().open(OpenOptions.usual().allowing(found.folder()));
    }

    private Path packed(String kind, String program, String ending) throws IOException {
        Path plain = archive(kind);
        Path file = Path.of(plain + ending);
        Oracle.require(program);
        try {
            Process process = new ProcessBuilder(program, "-c", plain.toString())
                    .redirectOutput(file.toFile())
                    .start();
            assertThat(process.waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        Files.delete(plain);
        return file;
    }

    private Path archive(String kind) throws IOException {
        Path file = folder.resolve("web01." + kind);
        switch (kind) {
            case "ova" -> ova(file);
            case "xva" -> xva(file);
            default ->
                new MadeVma(new Random(1))
                        .configuration("qemu-server.conf", CONF)
                        .disk("drive-scsi0", content)
                        .write(file);
        }
        return file;
    }

    private void ova(Path file) throws IOException {
        Machine machine = Machine.builder("web01", Platform.VMWARE)
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                        .medium("web01-0.vmdk", "vmdk")
                        .size(OptionalLong.of(SIZE))
                        .build()))
                .build();
        try (MemoryDisk disk = new MemoryDisk(SIZE);
                OvaWriter writer = OvaWriter.create(file, "web01", machine)) {
            disk.write(0, ByteBuffer.wrap(content));
            writer.disk(disk, CopyOptions.usual());
            writer.finish();
        }
    }

    private static Archive xapi(long size) {
        Machine machine = Machine.builder("web01", Platform.XEN_HVM)
                .firmware(new Firmware.Bios())
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                        .medium("disk", "raw")
                        .build()))
                .build();
        return new XapiDialect().archive(machine, List.of(size));
    }

    private void xva(Path file) throws IOException {
        Archive archive = xapi(SIZE);
        byte[] definition = archive.definition().text().getBytes(StandardCharsets.UTF_8);
        String name =
                archive.disks().getFirst().map(XapiDialect.ArchivedDisk::folder).orElseThrow();
        try (XvaWriter writer = XvaWriter.create(file, CreateOptions.usual(), XvaWriter.Sums.SHA1, definition);
                MemoryDisk source = new MemoryDisk(SIZE)) {
            source.write(0, ByteBuffer.wrap(content));
            try (ImageWriter image = writer.disk(name, SIZE)) {
                DiskCopy.copy(source, image, CopyOptions.usual());
                image.finish();
            }
            writer.finish();
        }
    }

    private static byte[] tar(Object... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] member = (byte[]) namesAndContents[i + 1];
                TarArchiveEntry entry = new TarArchiveEntry((String) namesAndContents[i], true);
                entry.setSize(member.length);
                out.putArchiveEntry(entry);
                out.write(member);
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
