package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlanItemsTest {
    private static final Disk ROOT = Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
            .boot(true)
            .serial("S1")
            .build();
    private static final Machine SOURCE = Machine.builder("web01", Platform.XEN_PV)
            .description("the web")
            .processors(Processors.of(2, 4))
            .disks(List.of(ROOT))
            .nics(List.of(Nic.builder()
                    .model("netfront")
                    .mac(MacAddress.parse("00:16:3e:00:00:01").orElseThrow())
                    .mtu(9000)
                    .build()))
            .build();
    private static final Machine PLANNED = SOURCE.toBuilder()
            .platform(Platform.KVM)
            .disks(List.of(ROOT.toBuilder().slot(Slot.of(Bus.VIRTIO, 0, 0)).build()))
            .build();

    @Test
    void whatBothSidesHaveIsKept() {
        assertThat(compare(PLANNED, List.of()))
                .contains(PlanItem.kept("name", "web01"))
                .contains(PlanItem.kept("processors", "2"))
                .contains(PlanItem.kept("serial number of disk xvda", "S1"))
                .contains(PlanItem.kept("boot flag of disk xvda", "yes"))
                .contains(PlanItem.kept("address of network card 1", "00:16:3e:00:00:01"));
    }

    @Test
    void whatIsOtherThanBeforeIsMappedWithAReason() {
        assertThat(compare(PLANNED, List.of()))
                .contains(PlanItem.mapped("platform", "xen-pv", "kvm", "the virtual hardware of kvm"))
                .contains(PlanItem.mapped("disk xvda", "xvda", "virtio 0:0", "drives are there on kvm"));
        Machine named = PLANNED.toBuilder().guestOs("debian12").build();
        assertThat(compare(named, List.of()))
                .contains(PlanItem.mapped("guest operating system", "", "debian12", "the way of kvm"));
    }

    @Test
    void aLossHasTheWritersReason() {
        Machine carried = PLANNED.toBuilder().processors(Processors.of(2)).build();
        List<Lost> lost = List.of(
                new Lost("processors to be plugged in later", "are not offered"),
                new Lost("serial number of drive vda", "is chosen by the host"),
                new Lost("MTU of network card 1", "is the bridge's"),
                new Lost("the CD in hdc", "stays behind"));
        assertThat(compare(carried, lost))
                .contains(PlanItem.lost("processors to be plugged in later", "4", "are not offered"))
                .contains(PlanItem.lost("serial number of drive vda", "S1", "is chosen by the host"))
                .contains(PlanItem.lost("MTU of network card 1", "9000", "is the bridge's"))
                .contains(PlanItem.lost("the CD in hdc", "", "stays behind"))
                .filteredOn(item -> item.fate() == PlanItem.Fate.LOST)
                .hasSize(4);
    }

    @Test
    void whatNobodyNamedAndIsNotCarriedIsLost() {
        Machine carried = new Machine(
                PLANNED.name(),
                Optional.empty(),
                PLANNED.uuid(),
                PLANNED.platform(),
                PLANNED.firmware(),
                PLANNED.processors(),
                PLANNED.memory(),
                PLANNED.bootOrder(),
                PLANNED.disks(),
                PLANNED.nics(),
                PLANNED.consoles(),
                PLANNED.display(),
                PLANNED.clock(),
                PLANNED.securityChip(),
                PLANNED.guestOs(),
                PLANNED.hostDevices(),
                PLANNED.extras());
        assertThat(compare(carried, List.of()))
                .contains(PlanItem.lost("description", "the web", "has no counterpart in the definitions of kvm"));
    }

    private static List<PlanItem> compare(Machine carried, List<Lost> lost) {
        return new PlanItems(PLANNED, "kvm", SOURCE.disks(), Map.of()).compare(SOURCE, carried, lost);
    }
}
