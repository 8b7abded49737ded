package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class XvaSourceTest {
    private static final int SIZE = 3 << 20;

    @TempDir
    Path scratch = Path.of("");

    @Test
    void readsTheMachineAndItsDisksInPlace() throws IOException {
        Path file = exported();
        assertThat(XvaSource.isXva(file)).isTrue();
        SourceMachine found = XvaSource.read(file, SourceOptions.usual());
        assertThat(found.dialect()).isEqualTo("xapi");
        assertThat(found.machine().name()).isEqualTo("web01");
        assertThat(found.disks()).extracting(SourceMachine.SourceDisk::file).containsExactly(file, file);
        assertThat(found.warnings())
                .containsExactly(
                        "the kernel /boot/guest/vmlinuz lies on the XenServer and is not in its export; what the"
                                + " guest has on its disks counts");
        requireContents(found);
    }

    @Test
    void unpacksTheDisksOfACompressedOneForTheWhile() throws IOException {
        Path file = scratch.resolve("packed.xva");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            Files.copy(exported(), out);
        }
        Path room = Files.createDirectory(scratch.resolve("room"));
        SourceMachine found = XvaSource.read(file, SourceOptions.usual().unpackingIn(room));
        requireContents(found);
        try (Stream<Path> left = Files.list(room)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void refusesAnExportOfTheMetadataAlone() throws IOException {
        Path file = scratch.resolve("meta.xva");
        try (XvaWriter writer = XvaWriter.create(file, CreateOptions.usual(), XvaWriter.Sums.SHA1, definition())) {
            writer.finish();
        }
        SourceMachine found = XvaSource.read(file, SourceOptions.usual());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> found.disks().getFirst().opener().open(OpenOptions.usual()))
                .withMessageContaining("has no chunks; export the machine with its disks");
    }

    private static void requireContents(SourceMachine found) throws IOException {
        byte value = 1;
        for (SourceMachine.SourceDisk disk : found.disks()) {
            try (DiskImage image = disk.opener().open(OpenOptions.usual())) {
                ByteBuffer content = ByteBuffer.allocate(SIZE);
                image.read(0, content);
                assertThat(content.array()).isEqualTo(content(value++));
                assertThat(image.describe().files()).containsExactly(found.definition());
            }
        }
    }

    private static byte[] content(byte value) {
        byte[] content = new byte[SIZE];
        Arrays.fill(content, 1 << 20, 2 << 20, value);
        return content;
    }

    private static Archive archive() {
        Machine machine = Machine.builder("web01", Platform.XEN_PV)
                .firmware(new Firmware.DirectKernel("/boot/guest/vmlinuz", Optional.empty(), "root=/dev/xvda"))
                .disks(List.of(disk(0), disk(1)))
                .build();
        return new XapiDialect().archive(machine, List.of((long) SIZE, (long) SIZE));
    }

    private static Disk disk(int index) {
        return Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, index))
                .medium("disk", "raw")
                .build();
    }

    private static byte[] definition() {
        return archive().definition().text().getBytes(StandardCharsets.UTF_8);
    }

    private Path exported() throws IOException {
        Path file = scratch.resolve("web01.xva");
        try (XvaWriter writer = XvaWriter.create(file, CreateOptions.usual(), XvaWriter.Sums.SHA1, definition())) {
            byte value = 1;
            for (Optional<XapiDialect.ArchivedDisk> disk : archive().disks()) {
                try (MemoryDisk source = new MemoryDisk(SIZE);
                        ImageWriter image = writer.disk(disk.orElseThrow().folder(), SIZE)) {
                    source.write(0, ByteBuffer.wrap(content(value++)));
                    DiskCopy.copy(source, image, CopyOptions.usual());
                    image.finish();
                }
            }
            writer.finish();
        }
        return file;
    }
}
