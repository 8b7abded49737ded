package dev.bothways.conversion;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Puts a machine on another platform's hardware. It knows the source's definition and the target's platform, never a pair of
 * hypervisors.
 *
 * @param machine the machine as it will be; its disks have no medium yet
 * @param lost what stays behind
 */
record HardwareMapping(Machine machine, List<Lost> lost) {

    HardwareMapping {
        lost = List.copyOf(lost);
    }

    /**
     * The mapping.
     *
     * @param source the definition as it was read
     * @param identity what tells the machine from all others
     * @param platform the hardware asked for
     * @param firmware what shall start it, if that was asked for
     * @param hardDisks the disks as they will be laid out, in order: of each, the source's drive it comes from
     * @param room whether the target has the place that a drive is in, asked with the machine's platform and firmware there
     * @param asIs whether the guest stays unchanged: then it gets hardware that it knows or that every system has a driver for,
     *     before what is fastest on the platform
     * @throws ConversionException where the platform has no room for the machine
     */
    static HardwareMapping of(
            Machine source,
            String identity,
            Platform platform,
            Optional<Firmware> firmware,
            List<Disk> hardDisks,
            BiPredicate<Machine, Disk> room,
            boolean asIs)
            throws ConversionException {
        return new Mapper(source, identity, PlatformDevices.of(platform), room, asIs).map(firmware, hardDisks);
    }

    /** The mapping for a guest that is changed as the platform asks. */
    static HardwareMapping of(
            Machine source,
            String identity,
            Platform platform,
            Optional<Firmware> firmware,
            List<Disk> hardDisks,
            BiPredicate<Machine, Disk> room)
            throws ConversionException {
        return of(source, identity, platform, firmware, hardDisks, room, false);
    }

    private static final class Mapper {
        private final Machine source;
        private final String identity;
        private final PlatformDevices devices;
        private final BiPredicate<Machine, Disk> room;
        private final boolean asIs;
        /** As far as its drives must know it. */
        private Machine there;

        private final List<Lost> lost = new ArrayList<>();
        private final Set<Slot> taken = new HashSet<>();

        Mapper(
                Machine source,
                String identity,
                PlatformDevices devices,
                BiPredicate<Machine, Disk> room,
                boolean asIs) {
            this.asIs = asIs;
            this.source = source;
            this.there = source;
            this.identity = identity;
            this.devices = devices;
            this.room = room;
        }

        HardwareMapping map(Optional<Firmware> asked, List<Disk> hardDisks) throws ConversionException {
            if (source.platform() == devices.platform()
                    && asked.isEmpty()
                    && sameDrives(hardDisks)
                    && hasTheirBuses()) {
                return moved();
            }
            Firmware firmware = asked.orElseGet(() -> devices.firmware(source.firmware()));
            there = source.toBuilder()
                    .platform(devices.platform())
                    .firmware(firmware)
                    .build();
            if (source.firmware() instanceof Firmware.Uefi uefi
                    && uefi.variables().isPresent()) {
                lost.add(new Lost(
                        "UEFI variables " + uefi.variables().get(),
                        "stay behind; the guest starts by its disk's usual boot file"));
            }
            List<Disk> drives = new ArrayList<>();
            int floppies = 0;
            for (Disk disk : hardDisks) {
                drives.add(placed(disk));
            }
            for (Disk disk : source.disks()) {
                switch (disk.kind()) {
                    case DISK -> {
                        // Placed above, as the layout has it.
                    }
                    case CDROM -> drives.add(placed(emptied(disk)));
                    case FLOPPY ->
                        lost.add(new Lost(
                                "floppy drive " + (floppies++ + 1) + " ("
                                        + disk.slot().deviceName() + ")",
                                "is left out; no guest needs it to run"));
                }
            }
            Machine machine = there.toBuilder()
                    .disks(drives)
                    .nics(nics())
                    .consoles(devices.consoles())
                    .build();
            return new HardwareMapping(machine, lost);
        }

