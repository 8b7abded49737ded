package dev.bothways.disk.format.vdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.DifferencingPair;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VdiDifferencingTest {
    private static final int SIZE = 7_000_064;

    @TempDir
    Path scratch;

    private DifferencingPair pair() throws IOException {
        return DifferencingPair.random(DiskFormat.VDI, scratch, new Random(1), SIZE, SIZE, CreateOptions.usual());
    }

    private static byte[] bytesOf(Path image, OpenOptions options) throws IOException {
        try (DiskImage disk = DiskImages.open(image, options)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.size());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    @Test
    void writesChildrenThatWeAndAPlainReaderReadRightly() throws IOException {
        Seed seed = Seed.of(314);
        Random random = seed.random();
        for (int i = 0; i < 6; i++) {
            Path folder = Files.createDirectory(scratch.resolve("pair" + i));
            int parentSize = 512 * (1000 + random.nextInt(10_000));
            int childSize = 512 * (1000 + random.nextInt(10_000));
            CreateOptions options = CreateOptions.usual().withUnit(1L << (12 + random.nextInt(9)));
            DifferencingPair pair =
                    DifferencingPair.random(DiskFormat.VDI, folder, random, parentSize, childSize, options);
            assertThat(bytesOf(pair.child(), OpenOptions.usual()))
                    .as("%s, disk %d", seed, i)
                    .isEqualTo(pair.childBytes());
            assertThat(plainly(pair.child(), plainly(pair.parent(), new byte[0])))
                    .as("%s, disk %d, by the plain reader", seed, i)
                    .isEqualTo(pair.childBytes());
            try (DiskImage disk = DiskImages.open(pair.child())) {
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
                assertThat(disk.describe().files()).hasSize(2);
            }
        }
    }

    /** A second reader, of the simplest kind, by the offsets of VirtualBox' header. */
    private static byte[] plainly(Path image, byte[] parent) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        int block = in.getInt(0x178);
        byte[] disk = Arrays.copyOf(parent, (int) in.getLong(0x170));
        for (int i = 0; i < in.getInt(0x180); i++) {
            int entry = in.getInt(in.getInt(0x154) + i * 4);
            int at = i * block;
            int length = Math.min(block, disk.length - at);
            if (entry == -2) {
                Arrays.fill(disk, at, at + length, (byte) 0);
            } else if (entry != -1) {
                in.get(in.getInt(0x158) + entry * block, disk, at, length);
            }
        }
        return disk;
    }

    @Test
    void marksZerosAboveDataWithoutTakingSpace() throws IOException {
        byte[] below = new byte[4 << 20];
        Arrays.fill(below, (byte) 5);
        DifferencingPair pair =
                DifferencingPair.of(DiskFormat.VDI, scratch, below, new byte[4 << 20], CreateOptions.usual());
        assertThat(Files.size(pair.child())).isEqualTo(2 << 20);
        assertThat(bytesOf(pair.child(), OpenOptions.usual())).containsOnly(0);
    }

    @Test
    void findsTheParentByItsIdWhateverItsName() throws IOException {
        DifferencingPair pair = pair();
        Files.move(pair.parent(), scratch.resolve("{another name}.VDI"));
        Files.write(scratch.resolve("no disk.vdi"), new byte[10_000]);
        assertThat(bytesOf(pair.child(), OpenOptions.usual())).isEqualTo(pair.childBytes());
    }

    @Test
    void findsAParentInTheFolderAboveOnlyWhereThatIsAllowed() throws IOException {
        DifferencingPair pair = pair();
        Path child = Files.move(
                pair.child(),
                Files.createDirectory(scratch.resolve("Snapshots")).resolve("child.vdi"));
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("--allow");
        assertThat(bytesOf(child, OpenOptions.usual().allowing(scratch))).isEqualTo(pair.childBytes());
    }

    @Test
    void refusesAParentThatWasWrittenToSince() throws IOException {
        DifferencingPair pair = pair();
        byte[] parent = Files.readAllBytes(pair.parent());
        parent[408] ^= 1;
        Files.write(pair.parent(), parent);
        assertThatThrownBy(() -> DiskImages.open(pair.child()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("was written to since");
        byte[] child = Files.readAllBytes(pair.child());
        Arrays.fill(child, 440, 456, (byte) 0);
        Files.write(pair.child(), child);
        assertThat(bytesOf(pair.child(), OpenOptions.usual()))
                .as("nothing recorded, nothing compared")
                .isEqualTo(pair.childBytes());
    }

    @Test
    void refusesAChainThatComesBack() throws IOException {
        DifferencingPair pair = pair();
        byte[] child = Files.readAllBytes(pair.child());
        System.arraycopy(child, 392, child, 424, 16);
        Arrays.fill(child, 440, 456, (byte) 0);
        Files.write(pair.child(), child);
        assertThatThrownBy(() -> DiskImages.open(pair.child()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("comes back");
    }

    @Test
    void refusesAParentOfAnotherFormat() throws IOException {
        Path raw = Files.write(scratch.resolve("parent.raw"), new byte[1 << 20]);
        try (DiskImage parent = DiskImages.open(raw)) {
            CreateOptions options = CreateOptions.usual().over(new CreateOptions.Parent(parent, raw, DiskFormat.RAW));
            assertThatThrownBy(() -> DiskImages.create(scratch.resolve("child.vdi"), DiskFormat.VDI, 1 << 20, options))
                    .isInstanceOf(DiskImageException.class)
                    .hasMessageContaining("differs from another VDI only");
        }
    }
}
