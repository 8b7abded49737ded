package dev.bothways.guest.linux.grub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.filesystem.partition.GptTable;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.NewPartition;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionKind;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PC's firmware starts our GRUB from our partition table, and it runs a menu. */
final class GrubBootTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final String UUID = "5b9d4c0e-6f5a-4c8e-9a53-0f4f1f3a7c11";
    private static final NewPartition ROOT = NewPartition.of(1, PartitionKind.LINUX, 32 * MEBIBYTE);
    private static final String TO_SERIAL = "serial --unit=0\nterminal_output serial\n";

    @TempDir
    Path scratch;

    @Test
    void startsFromAnMbr() throws IOException {
        PartitionTable table = MbrTable.layOut(
                "boot", 512, List.of(NewPartition.of(2, PartitionKind.LINUX_SWAP, MEBIBYTE), ROOT.booted()));
        String prefix = GrubPrefix.onBootDisk(table, 1, "/boot/grub");
        String menu = TO_SERIAL + "echo BOTHWAYS-OK $prefix\nhalt\n";
        assertThat(boot(table, "/boot/grub", prefix, "", menu)).contains("BOTHWAYS-OK (hd0,msdos1)/boot/grub");
    }

    @Test
    void startsFromALogicalPartition() throws IOException {
        PartitionTable table = MbrTable.layOut(
                "boot",
                512,
                List.of(
                        NewPartition.of(1, PartitionKind.LINUX_SWAP, MEBIBYTE),
                        NewPartition.of(5, PartitionKind.LINUX_SWAP, MEBIBYTE),
                        NewPartition.of(6, PartitionKind.LINUX, 32 * MEBIBYTE)));
        String prefix = GrubPrefix.onBootDisk(table, 6, "/grub");
        String menu = TO_SERIAL + "echo BOTHWAYS-OK $prefix\nhalt\n";
        assertThat(boot(table, "/grub", prefix, "", menu)).contains("BOTHWAYS-OK (hd0,msdos6)/grub");
    }

    @Test
    void startsFromAGptAndFindsTheMenuByItsFileSystem() throws IOException {
        PartitionTable table = GptTable.layOut(
                "boot",
                512,
                List.of(
                        NewPartition.of(14, PartitionKind.BIOS_BOOT, MEBIBYTE),
                        NewPartition.of(1, PartitionKind.LINUX, 32 * MEBIBYTE)));
        String early = GrubPrefix.searchedFor(UUID, "/boot/grub");
        String menu = TO_SERIAL + "echo BOTHWAYS-OK $prefix\nhalt\n";
        assertThat(boot(table, "/boot/grub", "/boot/grub", early, menu)).contains("BOTHWAYS-OK (hd0,gpt1)/boot/grub");
    }

    @Test
    void runsAMenuAsDebiansToolsWriteIt() throws IOException {
        PartitionTable table = MbrTable.layOut("boot", 512, List.of(ROOT));
        String menu = Files.readString(Path.of("src/test/resources/dev/bothways/guest/linux/grub/debian.cfg"))
                .replace("@UUID@", UUID);
        String serial = boot(table, "/boot/grub", GrubPrefix.onBootDisk(table, 1, "/boot/grub"), "", menu);
        assertThat(serial).contains("LOADED root=hd0,msdos1").contains("BOTHWAYS-OK platform pc");
        assertThat(serial)
                .doesNotContain("not found")
                .doesNotContain("unknown command")
                .doesNotContain("syntax error");
    }

    /** What comes out of the serial line until the machine turns itself off. */
    private String boot(PartitionTable table, String folder, String prefix, String early, String menu)
            throws IOException {
        Oracle qemu = Oracle.require("qemu-system-x86_64");
        GrubFiles files = HostGrub.require();
        Partition root = table.partitions().stream()
                .filter(partition -> partition.kind().orElseThrow() == PartitionKind.LINUX)
                .findFirst()
                .orElseThrow();
        MemoryDisk disk = new MemoryDisk(table.sectors() * table.sectorSize());
        table.write(disk);
        byte[] fileSystem = Files.readAllBytes(fileSystem(files, folder, menu, root.length()));
        disk.write(root.offset(), ByteBuffer.wrap(fileSystem));
        GrubBiosInstaller.install(disk, table, GrubBiosImage.build(files, prefix, GrubBiosImage.MODULES, early));
        assertThat(PartitionTable.read(disk)).contains(table);
        Path image = scratch.resolve("disk.raw");
        save(disk, image);
        Path log = scratch.resolve("serial.log");
        qemu.run(
                        "-accel",
                        "tcg",
                        "-machine",
                        "pc",
                        "-m",
                        "128",
                        "-display",
                        "none",
                        "-nic",
                        "none",
                        "-no-reboot",
                        "-serial",
                        "file:" + log,
                        "-drive",
                        "file=" + image + ",format=raw,if=ide,snapshot=on")
                .orFail();
        return Files.readString(log);
    }

    private Path fileSystem(GrubFiles files, String folder, String menu, long length) throws IOException {
        Path tree = scratch.resolve("tree");
        Path grub = Files.createDirectories(tree.resolve(folder.substring(1)));
        Path modules = Files.createDirectories(grub.resolve("i386-pc"));
        for (Map.Entry<String, byte[]> file : files.bootFolder().entrySet()) {
            Files.write(modules.resolve(file.getKey()), file.getValue());
        }
        Files.writeString(grub.resolve("grub.cfg"), menu);
        Files.writeString(tree.resolve("boot-me"), "a file\n");
        // Ubuntu's grub-install puts one there.
        Files.writeString(grub.resolve("gfxblacklist.txt"), "v15ad.*\n");
        Path image = scratch.resolve("ext4");
        Oracle.require("mkfs.ext4")
                .run("-q", "-d", tree, "-U", UUID, image, length / 1024 + "k")
                .orFail();
        return image;
    }

    private static void save(MemoryDisk disk, Path image) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer chunk = ByteBuffer.allocate((int) MEBIBYTE);
            for (long at = 0; at < disk.size(); at += MEBIBYTE) {
                disk.read(at, chunk.clear());
                file.write(chunk.flip(), at);
            }
        }
    }
}
