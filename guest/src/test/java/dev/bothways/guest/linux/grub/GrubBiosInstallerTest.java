package dev.bothways.guest.linux.grub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.filesystem.partition.GptTable;
import dev.bothways.filesystem.partition.MbrEntry;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.NewPartition;
import dev.bothways.filesystem.partition.PartitionKind;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.GuestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrubBiosInstallerTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final NewPartition ROOT = NewPartition.of(1, PartitionKind.LINUX, MEBIBYTE);

    private GrubFiles files;
    private GrubBiosImage image;

    @BeforeAll
    void buildsAnImage() throws IOException {
        files = HostGrub.require();
        image = GrubBiosImage.build(files, "(,msdos1)/boot/grub", GrubBiosImage.MODULES, "set a=b\n");
    }

    @Test
    void keepsInTheFirstSectorWhatBelongsToTheDisk() throws IOException {
        PartitionTable table = MbrTable.layOut("test", 512, List.of(ROOT));
        MemoryDisk disk = diskOf(table);
        byte[] before = new byte[512];
        new Random(6).nextBytes(before);
        disk.write(0, ByteBuffer.wrap(before));
        table.write(disk);
        disk.read(0, ByteBuffer.wrap(before));
        GrubBiosInstaller.install(disk, table, image);
        byte[] after = read(disk, 0, 512);
        assertThat(Arrays.copyOfRange(after, 3, 90)).isEqualTo(Arrays.copyOfRange(before, 3, 90));
        assertThat(Arrays.copyOfRange(after, 440, 512)).isEqualTo(Arrays.copyOfRange(before, 440, 512));
        // The rest is GRUB's, but for the jump that grub-bios-setup takes out for hard disks.
        byte[] theirs = files.content("boot.img");
        theirs[102] = (byte) 0x90;
        theirs[103] = (byte) 0x90;
        assertThat(Arrays.copyOfRange(after, 90, 440)).isEqualTo(Arrays.copyOfRange(theirs, 90, 440));
        assertThat(Arrays.copyOfRange(after, 0, 3)).isEqualTo(Arrays.copyOfRange(theirs, 0, 3));
        assertThat(read(disk, 512, image.core().length)).isEqualTo(image.core());
    }

    @Test
    void leadsToTheBootPartitionOfAGpt() throws IOException {
        PartitionTable table =
                GptTable.layOut("test", 512, List.of(ROOT, NewPartition.of(2, PartitionKind.BIOS_BOOT, MEBIBYTE)));
        MemoryDisk disk = diskOf(table);
        table.write(disk);
        GrubBiosInstaller.install(disk, table, image);
        long sector = table.partitions().getLast().offset() / 512;
        assertThat(littleEndian(read(disk, 0, 512)).getLong(92)).isEqualTo(sector);
        assertThat(littleEndian(read(disk, sector * 512, 512)).getLong(500)).isEqualTo(sector + 1);
        assertThat(PartitionTable.read(disk)).contains(table);
    }

    @Test
    void refusesADiskWithoutRoom() throws IOException {
        MbrEntry early = new MbrEntry(1, true, 0x83, 63, 2048, 0);
        assertRefused(
                new MbrTable(512, 4096, 1, List.of(early), List.of()),
                "sectors before the first partition, and there are 62");
        assertRefused(GptTable.layOut("test", 512, List.of(ROOT)), "without a BIOS boot partition");
        NewPartition tiny = NewPartition.of(2, PartitionKind.BIOS_BOOT, 4096);
        assertRefused(
                GptTable.layOut("test", 512, List.of(tiny)), "sectors in the BIOS boot partition, and there are 8");
        assertRefused(MbrTable.layOut("test", 4096, List.of(ROOT)), "sectors of 512 bytes, not of 4096");
    }

    private void assertRefused(PartitionTable table, String why) throws IOException {
        MemoryDisk disk = new MemoryDisk(table.sectors() * table.sectorSize(), table.sectorSize());
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> GrubBiosInstaller.install(disk, table, image))
                .withMessageContaining(why);
        assertThat(read(disk, 0, 1 << 20)).containsOnly(0);
    }

    @Test
    void readsBackWhatIsBuiltIn() throws IOException {
        PartitionTable table = MbrTable.layOut("test", 512, List.of(ROOT));
        MemoryDisk disk = diskOf(table);
        assertThat(BootCode.read(disk)).isEqualTo(new BootCode(BootCode.Kind.NONE, Optional.empty()));
        table.write(disk);
        assertThat(BootCode.read(disk)).isEqualTo(new BootCode(BootCode.Kind.NONE, Optional.empty()));
        GrubBiosInstaller.install(disk, table, image);
        assertThat(BootCode.read(disk))
                .isEqualTo(new BootCode(
                        BootCode.Kind.GRUB_2, Optional.of(new BootCode.Core("(,msdos1)/boot/grub", "set a=b\n"))));
    }

    @Test
    void readsNothingOutOfADamagedCore() throws IOException {
        PartitionTable table = MbrTable.layOut("test", 512, List.of(ROOT));
        Random random = new Random(7);
        MemoryDisk disk = diskOf(table);
        for (int round = 0; round < 60; round++) {
            table.write(disk);
            GrubBiosInstaller.install(disk, table, image);
            byte[] noise = new byte[1 + random.nextInt(12)];
            random.nextBytes(noise);
            long at = random.nextBoolean() ? 500 + 512 : 1024 + random.nextInt(24);
            disk.write(at, ByteBuffer.wrap(noise));
            BootCode code = BootCode.read(disk);
            assertThat(code.kind()).isEqualTo(BootCode.Kind.GRUB_2);
            code.core().ifPresent(core -> assertThat(core.prefix()).isEqualTo("(,msdos1)/boot/grub"));
        }
    }

    @Test
    void tellsOtherBootSectors() throws IOException {
        assertThat(kindOf("GRUB \0Geom\0Hard Disk\0Read\0 Error\0")).isEqualTo(BootCode.Kind.GRUB_LEGACY);
        assertThat(kindOf("Invalid partition table\0Error loading operating system\0Missing operating system"))
                .isEqualTo(BootCode.Kind.WINDOWS);
        assertThat(kindOf("Missing operating system.\r\nOperating system load error.\r\n"))
                .isEqualTo(BootCode.Kind.SYSLINUX);
        assertThat(kindOf("hello")).isEqualTo(BootCode.Kind.OTHER);
    }

    private static BootCode.Kind kindOf(String text) throws IOException {
        MemoryDisk disk = new MemoryDisk(MEBIBYTE);
        disk.write(128, ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        disk.write(510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xaa}));
        return BootCode.read(disk).kind();
    }

    private static MemoryDisk diskOf(PartitionTable table) {
        return new MemoryDisk(table.sectors() * table.sectorSize());
    }

    private static byte[] read(MemoryDisk disk, long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        disk.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
