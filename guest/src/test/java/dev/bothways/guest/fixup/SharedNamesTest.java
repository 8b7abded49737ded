package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.KERNEL;
import static dev.bothways.guest.fixup.MadeUpGuest.SWAP_UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.Volume;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /** The name that the first partition of the first disk has on the target, which differs from the copy's. */
    private static String own(Draft draft) throws IOException {
        return "PARTUUID="
                + draft.layout()
                        .position(draft.guest().root())
                        .partitionUuid()
                        .filter(uuid -> !uuid.equals("deadbeef-01"))
                        .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Platform.class)
    void givesTheOriginalNamesOfItsOwnWhereABackupHasTheSame(Platform platform) throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda")
                .withCopyAs("xvdb")
                .with("/etc/fstab", "/dev/xvda1 / ext4 x 0 1\n/dev/xvdb1 /backup ext4 x 0 1\n")
                .with("/boot/grub/grub.cfg", grub("/dev/xvda1"));
        Draft draft = guest.draft(new DiskNames(), target(platform));
        guest.plan(draft).apply();
        if (platform == Platform.XEN_PV || platform == Platform.XEN_PVH) {
            assertThat(guest.text("/etc/fstab")).isEqualTo("/dev/xvda1 / ext4 x 0 1\n/dev/xvdb1 /backup ext4 x 0 1\n");
            assertThat(draft.warnings()).isEmpty();
        } else {
            assertThat(guest.text("/etc/fstab"))
                    .isEqualTo(own(draft) + " / ext4 x 0 1\nPARTUUID=deadbeef-01 /backup ext4 x 0 1\n");
            assertThat(guest.text("/boot/grub/grub.cfg")).isEqualTo(grub(own(draft)));
            assertThat(draft.warnings()).singleElement().asString().contains("is a copy of");
        }
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
        Draft draft = guest.draft(new DiskNames(), HYPERV);
        guest.plan(draft).apply();
        assertThat(guest.text("/etc/fstab")).isEqualTo("# comment\n" + own(draft) + " / ext4 x 0 1\n");
        assertThat(guest.text("/boot/grub/grub.cfg")).isEqualTo(grub(own(draft)));
        assertThat(draft.warnings())
                .anyMatch(warning ->
                        warning.startsWith("/etc/fstab, line 2: " + name + " is the name of xvda1 and of xvdb1"))
                .anyMatch(warning -> warning.startsWith("/boot/grub/grub.cfg, line 2: " + name));
    }

    @Test
    void writesTheNewIdentityOntoTheDiskOfTheGuestAlone() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda").withCopyAs("xvdb");
        VirtualDisk original = guest.attached.getFirst().disk();
        VirtualDisk copy = new MemoryDisk(original.size());
        ByteBuffer bytes = ByteBuffer.allocate((int) original.size());
        original.read(0, bytes);
        copy.write(0, bytes.flip());
        guest.attached.set(1, new AttachedDisk("xvdb", copy));
        Draft draft = guest.draft(new DiskNames(), HYPERV);
        List<VirtualDisk> disks = guest.plan(draft).disks();
        PartitionTable own = PartitionTable.read(disks.get(0)).orElseThrow();
        PartitionTable other = PartitionTable.read(disks.get(1)).orElseThrow();
        assertThat(other.uuid()).isEqualTo("deadbeef");
        assertThat("PARTUUID=" + own.partitions().getFirst().uuid().orElseThrow())
                .isEqualTo(own(draft));
        assertThat(own.partitions())
                .extracting(Partition::offset)
                .isEqualTo(other.partitions().stream().map(Partition::offset).toList());
    }

    @Test
    void namesADiskByItsPlaceWhereNothingElseNamesIt() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda").with("/etc/fstab", "/dev/xvdb /data ext4 x 0 2\n");
        guest.withCopyAs("xvdb").withCopyAs("xvdc");
        Draft draft = guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text("/etc/fstab")).isEqualTo("/dev/sdb /data ext4 x 0 2\n");
        assertThat(draft.warnings()).singleElement().asString().contains("nothing names xvdb for sure");
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
        guest.attached.add(new AttachedDisk("xvdb", root.bytes()));
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
            guest.attached.add(new AttachedDisk(device, volume.bytes()));
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