        /** The machine on its own platform: only the drives move that are where the target has no place. */
        private HardwareMapping moved() throws ConversionException {
            source.disks().stream().filter(this::hasRoom).map(Disk::slot).forEach(taken::add);
            List<Disk> drives = new ArrayList<>();
            for (Disk disk : source.disks()) {
                boolean stays = hasRoom(disk) || disk.kind() == Disk.Kind.FLOPPY;
                drives.add(stays ? disk : free(disk, sameBusFirst(disk.slot().bus())));
            }
            return new HardwareMapping(source.toBuilder().disks(drives).build(), List.of());
        }

        /** A definition may put a drive where its own platform has no such place: a disk of virtio under Xen. */
        private boolean hasTheirBuses() {
            return source.disks().stream()
                    .allMatch(disk -> devices.knows(disk.slot().bus()));
        }

        private boolean sameDrives(List<Disk> hardDisks) {
            List<Disk> now = source.disks().stream()
                    .filter(disk -> disk.kind() == Disk.Kind.DISK)
                    .toList();
            return now.equals(hardDisks);
        }

        private boolean hasRoom(Disk disk) {
            return room.test(there, disk);
        }

        private Disk placed(Disk disk) throws ConversionException {
            if (keepsItsPlace(disk) && taken.add(disk.slot())) {
                return disk;
            }
            return free(disk, asIs ? UnchangedGuest.buses(devices, disk.slot().bus()) : devices.buses());
        }

        /** A drive that must move is driven best where it was: on another controller, before another bus. */
        private List<PlatformDevices.Places> sameBusFirst(Bus bus) {
            return devices.buses().stream()
                    .sorted(Comparator.comparing(places -> places.bus() != bus))
                    .toList();
        }

        private Disk free(Disk disk, List<PlatformDevices.Places> buses) throws ConversionException {
            boolean cdrom = disk.kind() == Disk.Kind.CDROM;
            for (PlatformDevices.Places places : buses) {
                if (cdrom && !places.cdroms()) {
                    continue;
                }
                for (int i = 0; i < places.most() && i <= taken.size(); i++) {
                    Disk moved = disk.toBuilder()
                            .slot(places.slot(i))
                            .adapter(Optional.empty())
                            .build();
                    if (hasRoom(moved) && taken.add(moved.slot())) {
                        return moved;
                    }
                }
            }
            throw new ConversionException(
                    ConversionException.Kind.GUEST,
                    "the platform " + devices.platform().id() + " has no place left for the "
                            + (cdrom ? "CD drive " : "disk ") + disk.slot().deviceName()
                            + "; take drives out of the source's definition");
        }

        /** A single partition given as a device is named after its number, by the guest and by its neighbours. */
        private boolean keepsItsPlace(Disk disk) {
            return disk.slot().partition().isPresent()
                    && disk.slot().bus() == devices.buses().getFirst().bus();
        }

        private Disk emptied(Disk cdrom) {
            return cdrom.toBuilder().medium(Optional.empty()).build();
        }

        private List<Nic> nics() throws ConversionException {
            if (source.nics().size() > devices.mostNics()) {
                throw new ConversionException(
                        ConversionException.Kind.GUEST,
                        "the platform " + devices.platform().id() + " takes " + devices.mostNics()
                                + " network cards, and the machine has "
                                + source.nics().size()
                                + "; take some out of the source's definition");
            }
            List<Nic> nics = new ArrayList<>();
            for (Nic nic : source.nics()) {
                boolean kept = nic.model()
                        .filter(model ->
                                PlatformDevices.keptModels(devices.platform()).contains(model))
                        .isPresent();
                Nic.Builder mapped = nic.toBuilder();
                if (!kept) {
                    mapped.model(asIs ? UnchangedGuest.network(devices) : devices.network());
                }
                if (nic.mac().isEmpty()) {
                    mapped.mac(NewAddress.of(devices.platform(), identity, nics.size()));
                }
                nics.add(mapped.build());
            }
            return nics;
        }
    }
}
