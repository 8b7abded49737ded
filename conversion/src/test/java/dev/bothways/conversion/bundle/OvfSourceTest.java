package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.conversion.bundle.ovf.OvfPackage;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskComparison;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Corpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines in OVF packages, with their disks. */
final class OvfSourceTest {
    private static final int SIZE = 3 << 20;

    @TempDir
    Path folder = Path.of("");

    private Path raw = Path.of("");
    private byte[] vmdk = new byte[0];

    @BeforeEach
    void makeDisk() throws IOException {
        byte[] content = new byte[SIZE];
        new Random(9).nextBytes(content);
        raw = Files.write(folder.resolve("guest.raw"), content);
        Path file = folder.resolve("guest.vmdk");
        CreateOptions streamed = CreateOptions.usual().withSetting("subformat", "streamOptimized");
        try (DiskImage image = DiskImages.open(raw)) {
            DiskConversion.convert(image, file, DiskFormat.VMDK, streamed, CopyOptions.usual(), false);
        }
        vmdk = Files.readAllBytes(file);
    }

    /** The file's element, and the files that it stands for. */
    private static String envelope(String fileAttributes) {
        return """
                <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                    xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
                    xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
                  <References><File ovf:id="f" %s/></References>
                  <DiskSection><Info/>
                    <Disk ovf:diskId="d" ovf:fileRef="f" ovf:capacity="%d" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
                    <Disk ovf:diskId="e" ovf:capacity="4" ovf:capacityAllocationUnits="byte * 2^20" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/></DiskSection>
                  <VirtualSystem ovf:id="web01"><Info/>
                    <VirtualHardwareSection><Info/>
                      <System><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                      <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                      <Item><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>64</rasd:VirtualQuantity></Item>
                      <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6</rasd:ResourceType><rasd:ResourceSubType>lsilogic</rasd:ResourceSubType></Item>
                      <Item><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:Parent>3</rasd:Parent><rasd:HostResource>ovf:/disk/d</rasd:HostResource></Item>
                      <Item><rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:Parent>3</rasd:Parent><rasd:HostResource>ovf:/disk/e</rasd:HostResource></Item>
                    </VirtualHardwareSection>
                  </VirtualSystem>
                </Envelope>
                """.formatted(fileAttributes, SIZE);
    }

    private SequencedMap<String, byte[]> files(String attributes) {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("web01.ovf", envelope(attributes).getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private SequencedMap<String, byte[]> plain() {
        SequencedMap<String, byte[]> files = files("ovf:href=\"disk1.vmdk\" ovf:size=\"" + vmdk.length + "\"");
        files.put("disk1.vmdk", vmdk);
        return files;
    }

    private Path ova(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                out.putArchiveEntry(entry);
                out.write(file.getValue());
                out.closeArchiveEntry();
            }
        }
        return Files.write(folder.resolve("web01.ova"), bytes.toByteArray());
    }

