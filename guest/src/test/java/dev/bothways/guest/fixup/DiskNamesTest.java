package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.SWAP_UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskNamesTest {
    private static final TargetHardware HYPERV = target(Platform.HYPERV_GEN1);

    @Test
    void namesMountsByUuidAndChangesNothingElseOfTheLine() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions()
                .with(
                        "/etc/fstab",
                        "# /etc/fstab: /dev/xvda2 was here\n/dev/xvda2\t/   ext4\terrors=remount-ro 0  1 # root\n\n"
                                + "/dev/xvda1 none swap sw 0 0\nproc /proc proc defaults 0 0\n/dev/cdrom /mnt iso9660 noauto 0 0");
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab"))
                .isEqualTo("# /etc/fstab: /dev/xvda2 was here\nUUID=" + UUID
                        + "\t/   ext4\terrors=remount-ro 0  1 # root\n\n"
                        + "UUID=" + SWAP_UUID
                        + " none swap sw 0 0\nproc /proc proc defaults 0 0\n/dev/cdrom /mnt iso9660 noauto 0 0");
    }

    @ParameterizedTest
    @EnumSource(Platform.class)
    void changesMenusAndDefaultsOnEveryPlatformOnceOnly(Platform platform) throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions()
                .with(
                        "/boot/grub/menu.lst",
                        "# kopt=root=/dev/xvda2 ro\ntitle\tx\nkernel\t/boot/vmlinuz root=/dev/xvda2  ro\n")
                .with(
                        "/etc/default/grub",
                        "GRUB_CMDLINE_LINUX='resume=/dev/xvda1'\n#GRUB_CMDLINE_LINUX=\"root=/dev/xvda2\"\n")
                .with("/boot/loader/entries/a.conf", "title a\noptions root=/dev/xvda2 rhgb\n")
                .with("/etc/kernel/cmdline", "root=/dev/xvda2 quiet\n");
        guest.apply(new DiskNames(), target(platform));
        boolean holds = EnumSet.of(Platform.XEN_PV, Platform.XEN_PVH).contains(platform);
        String root = holds ? "/dev/xvda2" : "UUID=" + UUID;
        String swap = holds ? "/dev/xvda1" : "UUID=" + SWAP_UUID;
        assertThat(guest.text("/boot/grub/menu.lst"))
                .isEqualTo("# kopt=root=" + root + " ro\ntitle\tx\nkernel\t/boot/vmlinuz root=" + root + "  ro\n");
        assertThat(guest.text("/etc/default/grub"))
                .isEqualTo("GRUB_CMDLINE_LINUX='resume=" + swap + "'\n#GRUB_CMDLINE_LINUX=\"root=/dev/xvda2\"\n");
        assertThat(guest.text("/boot/loader/entries/a.conf")).isEqualTo("title a\noptions root=" + root + " rhgb\n");
        assertThat(guest.text("/etc/kernel/cmdline")).isEqualTo("root=" + root + " quiet\n");
    }

    @Test
    void findsTheVolumeWhenTheGuestCallsTheDiskByAnOldName() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions().with("/etc/fstab", "/dev/sda2 / ext3 defaults 0 1\n");
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab")).startsWith("UUID=" + UUID + " / ext3");
    }

    @Test
    void namesByPartitionWhereTheUuidIsNotUnique() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda").with("/etc/fstab", "/dev/vda1 / ext4 defaults 0 1\n");
        guest.volumes.add(guest.volumes.getFirst());
        guest.volumes.removeLast();
        guest.volumes.add(new dev.bothways.guest.Volume(
                "vdb",
                guest.attached.getFirst().disk(),
                java.util.Optional.empty(),
                "ext4",
                java.util.Optional.of(UUID),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                0,
                java.util.OptionalInt.empty()));
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab")).startsWith("PARTUUID=deadbeef-01 / ext4");
    }

    @Test
    void replacesIdentitiesOfPartitionsWhoseTableGoes() throws IOException {
        MadeUpGuest guest =
                MadeUpGuest.installed("vda").with("/etc/fstab", "PARTUUID=deadbeef-01 / ext4 defaults 0 1\n");
        assertThat(guest.draft(new DiskNames(), HYPERV).edits()).isEmpty();
    }

    @Test
    void keepsLabelsUuidsAndMappedDevices() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda")
                .with(
                        "/etc/fstab",
                        "LABEL=root / ext4 x 0 1\nUUID=" + SWAP_UUID
                                + " none swap sw 0 0\n/dev/mapper/vg-home /home ext4 x 0 2\n");
        assertThat(guest.draft(new DiskNames(), HYPERV).edits()).isEmpty();
    }

    @Test
    void warnsOfADeviceThatIsOnNoDisk() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda").with("/etc/fstab", "/dev/vdc1 /data ext4 defaults 0 2\n");
        Draft draft = guest.draft(new DiskNames(), HYPERV);
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.warnings())
                .singleElement()
                .asString()
                .contains("/dev/vdc1")
                .contains("/data");
    }

    @Test
    void resumesAndOpensByStableNames() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda")
                .with("/etc/initramfs-tools/conf.d/resume", "RESUME=/dev/vda2\n")
                .with("/etc/crypttab", "home\t/dev/vda2 none luks\n");
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/initramfs-tools/conf.d/resume")).isEqualTo("RESUME=UUID=" + SWAP_UUID + "\n");
        assertThat(guest.text("/etc/crypttab")).isEqualTo("home\tUUID=" + SWAP_UUID + " none luks\n");
    }

    @Test
    void keepsBytesThatAreNoUtf8() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda");
        byte[] table =
                "# \u00ff\u00fe\n/dev/vda1 / ext4 x 0 1\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        guest.files.with("/etc/fstab", table);
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab")).isEqualTo("# \u00ff\u00fe\nUUID=" + UUID + " / ext4 x 0 1\n");
    }

    @Test
    void survivesFilesThatAreNoConfiguration() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda")
                .with(
                        "/etc/fstab",
                        "\0\0\0 \0\n/dev/\n=\n/dev/vda99999999999999 / ext4\n/dev/disk/by-id/-part /x ext4 x\n")
                .with("/etc/crypttab", "x\n\t\n")
                .with("/boot/grub/grub.cfg", "linux\nlinux \nmenuentry {{{{\nlinux $x $(y) root=\n")
                .with("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"unclosed\nGRUB_CMDLINE_LINUX=$(reboot)\n");
        assertThat(guest.draft(new DiskNames(), HYPERV).edits()).isEmpty();
    }
}
