package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LinuxDiskNamesTest {

    private static List<String> names(Platform platform, Slot... slots) {
        return LinuxDiskNames.of(
                platform,
                Arrays.stream(slots)
                        .map(slot -> Disk.builder(Disk.Kind.DISK, slot).build())
                        .toList());
    }

    @Test
    void takesTheNamesThatAXenDefinitionGives() {
        assertThat(names(Platform.XEN_PV, Slot.of(Bus.XEN, 0, 2), new Slot(Bus.XEN, 0, 0, OptionalInt.of(2))))
                .containsExactly("xvdc", "xvda2");
        assertThat(names(Platform.XEN_HVM, Slot.of(Bus.IDE, 0, 0), Slot.of(Bus.IDE, 1, 0)))
                .containsExactly("xvda", "xvdc");
    }

    @Test
    void countsTheDisksOfEachDriver() {
        assertThat(names(Platform.KVM, Slot.of(Bus.VIRTIO, 0, 3), Slot.of(Bus.SATA, 0, 1), Slot.of(Bus.VIRTIO, 0, 0)))
                .containsExactly("vdb", "sda", "vda");
        assertThat(names(Platform.KVM, Slot.of(Bus.NVME, 0, 0), Slot.of(Bus.NVME, 0, 1)))
                .containsExactly("nvme0n1", "nvme1n1");
    }

    @Test
    void countsThroughTheBusesOfOneDriver() {
        assertThat(names(
                        Platform.HYPERV_GEN1,
                        Slot.of(Bus.IDE, 0, 0),
                        Slot.of(Bus.IDE, 0, 1),
                        Slot.of(Bus.SCSI, 0, 0),
                        Slot.of(Bus.SCSI, 1, 0)))
                .containsExactly("sda", "sdb", "sdc", "sdd");
        assertThat(names(Platform.VIRTUALBOX, Slot.of(Bus.SATA, 0, 5), Slot.of(Bus.SCSI, 0, 0)))
                .containsExactly("sda", "sdb");
    }
}
