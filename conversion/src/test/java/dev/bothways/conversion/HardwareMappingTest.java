package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.target.Target;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class HardwareMappingTest {
    private static final Firmware PYGRUB =
            new Firmware.HostBootLoader("pygrub", List.of(), Optional.empty(), Optional.empty(), "");
    private static final Nic NIC =
            Nic.builder().mac(new MacAddress("00:16:3e:01:02:03")).build();

    @Test
    void gen1FillsFourPlacesOfIdeThenScsi() throws ConversionException {
        HardwareMapping mapping = map(xen(disks(6)), Platform.HYPERV_GEN1);
        assertThat(mapping.machine().disks())
                .extracting(Disk::slot)
                .containsExactly(
                        Slot.of(Bus.IDE, 0, 0),
                        Slot.of(Bus.IDE, 0, 1),
                        Slot.of(Bus.IDE, 1, 0),
                        Slot.of(Bus.IDE, 1, 1),
                        Slot.of(Bus.SCSI, 0, 0),
                        Slot.of(Bus.SCSI, 0, 1));
        assertThat(mapping.lost()).isEmpty();
    }

    @Test
    void noTwoDrivesOfAnyPlatformShareAPlace() throws ConversionException {
        for (Platform platform : Platform.values()) {
            List<Slot> slots = map(xen(disks(12)), platform).machine().disks().stream()
                    .map(Disk::slot)
                    .toList();
            assertThat(new HashSet<>(slots)).as(platform.id()).hasSize(12);
        }
    }

    @Test
    void refusesADriveForWhichNoPlaceIsLeft() {
        List<Disk> drives = new ArrayList<>(disks(4));
        drives.add(cdrom(4, "iso"));
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> map(xen(drives), Platform.HYPERV_GEN1))
                .withMessage("the platform hyperv-gen1 has no place left for the CD drive xvde; take drives out of the"
                        + " source's definition")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.GUEST));
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> map(xen(disks(46)), Platform.VIRTUALBOX))
                .withMessageContaining("has no place left for the disk xvdat");
    }

    /** Proxmox gives a guest sixteen drives of virtio; the others are drives of virtio-scsi. */
    @Test
    void goesOnOnTheNextBusWhereTheTargetHasNoMorePlaces() throws ConversionException {
        Target proxmox = Targets.find("proxmox").orElseThrow();
        Machine xen = xen(disks(18));
        HardwareMapping mapping =
                HardwareMapping.of(xen, "web01", Platform.KVM, Optional.empty(), xen.disks(), proxmox::takes);
        assertThat(mapping.machine().disks().stream().skip(15).map(Disk::slot))
                .containsExactly(Slot.of(Bus.VIRTIO, 0, 15), Slot.of(Bus.SCSI, 0, 0), Slot.of(Bus.SCSI, 0, 1));
        List<Long> sizes = Collections.nCopies(18, 1L << 30);
        assertThat(proxmox.refusals(mapping.machine(), sizes, DiskFormat.QCOW2)).isEmpty();
        assertThat(map(xen(disks(32)), Platform.VIRTUALBOX)
                        .machine()
                        .disks()
                        .getLast()
                        .slot())
                .isEqualTo(Slot.of(Bus.SCSI, 0, 1));
    }

    @Test
    void movesOnTheirOwnPlatformOnlyTheDrivesThatTheTargetHasNoPlaceFor() throws ConversionException {
        Target kubevirt = Targets.find("kubevirt").orElseThrow();
        List<Disk> drives = List.of(
                Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 3)).build(),
                Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0)).build(),
                Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SATA, 0, 9)).build(),
                Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.IDE, 0, 1)).build());
        Machine kvm = Machine.builder("a", Platform.KVM)
                .disks(drives)
                .nics(List.of(NIC))
                .build();
        HardwareMapping mapping =
                HardwareMapping.of(kvm, "a", Platform.KVM, Optional.empty(), drives.subList(0, 3), kubevirt::takes);
        assertThat(mapping.machine().disks())
                .extracting(Disk::slot)
                .containsExactly(
                        Slot.of(Bus.SCSI, 0, 3),
                        Slot.of(Bus.VIRTIO, 0, 0),
                        Slot.of(Bus.SATA, 0, 0),
                        Slot.of(Bus.IDE, 0, 1));
        assertThat(mapping.machine().nics()).containsExactly(NIC);
        assertThat(mapping.lost()).isEmpty();
    }

    @Test
    void refusesMoreNetworkCardsThanThePlatformTakes() throws ConversionException {
        Machine eight =
                xen(disks(1)).toBuilder().nics(Collections.nCopies(8, NIC)).build();
        assertThat(map(eight, Platform.HYPERV_GEN1).machine().nics()).hasSize(8);
        Machine nine = eight.toBuilder().nics(Collections.nCopies(9, NIC)).build();
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> map(nine, Platform.HYPERV_GEN1))
                .withMessage("the platform hyperv-gen1 takes 8 network cards, and the machine has 9; take some out of"
                        + " the source's definition")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.GUEST));
    }

    @Test
    void aCdStaysBehindAndItsDriveIsEmpty() throws ConversionException {
        List<Disk> drives = new ArrayList<>(disks(1));
        drives.add(cdrom(1, "debian.iso"));
        drives.add(Disk.builder(Disk.Kind.CDROM, Slot.ofIndex(Bus.XEN, 2)).build());
        HardwareMapping mapping = map(xen(drives), Platform.HYPERV_GEN1);
        assertThat(mapping.machine().disks()).hasSize(3).allSatisfy(drive -> {
            if (drive.kind() == Disk.Kind.CDROM) {
                assertThat(drive.medium()).isEmpty();
                assertThat(drive.readOnly()).isTrue();
            }
        });
        assertThat(HostReach.of(xen(drives), List.of(), true).lostOn(mapping.machine()))
                .containsExactly(new Lost(
                        "medium of CD drive 1", "stays with its host: debian.iso; the drive is empty on the target"));
    }

    @Test
    void aFloppyIsLeftOutAndNamed() throws ConversionException {
        List<Disk> drives = new ArrayList<>(disks(1));
        drives.add(Disk.builder(Disk.Kind.FLOPPY, Slot.of(Bus.FLOPPY, 0, 0)).build());
        HardwareMapping mapping = map(xen(drives), Platform.KVM);
        assertThat(mapping.machine().disks()).hasSize(1);
        assertThat(mapping.lost()).extracting(Lost::item).containsExactly("floppy drive 1 (fda)");
    }

    @Test
    void aMachineOfThePlatformIsNotTouched() throws ConversionException {
        List<Disk> drives = new ArrayList<>(disks(2));
        drives.add(cdrom(5, "debian.iso"));
        Machine machine = xen(drives);
        assertThat(map(machine, Platform.XEN_PV)).isEqualTo(new HardwareMapping(machine, List.of()));
    }

    @Test
    void partitionsGivenOneByOneKeepTheirNumbersFromXenToXen() throws ConversionException {
        List<Disk> drives = List.of(partition(2), partition(1));
        for (Platform platform : List.of(Platform.XEN_PV, Platform.XEN_PVH)) {
            assertThat(map(xen(drives), platform).machine().disks())
                    .as(platform.id())
                    .extracting(disk -> disk.slot().deviceName())
                    .containsExactly("xvda2", "xvda1");
        }
    }

    @Test
    void firmwareFollowsThePlatformUnlessItIsAskedFor() throws ConversionException {
        Machine machine = xen(disks(1));
        assertThat(map(machine, Platform.HYPERV_GEN1).machine().firmware()).isEqualTo(new Firmware.Bios());
        assertThat(map(machine, Platform.HYPERV_GEN2).machine().firmware()).isEqualTo(new Firmware.Uefi(false));
        assertThat(map(machine, Platform.XEN_PVH).machine().firmware()).isEqualTo(PYGRUB);
        Machine gen1 = map(machine, Platform.HYPERV_GEN1).machine();
        assertThat(map(gen1, Platform.XEN_PV).machine().firmware()).isEqualTo(PYGRUB);
        HardwareMapping asked = HardwareMapping.of(
                machine,
                "web01",
                Platform.KVM,
                Optional.of(new Firmware.Uefi(true)),
                machine.disks(),
                (there, drive) -> true);
        assertThat(asked.machine().firmware()).isEqualTo(new Firmware.Uefi(true));
    }

    @Test
    void networkCardsKeepTheirAddressAndAModelThatThePlatformHas() throws ConversionException {
        Nic legacy = NIC.toBuilder().model("tulip").build();
        Nic emulated = NIC.toBuilder().model("e1000").build();
        Machine machine =
                xen(disks(1)).toBuilder().nics(List.of(NIC, legacy, emulated)).build();
        HardwareMapping mapping = map(machine, Platform.HYPERV_GEN1);
        assertThat(mapping.machine().nics())
                .extracting(nic -> nic.model().orElseThrow())
                .containsExactly("synthetic", "tulip", "synthetic");
        assertThat(mapping.machine().nics()).extracting(Nic::mac).containsOnly(NIC.mac());
    }

    @Test
    void aCardWithoutAddressGetsOneOfThePlatformsRange() throws ConversionException {
        Nic bare = Nic.builder().build();
        Machine machine = xen(disks(1)).toBuilder().nics(List.of(bare, bare)).build();
        Map<Platform, String> ranges =
                Map.of(Platform.HYPERV_GEN1, "00:15:5d:", Platform.KVM, "52:54:00:", Platform.VMWARE, "00:50:56:[0-3]");
        for (Map.Entry<Platform, String> range : ranges.entrySet()) {
            HardwareMapping mapping = map(machine, range.getKey());
            List<String> addresses = mapping.machine().nics().stream()
                    .map(nic -> nic.mac().orElseThrow().text())
                    .toList();
            assertThat(addresses).doesNotHaveDuplicates().allMatch(mac -> mac.matches(range.getValue() + ".*"));
            assertThat(map(machine, range.getKey())).isEqualTo(mapping);
        }
    }

    @Test
    void theMachineGetsAConsoleOfThePlatform() throws ConversionException {
        HardwareMapping mapping = map(xen(disks(1)), Platform.HYPERV_GEN1);
        assertThat(mapping.machine().consoles()).containsExactly(Console.pty(Console.Type.SERIAL));
    }

    private static HardwareMapping map(Machine machine, Platform platform) throws ConversionException {
        List<Disk> hardDisks = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
        return HardwareMapping.of(machine, "web01", platform, Optional.empty(), hardDisks, (there, drive) -> true);
    }

    private static Machine xen(List<Disk> drives) {
        return Machine.builder("web01", Platform.XEN_PV)
                .firmware(PYGRUB)
                .disks(drives)
                .build();
    }

    private static List<Disk> disks(int count) {
        List<Disk> disks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            disks.add(Disk.builder(Disk.Kind.DISK, Slot.ofIndex(Bus.XEN, i))
                    .medium("disk" + i, "raw")
                    .build());
        }
        return disks;
    }

    private static Disk partition(int number) {
        return Disk.builder(Disk.Kind.DISK, new Slot(Bus.XEN, 0, 0, OptionalInt.of(number)))
                .medium("part" + number, "raw")
                .build();
    }

    private static Disk cdrom(int index, String iso) {
        return Disk.builder(Disk.Kind.CDROM, Slot.ofIndex(Bus.XEN, index))
                .medium(iso, "raw")
                .build();
    }
}
