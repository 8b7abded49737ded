package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.GuestHash;
import dev.bothways.disk.SliceDisk;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.FileSystems;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A small guest of Xen goes to Hyper-V and back. */
final class ConversionTest {
    private static final String DISK = "Virtual Hard Disks/web01-0.vhdx";
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2006-07-18T12:00:00Z"));

    @TempDir
    static Path scratch;

    private static Path source;
    private static SortedMap<String, String> sourceBefore;
    private static Path hyperv;
    private static Path xen;

    @TempDir
    Path own;

    @BeforeAll
    static void convertThereAndBack() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        source = TinyXenGuest.make(scratch);
        for (String file : List.of("root.img", "web01.cfg")) {
            Files.setLastModifiedTime(source.resolve(file), LONG_AGO);
        }
        sourceBefore = digests(source);
        hyperv = scratch.resolve("hyperv/web01");
        xen = scratch.resolve("xen/web01");
        convert(source, "hyperv", hyperv);
        convert(hyperv, "xen", xen);
    }

    @Test
    void writesADiskThatQemuCallsClean() {
        Oracle.Result result = Oracle.require("qemu-img").run("check", "-f", "vhdx", hyperv.resolve(DISK));
        assertThat(result.output()).contains("No errors were found");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void becomesAMachineOfKvm() throws IOException {
        Path kvm = own.resolve("web01");
        convert(source, "kvm", kvm);
        Oracle.require("qemu-img")
                .run("check", "-f", "qcow2", kvm.resolve("web01-vda.qcow2"))
                .orFail();
        Path raw = own.resolve("disk.raw");
        Oracle.require("qemu-img")
                .run("convert", "-O", "raw", kvm.resolve("web01-vda.qcow2"), raw)
                .orFail();
        Oracle.require("e2fsck")
                .run("-fn", raw + "?offset=" + partition(raw).offset())
                .orFail();
        Path definition = kvm.resolve("web01.xml");
        String text = Files.readString(definition);
        assertThat(text).contains("<driver name=\"qemu\" type=\"qcow2\"/>").contains("bus=\"virtio\"");
        Files.writeString(definition, text.replace("file=\"web01", "file=\"" + kvm + "/web01"));
        Oracle.require("virt-xml-validate").run(definition, "domain").orFail();
        convert(kvm, "xen", own.resolve("back"));
        assertThat(own.resolve("back/web01-xvda.raw")).exists();
    }

    @Test
    void leavesAFileSystemThatE2fsckCallsClean() throws IOException {
        Path raw = own.resolve("disk.raw");
        Oracle.require("qemu-img")
                .run("convert", "-O", "raw", hyperv.resolve(DISK), raw)
                .orFail();
        Oracle.require("e2fsck")
                .run("-fn", raw + "?offset=" + partition(raw).offset())
                .orFail();
        Path back = xen.resolve("web01-xvda.raw");
        Oracle.require("e2fsck")
                .run("-fn", back + "?offset=" + partition(back).offset())
                .orFail();
    }

    @Test
    void theManifestHoldsTheHashOfWhatTheGuestSees() throws IOException {
        for (Path folder : List.of(hyperv, xen)) {
            Manifest.ManifestDisk disk = Manifest.read(folder).disks().getFirst();
            try (DiskImage image = DiskImages.open(folder.resolve(disk.file()))) {
                assertThat(disk.guestHash()).isEqualTo(GuestHash.of(image).toString());
                assertThat(disk.size()).isEqualTo(image.size());
            }
            assertThat(disk.fileSize()).isEqualTo(Files.size(folder.resolve(disk.file())));
            assertThat(disk.sha256()).isEqualTo(FileDigest.of(folder.resolve(disk.file())));
        }
        try (DiskImage image = DiskImages.open(source.resolve("root.img"))) {
            assertThat(Manifest.read(hyperv).source().disks())
                    .containsExactly(new Manifest.SourceDisk(
                            "xvda",
                            "root.img",
                            "raw",
                            image.size(),
                            GuestHash.of(image).toString()));
        }
    }

    @Test
    void theManifestIsAsItsSchemaSays() throws IOException {
        JsonSchema schema = JsonSchema.of("manifest.schema.json");
        for (Path folder : List.of(hyperv, xen)) {
            schema.accepts(JsonMapper.shared().readTree(Files.readString(folder.resolve("bothways.json"))));
        }
    }

    @Test
    void theManifestTellsWhatWasDoneAndWhy() throws IOException {
        Manifest manifest = Manifest.read(hyperv);
        assertThat(manifest.target()).isEqualTo("hyperv");
        assertThat(manifest.platform()).isEqualTo("hyperv-gen1");
        assertThat(manifest.source().definition()).isEqualTo("web01.cfg");
        assertThat(manifest.files()).extracting(Manifest.ManifestFile::file).containsExactly("import.ps1");
        assertThat(manifest.changes())
                .contains(new Manifest.Change("disk xvda", "xvda", "ide 0:0", "drives are there on hyperv-gen1"))
                .contains(new Manifest.Change("firmware", "pygrub", "BIOS", "what starts a guest on hyperv-gen1"));
        assertThat(manifest.fixups())
                .extracting(Manifest.FixupRecord::fixup)
                .contains("partition table", "initramfs drivers")
                .anyMatch(name -> name.contains("boot loader"));
        assertThat(manifest.fixups())
                .allSatisfy(record -> assertThat(record.reason()).isNotBlank())
                .allSatisfy(record -> assertThat(record.summary()).isNotEmpty());
        Manifest.FixupRecord fstab = manifest.fixups().stream()
                .filter(record -> record.path().equals("/etc/fstab"))
                .findFirst()
                .orElseThrow();
        assertThat(fstab.after().orElseThrow())
                .isEqualTo(
                        FileDigest.of(inside(hyperv.resolve(DISK), "/etc/fstab").getBytes(StandardCharsets.UTF_8)))
                .isNotEqualTo(fstab.before().orElseThrow());
    }

    @Test
    void mountsTheRootByItsUuidAndGivesTheKernelTheConsolesOfTheTarget() throws IOException {
        String fstab = inside(hyperv.resolve(DISK), "/etc/fstab");
        assertThat(fstab)
                .contains("# what is mounted\n", "UUID=" + TinyXenGuest.UUID + " / ext4 errors=remount-ro 0 1")
                .doesNotContain("/dev/xvda");
        String menu = inside(hyperv.resolve(DISK), "/boot/grub/grub.cfg");
        assertThat(menu).contains("root=UUID=" + TinyXenGuest.UUID, "console=ttyS0");
        assertThat(inside(xen.resolve("web01-xvda.raw"), "/boot/grub/grub.cfg")).contains("console=hvc0");
        assertThat(inside(xen.resolve("web01-xvda.raw"), "/etc/fstab")).isEqualTo(fstab);
    }

    @Test
    void aDefinitionOfTheTargetLiesBesideTheDisks() throws IOException {
        assertThat(Files.readString(hyperv.resolve("import.ps1"))).contains("web01", "web01-0.vhdx");
        String cfg = Files.readString(xen.resolve("web01.cfg"));
        assertThat(cfg).contains("name", "web01", "pygrub", "web01-xvda.raw", TinyXenGuest.MAC);
        assertThat(digests(hyperv).keySet()).containsExactly(DISK, "bothways.json", "import.ps1");
        assertThat(digests(xen).keySet()).containsExactly("bothways.json", "web01-xvda.raw", "web01.cfg");
    }

    @Test
    void verifiesWhatItWrote() throws IOException {
        for (Path folder : List.of(hyperv, xen)) {
            Verification.Result result = Verification.verify(folder);
            assertThat(result.failed()).isEmpty();
            assertThat(result.good()).isTrue();
            assertThat(result.passed()).hasSize(3);
        }
    }

    @Test
    void verificationFindsAFlippedByteInADisk() throws IOException {
        Path copy = copy(hyperv);
        flip(copy.resolve(DISK), Files.size(copy.resolve(DISK)) - 4096);
        assertThat(Verification.verify(copy).failed())
                .contains(DISK + " was changed after the conversion (its SHA-256 differs)");
        Path raw = copy(xen);
        flip(
                raw.resolve("web01-xvda.raw"),
                partition(raw.resolve("web01-xvda.raw")).offset());
        assertThat(Verification.verify(raw).failed())
                .containsExactly(
                        "web01-xvda.raw was changed after the conversion (its SHA-256 differs)",
                        "web01-xvda.raw does not show the guest what was converted");
    }

    @Test
    void verificationFindsWhatIsMissingCutOrEdited() throws IOException {
        Path copy = copy(hyperv);
        Files.writeString(copy.resolve("import.ps1"), "\n", StandardOpenOption.APPEND);
        Path disk = copy.resolve(DISK);
        long size = Files.size(disk);
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            channel.truncate(size - (1 << 20));
        }
        Verification.Result cut = Verification.verify(copy);
        assertThat(cut.good()).isFalse();
        assertThat(cut.failed())
                .contains(DISK + " has " + (size - (1 << 20)) + " bytes instead of " + size)
                .contains("import.ps1 was changed after the conversion");
        Files.delete(disk);
        Files.delete(copy.resolve("import.ps1"));
        assertThat(Verification.verify(copy).failed()).containsExactly(DISK + " is missing", "import.ps1 is missing");
    }

    @Test
    void theSameSourceGivesTheSameBytesInEveryFile() throws IOException {
        Path again = own.resolve("again");
        convert(source, "hyperv", again);
        assertThat(digests(again)).isEqualTo(digests(hyperv));
        Path back = own.resolve("back");
        convert(again, "xen", back);
        assertThat(digests(back)).isEqualTo(digests(xen));
    }

    @Test
    void theSourceIsAsItWas() throws IOException {
        assertThat(digests(source)).isEqualTo(sourceBefore);
        for (String file : List.of("root.img", "web01.cfg")) {
            assertThat(Files.getLastModifiedTime(source.resolve(file))).isEqualTo(LONG_AGO);
        }
    }

    @Test
    void aPlanAloneWritesNothing() throws IOException {
        SortedMap<String, String> before = digests(scratch);
        try (Conversion conversion = Conversion.plan(request(source, "hyperv"))) {
            Plan plan = conversion.plan();
            assertThat(plan.machine().platform()).isEqualTo(Platform.HYPERV_GEN1);
            assertThat(plan.diskFiles()).containsExactly(DISK);
            assertThat(plan.fixups().blockers()).isEmpty();
            assertThat(plan.fixups().isEmpty()).isFalse();
        }
        assertThat(digests(scratch)).isEqualTo(before);
    }

    /** With every amount of free space the plan says what the conversion would run into. */
    @Test
    void refusesAPlaceWithoutRoomAndNoOther() throws IOException {
        long written;
        try (Stream<Path> files = Files.walk(hyperv)) {
            written = files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
        for (long free : new long[] {0, 1 << 20, written / 2, written - (8 << 20)}) {
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> Conversion.plan(request(source, "hyperv"), place(OptionalLong.of(free)))
                            .close())
                    .withMessageContaining("only " + free + " are free in " + own)
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.OUTPUT));
        }
        for (OptionalLong free : List.of(OptionalLong.of(2 * written), OptionalLong.empty())) {
            try (Conversion conversion = Conversion.plan(request(source, "hyperv"), place(free))) {
                assertThat(conversion.sizes().free()).isEqualTo(free);
                assertThat(conversion.sizes().needed()).isBetween(written / 2, 2 * written);
                assertThat(conversion.sizes().disks()).hasSize(1);
            }
        }
    }

    /** A source of which nothing is known to be zeros needs no more room than one with holes. */
    @Test
    void readsWhatMayBeZerosBeforeItRefuses() throws IOException {
        Path full = Files.createDirectories(own.resolve("full"));
        Files.write(full.resolve("root.img"), Files.readAllBytes(source.resolve("root.img")));
        Files.copy(source.resolve("web01.cfg"), full.resolve("web01.cfg"));
        try (Conversion conversion = Conversion.plan(request(full, "kvm"), place(OptionalLong.of(24 << 20)))) {
            assertThat(conversion.sizes().needed()).isLessThan(24 << 20);
        }
    }

    private Optional<Destination> place(OptionalLong free) {
        return Optional.of(new Destination(own.resolve("placed"), false, path -> free));
    }

    @Test
    void isExecutedOnce() throws IOException {
        try (Conversion conversion = Conversion.plan(request(source, "hyperv"))) {
            conversion.execute(own.resolve("first"), false, ConversionListener.none());
            assertThatIllegalStateException()
                    .isThrownBy(() -> conversion.execute(own.resolve("second"), false, ConversionListener.none()));
        }
        assertThat(own.resolve("second")).doesNotExist();
    }

    @Test
    void refusesAGuestWhoseKernelHasNoDriverForTheTargetsDisks() throws IOException {
        Path guest = TinyXenGuest.make(own, List.of("xen_blkfront", "xen_netfront"));
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> Conversion.plan(request(guest, "hyperv")).close())
                .withMessageStartingWith(own.toString())
                .withMessageContaining("web01.cfg: the guest cannot be made to run on hyperv-gen1: kernel"
                        + " 6.1.0-50-amd64 cannot reach a disk on hyperv-gen1")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.GUEST));
    }

    @Test
    void refusesAPlatformThatTheTargetDoesNotHave() {
        ConversionRequest plain = request(source, "hyperv");
        ConversionRequest request = new ConversionRequest(
                plain.source(),
                plain.options(),
                plain.target(),
                Optional.of(Platform.KVM),
                plain.format(),
                plain.firmware(),
                plain.grub());
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> Conversion.plan(request).close())
                .withMessage("the target hyperv has no platform kvm; it has hyperv-gen1, hyperv-gen2")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.USAGE));
    }

    @Test
    void aFolderThatHoldsSomethingIsKeptUnlessItIsToBeReplaced() throws IOException {
        Path folder = Files.createDirectory(own.resolve("taken"));
        Files.writeString(folder.resolve("letter"), "dear");
        try (Conversion conversion = Conversion.plan(request(source, "hyperv"))) {
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> conversion.execute(folder, false, ConversionListener.none()))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.OUTPUT));
        }
        assertThat(digests(own).keySet()).containsExactly("taken/letter");
    }

    private static ConversionRequest request(Path source, String target) {
        return new ConversionRequest(
                source,
                SourceOptions.usual(),
                Targets.find(target).orElseThrow(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void convert(Path from, String target, Path to) throws IOException {
        try (Conversion conversion = Conversion.plan(request(from, target))) {
            assertThat(conversion.execute(to, false, ConversionListener.none())).isNotEmpty();
        }
    }

    private static Partition partition(Path image) throws IOException {
        try (DiskImage disk = DiskImages.open(image)) {
            return PartitionTable.read(disk).orElseThrow().partitions().getFirst();
        }
    }

    private static String inside(Path image, String path) throws IOException {
        try (DiskImage disk = DiskImages.open(image)) {
            Partition root =
                    PartitionTable.read(disk).orElseThrow().partitions().getFirst();
            try (FileSystem files = FileSystems.open(new SliceDisk(disk, root.offset(), root.length()))) {
                return new String(files.readAll(path, 1 << 20), StandardCharsets.UTF_8);
            }
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1));
            channel.write(one.flip(), at);
        }
    }

    private Path copy(Path folder) throws IOException {
        Path copy = Files.createTempDirectory(own, "copy");
        for (String file : digests(folder).keySet()) {
            Files.createDirectories(copy.resolve(file).getParent());
            Files.copy(folder.resolve(file), copy.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return copy;
    }

    private static SortedMap<String, String> digests(Path folder) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                digests.put(folder.relativize(file).toString(), FileDigest.of(file));
            }
        }
        return digests;
    }
}
