package dev.bothways.disk.format.parallels;

import static dev.bothways.disk.format.parallels.ParallelsSample.FIRST;
import static dev.bothways.disk.format.parallels.ParallelsSample.NONE;
import static dev.bothways.disk.format.parallels.ParallelsSample.SECOND;
import static dev.bothways.disk.format.parallels.ParallelsSample.TOP;
import static dev.bothways.disk.format.parallels.ParallelsSample.image;
import static dev.bothways.disk.format.parallels.ParallelsSample.shot;
import static dev.bothways.disk.format.parallels.ParallelsSample.storage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileParallelsTest {
    private static final int[] INTERESTING = {0, 1, 2, 3, 7, 0x7FFFFFFF, 0x80000000, -1, -2, 0x10000, 512, 1 << 22};
    private static final int CLUSTER = 16 << 10;
    private static final int SIZE = 10 * CLUSTER;

    @TempDir
    Path scratch;

    private Path top;

    /** A disk of three states: clusters of ones, then twos over the odd ones, then threes over every third. */
    @BeforeEach
    void makeBundle() throws IOException {
        top = layer("top.hds", 3, 3);
        layer("second.hds", 2, 2);
        layer("first.hds", 1, 1);
        describe(storage(
                0,
                SIZE / 512,
                image(TOP, "Compressed", "top.hds"),
                image(SECOND, "Compressed", "second.hds"),
                image(FIRST, "Compressed", "/Users/me/Parallels/first.hds")));
    }

    private Path layer(String name, int value, int every) throws IOException {
        byte[] content = new byte[SIZE];
        Arrays.fill(content, (byte) value);
        boolean[] there = new boolean[10];
        for (int i = 0; i < there.length; i += every) {
            there[i] = true;
        }
        return ParallelsSample.write(scratch.resolve(name), content, there, CLUSTER / 512, true, new Random(1));
    }

    private void describe(String storage) throws IOException {
        ParallelsSample.describe(
                scratch, SIZE / 512, List.of(storage), shot(TOP, SECOND), shot(SECOND, FIRST), shot(FIRST, NONE));
    }

    private void edit(String from, String to) throws IOException {
        Path descriptor = scratch.resolve("DiskDescriptor.xml");
        String text = Files.readString(descriptor);
        assertThat(text).contains(from);
        Files.writeString(descriptor, text.replace(from, to));
    }

    private static byte[] clusters(DiskImage disk) throws IOException {
        byte[] values = new byte[10];
        for (int i = 0; i < values.length; i++) {
            ByteBuffer one = ByteBuffer.allocate(1);
            disk.read((long) i * CLUSTER + 5, one);
            values[i] = one.get(0);
        }
        return values;
    }

    @Test
    void readsTheCurrentStateAndEachSnapshot() throws IOException {
        try (DiskImage now = DiskImages.open(scratch);
                DiskImage second = DiskImages.open(scratch, OpenOptions.usual().atSnapshot(SECOND));
                DiskImage first = DiskImages.open(
                        scratch, OpenOptions.usual().atSnapshot("11111111-0000-0000-0000-000000000001"))) {
            assertThat(clusters(now)).containsExactly(3, 1, 2, 3, 2, 1, 3, 1, 2, 3);
            assertThat(clusters(second)).containsExactly(2, 1, 2, 1, 2, 1, 2, 1, 2, 1);
            assertThat(clusters(first)).containsOnly(1);
            assertThat(now.check()).isEmpty();
            assertThat(now.describe().files()).hasSize(4);
            assertThat(first.describe().details()).containsEntry("other snapshots", SECOND + ", " + TOP);
        }
        assertThatThrownBy(() -> DiskImages.open(scratch, OpenOptions.usual().atSnapshot("before the update")))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("there is no snapshot 'before the update'");
    }

    @Test
    void readsASnapshotByNameAndTheStateThatTheDescriptorCallsTheTop() throws IOException {
        edit("</GUID><ParentGUID>" + NONE, "</GUID><Name>before</Name><ParentGUID>" + NONE);
        edit("<Snapshots>", "<Snapshots><TopGUID>" + SECOND + "</TopGUID>");
        try (DiskImage now = DiskImages.open(scratch);
                DiskImage before = DiskImages.open(scratch, OpenOptions.usual().atSnapshot("before"))) {
            assertThat(clusters(now)).containsExactly(2, 1, 2, 1, 2, 1, 2, 1, 2, 1);
            assertThat(clusters(before)).containsOnly(1);
        }
    }

    @Test
    void refusesALayerAloneUnlessTheFormatIsNamed() throws IOException {
        assertThatThrownBy(() -> DiskImages.open(top))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("a part of the disk");
        try (DiskImage alone = DiskImages.open(top, OpenOptions.usual().as(DiskFormat.PARALLELS))) {
            assertThat(clusters(alone)).containsExactly(3, 0, 0, 3, 0, 0, 3, 0, 0, 3);
        }
        DiskImages.open(scratch.resolve("first.hds")).close();
    }

    @ParameterizedTest
    @CsvSource({
        "Version=\"1.0\", Version=\"2.0\", only 1.0 is known",
        "<Padding>0, <Padding>1, a padding",
        "<Engine>{00000000, <Engine>{10000000, it is encrypted",
        "<Disk_size>320, <Disk_size>321, its storages end at sector 320",
        "<Disk_size>320, <Disk_size>-1, no number of sectors",
        "<Start>0, <Start>10, where one should begin at 0",
        "Compressed, Packed, only Plain and Compressed",
        "<File>top.hds, <File>../../etc/passwd, an image 'passwd'",
        "<File>top.hds, <File>gone.hds, an image 'gone.hds'",
        "<ParentGUID>{22222222, <ParentGUID>{92222222, there is no snapshot",
        "<Shot><GUID>{22222222-0000-0000-0000-000000000002, <Shot><GUID>{11111111-0000-0000-0000-000000000001, twice",
        "</Parallels_disk_image>, '', no sound XML"
    })
    void refusesByName(String from, String to, String message) throws IOException {
        edit(from, to);
        assertThatThrownBy(() -> DiskImages.open(scratch).close())
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAChainThatComesBackAndAPlainLayerAbove() throws IOException {
        edit("<ParentGUID>" + NONE, "<ParentGUID>" + TOP);
        assertThatThrownBy(() -> DiskImages.open(scratch))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("comes back");
        edit("<ParentGUID>" + TOP, "<ParentGUID>" + NONE);
        edit("<Type>Compressed</Type><File>top.hds", "<Type>Plain</Type><File>top.hds");
        assertThatThrownBy(() -> DiskImages.open(scratch))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("has another below it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><Parallels_disk_image>&b;</Parallels_disk_image>",
                "<!DOCTYPE Parallels_disk_image SYSTEM \"http://localhost:1/a.dtd\"><Parallels_disk_image/>",
                "<Parallels_disk_image>&b;</Parallels_disk_image>",
                "<Parallels_disk_image><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
            })
    void refusesXmlThatReachesOutOrGrows(String xml) throws IOException {
        Files.writeString(scratch.resolve("DiskDescriptor.xml"), xml);
        assertThatThrownBy(() -> DiskImages.open(scratch, OpenOptions.usual().as(DiskFormat.PARALLELS)))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("no sound XML");
    }

    @Test
    void survivesDamagedDescriptors() throws IOException {
        HostileImage hostile = new HostileImage(scratch.resolve("DiskDescriptor.xml"), DiskFormat.PARALLELS);
        Seed seed = Seed.of(910);
        Random random = seed.random();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[1 + random.nextInt(3)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) "0123456789<>/&;{}abcZ\"' ".charAt(random.nextInt(24));
            }
            hostile.survives(random.nextInt(hostile.length() - 3), bytes, seed + ", round " + i);
        }
        for (int i = 0; i < 40; i++) {
            int length = random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    @Test
    void survivesDamagedFieldsAndTables() throws IOException {
        HostileImage hostile = new HostileImage(top, DiskFormat.PARALLELS);
        Seed seed = Seed.of(911);
        Random random = seed.random();
        for (int i = 0; i < 400; i++) {
            int at = 16 + 4 * random.nextInt(22);
            int value = random.nextInt(4) == 0 ? random.nextInt() : INTERESTING[random.nextInt(INTERESTING.length)];
            hostile.survives(at, little(value), "%s, round %d, field at %d".formatted(seed, i, at));
        }
        for (int i = 0; i < 60; i++) {
            int length = i < 20 ? i * 8 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    private static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, value)
                .array();
    }

    private void change(int at, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(top);
        System.arraycopy(little(value), 0, bytes, at, 4);
        Files.write(top, bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "16, 1, its version is 1",
        "28, 0, a cluster of 0 sectors",
        "32, 9, does not go into 9 clusters",
        "32, 100000000, the file at byte",
        "40, 1, does not go into",
        "48, 0, does not say where its clusters begin"
    })
    void refusesFieldsByName(int at, int value, String message) throws IOException {
        change(at, value);
        assertThatThrownBy(() -> DiskImages.open(scratch))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "44, 0x746F6E59, ERROR, was not closed",
        "64, 2, ERROR, two clusters lie in one place",
        "64, 1000, ERROR, beyond the end of the file",
        "64, 0, LEAK, used by nothing",
        "52, 1, NOTE, marked as empty",
        "56, 100000, NOTE, extension does not lie in the file"
    })
    void checkFinds(int at, String value, Severity severity, String message) throws IOException {
        ByteBuffer before = ByteBuffer.wrap(Files.readAllBytes(top)).order(ByteOrder.LITTLE_ENDIAN);
        int entry = Integer.decode(value);
        if (at == 64 && entry == 2) {
            entry = before.getInt(64 + 4 * 3);
        } else if (at == 64 && entry == 0) {
            // The cluster that lies last, so that nothing behind it is in use.
            for (int i = 0; i < 10; i++) {
                if (before.getInt(64 + 4 * i) == 4) {
                    change(64 + 4 * i, 0);
                }
            }
            entry = before.getInt(64) == 4 ? 0 : before.getInt(64);
        }
        change(at, entry);
        try (DiskImage disk = DiskImages.open(scratch)) {
            assertThat(disk.check()).anySatisfy(f -> {
                assertThat(f.severity()).isEqualTo(severity);
                assertThat(f.message()).contains(message);
            });
        }
    }
}
