package dev.bothways.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real disks: file systems and partition tables by the platform's own tools. */
final class GuestInspectionTest {
    private static final String ROOT = "11111111-2222-3333-4444-555555555555";
    private static final String SWAP = "66666666-7777-8888-9999-aaaaaaaaaaaa";

    @TempDir
    private Path folder;

    @Test
    void findsAGuestOnAWholeDisk() throws IOException {
        Path image = ext4(tree("/dev/xvda"));
        try (DiskImage disk = DiskImages.open(image)) {
            LinuxGuest guest = inspect(new AttachedDisk("xvda", disk));

            assertThat(guest.root().device()).isEqualTo("xvda");
            assertThat(guest.root().uuid()).hasValue(ROOT);
            assertThat(guest.root().partition()).isEmpty();
            assertThat(guest.hostname()).hasValue("made-up");
        }
    }

    @Test
    void findsAGuestInAPartition() throws IOException {
        Path file = ext4(tree("UUID=" + ROOT));
        Path image = folder.resolve("disk.img");
        try (RandomAccessFile out = new RandomAccessFile(image.toFile(), "rw")) {
            out.setLength(34 << 20);
            out.seek(1 << 20);
            out.write(Files.readAllBytes(file));
        }
        Oracle.shell(
                        "printf 'label: dos\\nlabel-id: 0x12345678\\nstart=2048,size=65536\\ntype=82\\n' | sfdisk -q "
                                + image,
                        "sfdisk")
                .orFail();
        try (DiskImage disk = DiskImages.open(image)) {
            LinuxGuest guest = inspect(new AttachedDisk("sda", disk));

            assertThat(guest.root().device()).isEqualTo("sda1");
            assertThat(guest.root().partition()).isEqualTo(OptionalInt.of(1));
            assertThat(guest.root().partitionUuid()).hasValue("12345678-01");
            assertThat(guest.volumes()).extracting(Volume::device).containsExactly("sda1", "sda2");
        }
    }

    @Test
    void takesPartitionsThatAreAttachedOneByOne() throws IOException {
        Path root = ext4(tree("/dev/xvda2"));
        Path swap = folder.resolve("swap.img");
        Files.write(swap, new byte[1 << 20]);
        Oracle.require("mkswap").run("-U", SWAP, swap).orFail();
        try (DiskImage rootDisk = DiskImages.open(root);
                DiskImage swapDisk = DiskImages.open(swap)) {
            LinuxGuest guest = inspect(new AttachedDisk("xvda2", rootDisk), new AttachedDisk("xvda1", swapDisk));

            assertThat(guest.root().device()).isEqualTo("xvda2");
            assertThat(guest.volumes()).extracting(Volume::type).containsExactly("ext4", "swap");
            assertThat(guest.volumes().getLast().uuid()).hasValue(SWAP);
            assertThat(VolumeNames.find(guest.volumes(), "/dev/sda1"))
                    .hasValue(guest.volumes().getLast());
        }
    }

    @Test
    void namesAFileSystemThatIsNotRead() throws IOException {
        Path image = folder.resolve("xfs.img");
        try (RandomAccessFile out = new RandomAccessFile(image.toFile(), "rw")) {
            out.setLength(320 << 20);
        }
        Oracle.require("mkfs.xfs").run("-q", image).orFail();
        try (DiskImage disk = DiskImages.open(image)) {
            assertThatThrownBy(() -> inspect(new AttachedDisk("xvda", disk)))
                    .isInstanceOf(GuestException.class)
                    .hasMessage("no operating system was found that can be read: xvda holds xfs;"
                            + " of the file systems of Linux, ext2, ext3 and ext4 are read");
        }
    }

    private static LinuxGuest inspect(AttachedDisk... disks) throws IOException {
        return switch (GuestInspection.inspect(List.of(disks), Optional.empty())) {
            case LinuxGuest guest -> guest;
        };
    }

    private Path tree(String root) throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createDirectories(tree.resolve("etc"));
        Files.writeString(tree.resolve("etc/os-release"), "ID=debian\nVERSION_ID=12\n");
        Files.writeString(tree.resolve("etc/hostname"), "made-up\n");
        Files.writeString(tree.resolve("etc/fstab"), root + " / ext4 defaults 0 1\n");
        return tree;
    }

    private Path ext4(Path tree) {
        Path image = folder.resolve("root.img");
        Oracle.require("mkfs.ext4")
                .run("-q", "-U", ROOT, "-d", tree, image, "32M")
                .orFail();
        return image;
    }
}