    private Path inFolder(Map<String, byte[]> files) throws IOException {
        Path made = Files.createDirectories(folder.resolve("package"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(made.resolve(file.getKey()), file.getValue());
        }
        return made.resolve("web01.ovf");
    }

    private Path packed(Map<String, byte[]> files, boolean archived) throws IOException {
        return archived ? ova(files) : inFolder(files);
    }

    private void hasTheGuestsBytes(SourceMachine machine) throws IOException {
        assertThat(machine.machine().name()).isEqualTo("web01");
        assertThat(machine.disks()).hasSize(2);
        try (DiskImage image = open(machine, 0);
                DiskImage guest = DiskImages.open(raw)) {
            assertThat(DiskComparison.of(image, guest).same()).isTrue();
        }
        try (DiskImage blank = open(machine, 1)) {
            assertThat(blank.size()).isEqualTo(4 << 20);
            assertThat(blank.extent(0, blank.size()).length()).isEqualTo(blank.size());
        }
        for (SourceDisk disk : machine.disks()) {
            assertThat(disk.file()).isRegularFile();
        }
    }

    private static DiskImage open(SourceMachine machine, int disk) throws IOException {
        return machine.disks()
                .get(disk)
                .opener()
                .open(OpenOptions.usual().allowing(machine.folder()).as(DiskFormat.VMDK));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsTheDisksOfAPackage(boolean archived) throws IOException {
        SourceMachine machine = OvfSource.read(packed(plain(), archived), SourceOptions.usual());
        hasTheGuestsBytes(machine);
        assertThat(machine.warnings()).isEmpty();
        assertThat(machine.dialect()).isEqualTo("ovf");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsAFileInPieces(boolean archived) throws IOException {
        SequencedMap<String, byte[]> files = files("ovf:href=\"disk1.vmdk\" ovf:chunkSize=\"1000000\"");
        for (int at = 0, number = 0; at < vmdk.length; at += 1_000_000, number++) {
            files.put(
                    "disk1.vmdk.%09d".formatted(number),
                    Arrays.copyOfRange(vmdk, at, Math.min(vmdk.length, at + 1_000_000)));
        }
        assertThat(files).hasSizeGreaterThan(3);
        hasTheGuestsBytes(OvfSource.read(packed(files, archived), SourceOptions.usual()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unpacksAFileThatIsPackedWithGzip(boolean archived) throws IOException {
        SequencedMap<String, byte[]> files = files("ovf:href=\"disk1.vmdk.gz\" ovf:compression=\"gzip\"");
        files.put("disk1.vmdk.gz", gzip(vmdk));
        SourceMachine machine = OvfSource.read(packed(files, archived), SourceOptions.usual());
        assertThat(machine.warnings())
                .singleElement()
                .asString()
                .contains("is packed with gzip, so its disks are unpacked before they are read");
        hasTheGuestsBytes(machine);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAFileOfAnotherSizeUnlessItIsLax(boolean archived) throws IOException {
        SequencedMap<String, byte[]> files = files("ovf:href=\"disk1.vmdk\" ovf:size=\"4711\"");
        files.put("disk1.vmdk", vmdk);
        Path source = packed(files, archived);
        String message = "disk1.vmdk has " + vmdk.length + " bytes, and the envelope says 4711";
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OvfSource.read(source, SourceOptions.usual()))
                .withMessageStartingWith(source + ": ")
                .withMessageEndingWith(message + "; get the package anew, or have it read all the same with --lax");
        SourceMachine machine = OvfSource.read(source, lax());
        assertThat(machine.warnings()).singleElement().asString().endsWith(message);
        hasTheGuestsBytes(machine);
        SequencedMap<String, byte[]> unsaid = files("ovf:href=\"disk1.vmdk\" ovf:size=\"0\"");
        unsaid.put("disk1.vmdk", vmdk);
        hasTheGuestsBytes(OvfSource.read(packed(unsaid, archived), SourceOptions.usual()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAPackageWithoutOneOfItsFiles(boolean archived) throws IOException {
        Path source = packed(files("ovf:href=\"disk1.vmdk\""), archived);
        for (SourceOptions options : List.of(SourceOptions.usual(), lax())) {
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> OvfSource.read(source, options))
                    .withMessageContaining("disk1.vmdk");
        }
    }

    @Test
    void refusesDisksThatAreNotWhatTheEnvelopeSays() throws IOException {
        String descriptor = """
                # Disk DescriptorFile
                version=1
                CID=fffffffe
                parentCID=%s
                createType="%s"
                RW %d SPARSE "disk1-s001.vmdk"
                %s
                """;
        int sectors = SIZE / 512;
        Map<String, byte[]> wrong = Map.of(
                "no bytes",
                new byte[0],
                "packed",
                gzip(vmdk),
                "of an unknown kind",
                descriptor.formatted("ffffffff", "noSuchType", sectors, "").getBytes(StandardCharsets.UTF_8),
                "without its parent",
                descriptor
                        .formatted("12345678", "monolithicSparse", sectors, "parentFileNameHint=\"gone.vmdk\"")
                        .getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, byte[]> disk : wrong.entrySet()) {
            SequencedMap<String, byte[]> files =
                    files("ovf:href=\"disk1.vmdk\" ovf:compression=\"identity\" ovf:size=\"0\"");
            files.put("disk1.vmdk", disk.getValue());
            SourceMachine machine = OvfSource.read(inFolder(files), SourceOptions.usual());
            assertThatExceptionOfType(DiskImageException.class)
                    .as(disk.getKey())
                    .isThrownBy(() -> open(machine, 0))
                    .withMessageContaining("disk1");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesACertificateThatIsNone(boolean archived) throws Exception {
        SequencedMap<String, byte[]> files = plain();
        files.put("web01.mf", manifest(files).getBytes(StandardCharsets.UTF_8));
        files.put("web01.cert", "SHA256(web01.mf)= 00".getBytes(StandardCharsets.UTF_8));
        Path source = packed(files, archived);
        for (SourceOptions options : List.of(SourceOptions.usual(), lax())) {
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> OvfSource.read(source, options))
                    .withMessageContaining("web01.cert");
        }
    }

    @Test
    void isLaxOnlyWithPackagesOfOvf() throws IOException {
        String breach = envelope("ovf:href=\"disk1.vmdk\"").replace("<rasd:InstanceID>5<", "<rasd:InstanceID>4<");
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("web01.ovf", breach.getBytes(StandardCharsets.UTF_8));
        files.put("disk1.vmdk", vmdk);
        Path ova = ova(files);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> SourceMachines.find(ova, SourceOptions.usual()))
                .withMessageContaining("there are two items with the InstanceID 4")
                .withMessageEndingWith("with --lax");
        hasTheGuestsBytes(SourceMachines.find(ova, lax()));
        Path other = Files.writeString(folder.resolve("a.cfg"), "name = 'a'\nbootloader = 'pygrub'\n");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(other, lax()))
                .withMessage(other + " is no OVF package, which alone is held to a specification; leave out --lax");
    }

    @Test
    void boundsWhatGzipUnpacksTo() throws IOException {
        SequencedMap<String, byte[]> files = files("ovf:href=\"disk1.vmdk.gz\" ovf:compression=\"gzip\"");
        files.put("disk1.vmdk.gz", gzip(new byte[64 << 20]));
        SourceMachine machine = OvfSource.read(ova(files), SourceOptions.usual());
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> open(machine, 0))
                .withMessageContaining("disk1.vmdk.gz unpacks to more than");
        files.put("disk1.vmdk.gz", vmdk);
        SourceMachine notPacked = OvfSource.read(ova(files), SourceOptions.usual());
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> open(notPacked, 0))
                .withMessageContaining("should be packed with gzip and is not");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void findsFilesByNamesWithEscapesOfUris() throws IOException {
        SequencedMap<String, byte[]> files = files("ovf:href=\"a%20disk%25.vmdk\"");
        files.put("a disk%.vmdk", vmdk);
        hasTheGuestsBytes(OvfSource.read(ova(files), SourceOptions.usual()));
        hasTheGuestsBytes(OvfSource.read(inFolder(files), SourceOptions.usual()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotLeaveThePackage(boolean archived) throws IOException {
        SequencedMap<String, byte[]> files = files("ovf:href=\"../guest.vmdk\"");
        Path source = packed(files, archived);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OvfSource.read(source, SourceOptions.usual()))
                .withMessageContaining("../guest.vmdk");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void comparesAllFilesWithTheManifest(boolean archived) throws Exception {
        SequencedMap<String, byte[]> files = plain();
        files.put("web01.mf", manifest(files).getBytes(StandardCharsets.UTF_8));
        Path source = packed(files, archived);
        assertThat(OvfSource.read(source, SourceOptions.usual()).warnings()).isEmpty();
        long[] read = new long[1];
        assertThat(OvfPackage.of(source).differing(count -> read[0] += count)).isEmpty();
        assertThat(read[0])
                .isEqualTo(vmdk.length
                        + envelope("ovf:href=\"disk1.vmdk\" ovf:size=\"" + vmdk.length + "\"")
                                .length());
        byte[] changed = vmdk.clone();
        changed[changed.length / 2] ^= 1;
        files.put("disk1.vmdk", changed);
        assertThat(OvfPackage.of(packed(files, archived)).differing(count -> {}))
                .singleElement()
                .asString()
                .contains("disk1.vmdk is not the file that the manifest has the SHA-256 digest of");
        files.put("web01.ovf", envelope("ovf:href=\"disk1.vmdk\"").getBytes(StandardCharsets.UTF_8));
        Path edited = packed(files, archived);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OvfSource.read(edited, SourceOptions.usual()))
                .withMessageContaining("it was changed since");
    }

    private static String manifest(Map<String, byte[]> files) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(file.getValue());
            lines.append(
                    "SHA256(%s)= %s\n".formatted(file.getKey(), HexFormat.of().formatHex(digest)));
        }
        return lines.toString();
    }

    @Test
    void readsTheDescriptionOfAnArchiveThatIsCut() throws IOException {
        Path ova = ova(plain());
        byte[] bytes = Files.readAllBytes(ova);
        Files.write(ova, Arrays.copyOf(bytes, bytes.length / 2));
        SourceMachine machine = OvfSource.read(ova, SourceOptions.usual());
        assertThat(machine.warnings()).anyMatch(text -> text.contains("the archive ends within disk1.vmdk"));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> open(machine, 0))
                .withMessageContaining("the archive ends within the member 'disk1.vmdk'");
    }

    @Test
    void readsTheDescriptionOfARealArchiveWhoseDiskIsCut() throws IOException {
        Path ova = Corpus.file("govmomi/ttylinux/ttylinux-pc_i486-16.1.ova");
        assertThat(OvfPackage.isArchive(ova)).isTrue();
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> OvfSource.read(ova, SourceOptions.usual()))
                .withMessageContaining(
                        "disk1.vmdk has 1048576 bytes, and the envelope says 10595840; get the package anew");
        SourceMachine machine = SourceMachines.find(ova, lax());
        assertThat(machine.machine().name()).startsWith("ttylinux");
        assertThat(machine.machine().platform()).isEqualTo(Platform.VMWARE);
        assertThat(OvfPackage.of(ova).differing(count -> {})).isEmpty();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> open(machine, 0))
                .withMessageContaining("ttylinux-pc_i486-16.1-disk1.vmdk");
    }

    @Test
    void comparesARealFolderWithItsManifest() throws IOException {
        OvfPackage files = OvfPackage.of(Corpus.file("cot/input.ovf"));
        assertThat(files.manifest().orElseThrow().entries()).hasSize(4);
        assertThat(files.differing(count -> {}))
                .singleElement()
                .asString()
                .contains("lists sample_cfg.txt, which is not in the package");
    }

    @Test
    void takesTheConfigurationThatIsAskedFor() throws IOException {
        String one = envelope("ovf:href=\"disk1.vmdk\"")
                .replace("</DiskSection>", """
                        </DiskSection>
                        <DeploymentOptionSection><Info/>
                          <Configuration ovf:id="small"><Label>Small</Label><Description/></Configuration>
                          <Configuration ovf:id="large"><Label>Large</Label><Description/></Configuration>
                        </DeploymentOptionSection>""")
                .replace("<Item><rasd:InstanceID>2<", """
                        <Item ovf:configuration="large"><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>2048</rasd:VirtualQuantity></Item>
                        <Item><rasd:InstanceID>2<""");
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("web01.ovf", one.getBytes(StandardCharsets.UTF_8));
        files.put("disk1.vmdk", vmdk);
        Path ova = ova(files);
        assertThat(SourceMachines.find(ova, SourceOptions.usual())
                        .machine()
                        .memory()
                        .startup())
                .isEqualTo(64L << 20);
        assertThat(SourceMachines.find(ova, configured("large"))
                        .machine()
                        .memory()
                        .startup())
                .isEqualTo(2048L << 20);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SourceMachines.find(ova, configured("huge")))
                .withMessageContaining("huge")
                .withMessageContaining("small")
                .withMessageContaining("large");
        Path other = Files.writeString(
                Files.createDirectory(folder.resolve("xl")).resolve("a.cfg"), "name = 'a'\nbootloader = 'pygrub'\n");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(other, configured("large")))
                .withMessage(
                        other + " is no OVF package, which alone offers configurations; leave out --configuration");
    }

    private static SourceOptions lax() {
        return options(Optional.empty(), true);
    }

    private static SourceOptions configured(String configuration) {
        return options(Optional.of(configuration), false);
    }

    private static SourceOptions options(Optional<String> configuration, boolean lax) {
        SourceOptions usual = SourceOptions.usual();
        return new SourceOptions(
                usual.allowed(),
                usual.name(),
                usual.machine(),
                usual.snapshot(),
                configuration,
                usual.memory(),
                usual.processors(),
                usual.firmware(),
                usual.scratch(),
                lax);
    }
}
