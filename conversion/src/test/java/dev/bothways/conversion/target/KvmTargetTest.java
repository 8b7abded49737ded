package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.LibvirtOfQemu;
import dev.bothways.conversion.target.Target.ConvertedDisk;
import dev.bothways.conversion.target.Target.Definition;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libvirt would refuse a whole domain for is left out, and named. */
final class KvmTargetTest {
    private static final Target KVM = Targets.find("kvm").orElseThrow();
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    private Path folder;

    private static Machine machine(Disk... disks) {
        return Machine.builder("web01", Platform.KVM)
                .memory(Memory.fixed(GIBIBYTE))
                .disks(List.of(disks))
                .build();
    }

    private static Disk.Builder disk(Slot slot) {
        return Disk.builder(Disk.Kind.DISK, slot);
    }

    private Definition accepted(Machine machine, DiskFormat format) throws IOException {
        int count = HardDisks.of(machine).size();
        List<ConvertedDisk> disks = IntStream.range(0, count)
                .mapToObj(i -> new ConvertedDisk(KVM.diskFile(machine, i, format), format, GIBIBYTE, "0".repeat(64)))
                .toList();
        Definition definition = KVM.definition(HardDisks.withFiles(machine, disks), disks);
        String text = definition.files().getFirst().text();
        assertThat(new LibvirtOfQemu(folder).refusals(Map.of("it", text))).isEmpty();
        return definition;
    }

    private static List<String> lost(Definition definition) {
        return definition.lost().stream().map(Lost::item).toList();
    }

    @Test
    void sharesRawImagesOnly() throws IOException {
        Machine machine = machine(disk(Slot.of(Bus.VIRTIO, 0, 0)).shared(true).build());
        assertThat(KVM.usualFormat(machine)).isEqualTo(DiskFormat.RAW);
        assertThat(KVM.usualFormat(machine(disk(Slot.of(Bus.VIRTIO, 0, 0)).build())))
                .isEqualTo(DiskFormat.QCOW2);
        assertThat(lost(accepted(machine, DiskFormat.RAW))).isEmpty();
        assertThat(lost(accepted(machine, DiskFormat.QCOW2))).containsExactly("sharing of drive vda");
    }

    @Test
    void protectsNoDiskOfIdeAndSata() throws IOException {
        Machine machine = machine(
                disk(Slot.of(Bus.IDE, 0, 0)).readOnly(true).build(),
                disk(Slot.of(Bus.SATA, 0, 0)).readOnly(true).build(),
                disk(Slot.of(Bus.SCSI, 0, 0)).readOnly(true).build());
        Definition definition = accepted(machine, DiskFormat.QCOW2);
        assertThat(lost(definition)).containsExactly("write protection of drive hda", "write protection of drive sda");
        assertThat(KVM.carried(machine, definition).disks())
                .extracting(Disk::readOnly)
                .containsExactly(false, false, true);
    }

    @Test
    void hasNoIdeWithSecureBoot() throws IOException {
        Disk ide = Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.IDE, 0, 0)).build();
        Disk sata = Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 0)).build();
        Machine secure = machine(disk(Slot.of(Bus.VIRTIO, 0, 0)).build(), sata).toBuilder()
                .firmware(new Firmware.Uefi(true))
                .build();
        assertThat(KVM.takes(secure, ide)).isFalse();
        assertThat(KVM.takes(secure, sata)).isTrue();
        assertThat(KVM.takes(machine(), ide)).isTrue();
        assertThat(lost(accepted(secure, DiskFormat.QCOW2))).isEmpty();
    }

    @Test
    void showsTheScreenByVncWhereItWasByRdp() throws IOException {
        Display.Viewer rdp = new Display.Viewer(Display.Protocol.RDP, Optional.empty(), OptionalInt.of(3389));
        Machine machine = machine(disk(Slot.of(Bus.VIRTIO, 0, 0)).build()).toBuilder()
                .display(new Display(Optional.of("vmsvga"), OptionalLong.empty(), List.of(rdp), Optional.empty()))
                .build();
        Definition definition = accepted(machine, DiskFormat.QCOW2);
        assertThat(lost(definition)).contains("viewer by rdp");
        assertThat(definition.files().getFirst().text()).contains("<graphics type=\"vnc\"");
    }
}
