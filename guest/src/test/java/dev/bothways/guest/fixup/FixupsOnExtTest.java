package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OverlayDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.GuestInspection;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way on a file system as mkfs makes it: the result is clean for e2fsck, and asks for nothing more. */
class FixupsOnExtTest {
    private static final String RELEASE = "6.1.0-50-amd64";
    private static final int CHUNK = 1 << 20;

    private static void write(Path tree, String path, String text) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Path image(Path folder) throws IOException {
        Oracle mkfs = Oracle.require("mkfs.ext4");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        write(tree, "etc/os-release", "ID=debian\nPRETTY_NAME=Debian\n");
        write(tree, "etc/fstab", "/dev/xvda / ext4 defaults 0 1\n");
        write(tree, "etc/network/interfaces", "iface enX0 inet dhcp\n");
        write(tree, "etc/initramfs-tools/modules", "");
        write(tree, "lib/systemd/network/99-default.link", "[Match]\n");
        write(tree, "boot/vmlinuz-" + RELEASE, "kernel");
        write(tree, "boot/config-" + RELEASE, "CONFIG_XEN_PV=y\n");
        write(tree, "boot/initrd.img-" + RELEASE, "");
        write(
                tree,
                "boot/grub/menu.lst",
                "title Debian\nkernel /boot/vmlinuz-" + RELEASE
                        + " root=/dev/xvda console=hvc0\ninitrd /boot/initrd.img-" + RELEASE + "\n");
        String modules = "lib/modules/" + RELEASE + "/";
        write(tree, modules + "modules.dep", "kernel/ata_piix.ko:\nkernel/sd_mod.ko:\n");
        write(tree, modules + "kernel/ata_piix.ko", "a driver");
        write(tree, modules + "kernel/sd_mod.ko", "another");
        Path image = folder.resolve("disk.img");
        mkfs.run("-q", "-d", tree, image, "64M").orFail();
        return image;
    }

    private static void copy(VirtualDisk disk, long offset, long length, Path to) throws IOException {
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < length; at += CHUNK) {
                ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, length - at));
                disk.read(offset + at, chunk);
                out.write(chunk.flip());
            }
        }
    }

    private static FixupPlan plan(VirtualDisk disk, String device) throws IOException {
        List<AttachedDisk> attached = List.of(new AttachedDisk(device, disk));
        LinuxGuest guest = (LinuxGuest) GuestInspection.inspect(attached, Optional.empty());
        return new Fixups(attached, guest, Optional.empty()).plan(target(Platform.HYPERV_GEN1, MadeUpGuest.MAC));
    }

    @Test
    void leavesACleanFileSystemAndTheSourceAsItWas(@TempDir Path folder) throws IOException {
        Oracle check = Oracle.require("e2fsck");
        Oracle.require(Files.isRegularFile(Path.of("/usr/lib/grub/i386-pc/kernel.img")), "grub-pc-bin");
        Path image = image(folder);
        byte[] before = Files.readAllBytes(image);
        try (DiskImage source = DiskImages.open(image)) {
            FixupPlan plan = plan(new OverlayDisk(source), "xvda");
            assertThat(plan.blockers()).isEmpty();
            plan.apply();
            VirtualDisk disk = plan.disks().getFirst();

            Partition partition =
                    PartitionTable.read(disk).orElseThrow().partitions().getFirst();
            Path fileSystem = folder.resolve("fs.img");
            copy(disk, partition.offset(), partition.length(), fileSystem);
            check.run("-fn", fileSystem).orFail();
            FixupPlan again = plan(disk, "sda");
            assertThat(again.isEmpty()).as(() -> again.edits().toString()).isTrue();
        }
        assertThat(Files.readAllBytes(image)).isEqualTo(before);
    }
}
