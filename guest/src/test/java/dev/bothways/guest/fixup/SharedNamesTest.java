package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.KERNEL;
import static dev.bothways.guest.fixup.MadeUpGuest.SWAP_UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.Volume;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup made by dd shares every identity with its original; a name that two volumes have is never written. */
class SharedNamesTest {
    private static final TargetHardware HYPERV = target(Platform.HYPERV_GEN1);

    private static String grub(String root) {
        return "menuentry 'a' --class x {\n\tlinux " + KERNEL + " root=" + root + " ro\n}\n";
    }

    @ParameterizedTest
    @EnumSource(Platform.class)
    void namesTheOriginalByItsDeviceWhereABackupHasTheSameNames(Platform platform) throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda")
                .withCopyAs("xvdb")
                .with("/etc/fstab", "/dev/xvda1 / ext4 x 0 1\n/dev/xvdb1 /backup ext4 x 0 1\n")
                .with("/boot/grub/grub.cfg", grub("/dev/xvda1"));
        Draft draft = guest.apply(new DiskNames(), target(platform));
        String disk = draft.needs().diskPrefix();
        assertThat(guest.text("/etc/fstab"))
                .isEqualTo("/dev/" + disk + "a1 / ext4 x 0 1\n/dev/" + disk + "b1 /backup ext4 x 0 1\n");
        assertThat(guest.text("/boot/grub/grub.cfg")).isEqualTo(grub("/dev/" + disk + "a1"));
        boolean given = platform == Platform.XEN_PV || platform == Platform.XEN_PVH;
        assertThat(draft.warnings()).hasSize(given ? 0 : 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UUID=" + UUID,
                "PARTUUID=deadbeef-01",
                "/dev/disk/by-uuid/" + UUID,
                "/dev/disk/by-partuuid/deadbeef-01"
            })
    void replacesANameThatTwoDisksHadBefore(String name) throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda")
                .withCopyAs("xvdb")
                .with("/etc/fstab", "# comment\n" + name + " / ext4 x 0 1\n")
                .with("/boot/grub/grub.cfg", grub(name));
        Draft draft = guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab")).isEqualTo("# comment\n/dev/sda1 / ext4 x 0 1\n");
        assertThat(guest.text("/boot/grub/grub.cfg")).isEqualTo(grub("/dev/sda1"));
        assertThat(draft.warnings())
                .anyMatch(warning ->
                        warning.startsWith("/etc/fstab, line 2: " + name + " is the name of xvda1 and of xvdb1"))
                .anyMatch(warning -> warning.startsWith("/boot/grub/grub.cfg, line 2: " + name));
    }

    @Test
    void writesALabelOrAPartitionWhereTheUuidAloneIsShared() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda").with("/etc/fstab", "/dev/xvda1 / ext4 x 0 1\n");
        Volume root = guest.volumes.getFirst();
        guest.volumes.add(new Volume(
                "xvdb1",
                root.bytes(),
                java.util.Optional.empty(),
                "xfs",
                root.uuid(),
                java.util.Optional.empty(),
                java.util.Optional.of("0badcafe-01"),
                java.util.Optional.empty(),
                1,
                java.util.OptionalInt.of(1)));
        guest.attached.add(new dev.bothways.guest.AttachedDisk("xvdb", root.bytes()));
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab")).startsWith("PARTUUID=deadbeef-01 / ext4");
    }

    @Test
    void warnsOfASharedNameOnDisksWithoutTheRoot() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions().with("/etc/fstab", "UUID=" + SWAP_UUID + " none swap sw 0 0\n");
        Volume swap = guest.volumes.getLast();
        guest.withCopyAs("xvdb1");
        guest.volumes.remove(2);
        Draft draft = guest.apply(new DiskNames(), target(Platform.XEN_PV));
        assertThat(guest.text("/etc/fstab")).startsWith("UUID=" + swap.uuid().orElseThrow());
        assertThat(draft.warnings()).singleElement().asString().startsWith("/etc/fstab, line 1: UUID=" + SWAP_UUID);
    }

    @Test
    void neverHasGrubSearchForAUuidThatTwoVolumesHave() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda").withCopyAs("sdb");
        guest.apply(new HostReadableMenu(), target(Platform.XEN_PV));
        assertThat(guest.text("/boot/grub/grub.cfg"))
                .contains("set root='hd0,msdos1'", "root=/dev/xvda1 ro")
                .doesNotContain("search");
    }

    @Test
    void givesCopiesTablesOfTheirOwn() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions();
        for (int i = 0; i < 2; i++) {
            Volume volume = guest.volumes.get(i);
            String device = volume.device().replace('a', 'b');
            guest.attached.add(new dev.bothways.guest.AttachedDisk(device, volume.bytes()));
            guest.volumes.add(new Volume(
                    device,
                    volume.bytes(),
                    java.util.Optional.empty(),
                    volume.type(),
                    volume.uuid(),
                    volume.label(),
                    volume.partitionUuid(),
                    volume.partitionLabel(),
                    i + 2,
                    volume.partition()));
        }
        DiskLayout layout = new LayoutPlanner(guest.attached, guest.guest(), HYPERV).plan();
        List<String> uuids = new ArrayList<>();
        guest.volumes.forEach(
                volume -> uuids.add(layout.position(volume).partitionUuid().orElseThrow()));
        assertThat(uuids).hasSize(4).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PARTLABEL=root fs",
                "PARTLABEL=\"root fs\"",
                "/dev/disk/by-partlabel/root\\x20fs",
                "PARTUUID=DEADBEEF-01",
                "/dev/disk/by-partuuid/deadbeef-01",
                "PARTUUID=deadbeef-02/PARTNROFF=-1",
                "/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part1",
                "/dev/disk/by-id/ata-VBOX_HARDDISK_VB1-2-part1",
                "/dev/disk/by-diskseq/1-part1",
                "/dev/xvda1"
            })
    void replacesNamesThatGoWithTheTable(String name) throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda")
                .withPartitionLabels("root fs", "swap")
                .withoutRoomForABootLoader()
                .with("/etc/fstab", name.replace(" ", "\\040") + " / ext4 x 0 1\n")
                .with("/etc/default/grub", "GRUB_CMDLINE_LINUX='quiet \\\n root=" + name + "'\n")
                .with(
                        "/boot/grub/grub.cfg",
                        grub(name.contains(" ") && !name.contains("\"") ? "\"" + name + "\"" : name));
        Draft draft = guest.apply(new DiskNames(), HYPERV);
        assertThat(draft.layout().changes()).isTrue();
        assertThat(guest.text("/etc/fstab")).isEqualTo("UUID=" + UUID + " / ext4 x 0 1\n");
        assertThat(guest.text("/boot/grub/grub.cfg").replace("\"", "")).isEqualTo(grub("UUID=" + UUID));
        assertThat(guest.text("/etc/default/grub"))
                .isEqualTo("GRUB_CMDLINE_LINUX='quiet \\\n root="
                        + (name.equals("PARTLABEL=root fs") ? name : "UUID=" + UUID) + "'\n");
        assertThat(draft.warnings()).isEmpty();
    }

    @Test
    void keepsPartitionLabelsWhoseTableStays() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda")
                .withPartitionLabels("root", "swap")
                .with("/etc/fstab", "PARTLABEL=root / ext4 x 0 1\n");
        assertThat(guest.draft(new DiskNames(), HYPERV).edits()).isEmpty();
    }
}
