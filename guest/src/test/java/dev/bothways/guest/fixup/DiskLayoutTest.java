package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.Volume;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskLayoutTest {

    private static DiskLayout plan(MadeUpGuest guest, Platform platform) throws IOException {
        return new LayoutPlanner(guest.attached, guest.guest(), target(platform)).plan();
    }

    private static void mark(VirtualDisk disk, String text) throws IOException {
        disk.write(0, ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    private static String read(VirtualDisk disk, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        disk.read(offset, bytes);
        return new String(bytes.array(), java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Test
    void makesOneDiskOfPartitionsAndKeepsTheirNumbers() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions();
        mark(guest.attached.get(0).disk(), "root");
        mark(guest.attached.get(1).disk(), "swap");
        DiskLayout layout = plan(guest, Platform.HYPERV_GEN1);
        DiskLayout.Wrapped disk = (DiskLayout.Wrapped) layout.disks().getFirst();
        assertThat(layout.disks()).hasSize(1);
        assertThat(disk.device()).isEqualTo("sda");
        assertThat(disk.sources()).containsExactly(1, 0);
        assertThat(layout.position(guest.volumes.getFirst()).device()).isEqualTo("sda2");

        VirtualDisk whole = disk.assemble(Volume::bytes);
        List<Partition> partitions = PartitionTable.read(whole).orElseThrow().partitions();
        assertThat(partitions).extracting(Partition::number).containsExactly(1, 2);
        assertThat(partitions).extracting(Partition::type).containsExactly("0x82", "0x83");
        assertThat(partitions).extracting(Partition::bootable).containsExactly(false, true);
        assertThat(read(whole, partitions.get(0).offset(), 4)).isEqualTo("swap");
        assertThat(read(whole, partitions.get(1).offset(), 4)).isEqualTo("root");
        assertThat(layout.position(guest.volumes.getFirst()).partitionUuid())
                .isEqualTo(partitions.get(1).uuid());
    }

    @Test
    void putsATableBeforeAFileSystemThatFillsItsDisk() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda");
        mark(guest.attached.getFirst().disk(), "root");
        DiskLayout.Wrapped disk =
                (DiskLayout.Wrapped) plan(guest, Platform.KVM).disks().getFirst();
        VirtualDisk whole = disk.assemble(Volume::bytes);
        assertThat(disk.device()).isEqualTo("vda");
        assertThat(whole.size()).isEqualTo(65L << 20);
        assertThat(read(whole, 1 << 20, 4)).isEqualTo("root");
    }

    @Test
    void leavesEverythingToAHostThatReadsFiles() throws IOException {
        assertThat(plan(MadeUpGuest.onPartitions(), Platform.XEN_PV).disks())
                .containsExactly(new DiskLayout.Kept("xvda1", 1), new DiskLayout.Kept("xvda2", 0));
        assertThat(plan(MadeUpGuest.onWholeDisk("xvda"), Platform.XEN_PVH).changes())
                .isFalse();
    }

    @Test
    void keepsADiskThatBootsByItself() throws IOException {
        assertThat(plan(MadeUpGuest.installed("vda"), Platform.HYPERV_GEN1).disks())
                .containsExactly(new DiskLayout.Kept("sda", 0));
    }

    @Test
    void keepsATableWithRoomForABootLoader() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("xvda");
        guest.bootCode("");
        assertThat(plan(guest, Platform.HYPERV_GEN1).changes()).isFalse();
    }

    @Test
    void givesTheSameSignatureEveryTime() throws IOException {
        assertThat(plan(MadeUpGuest.onPartitions(), Platform.KVM)
                        .position(MadeUpGuest.onPartitions().volumes.getFirst())
                        .partitionUuid())
                .isEqualTo(plan(MadeUpGuest.onPartitions(), Platform.KVM)
                        .position(MadeUpGuest.onPartitions().volumes.getFirst())
                        .partitionUuid());
    }
}
