package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Disk;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The devices that a machine starts from, by their keys.
 *
 * @param classes their classes, in the order of the first of each
 * @param drives the first hard disk and the first CD drive among them
 */
record BootOrder(List<BootDevice> classes, Set<String> drives) {

    BootOrder {
        classes = List.copyOf(classes);
        drives = Set.copyOf(drives);
    }

    /**
     * Sorts out a list.
     *
     * @param keys the devices in order; such as are not there count for nothing
     * @param devices the machine's drives
     * @param nics the keys of its network interfaces
     */
    static BootOrder of(List<String> keys, Map<String, Disk> devices, List<String> nics) {
        LinkedHashSet<BootDevice> classes = new LinkedHashSet<>();
        Set<String> drives = new LinkedHashSet<>();
        for (String key : keys) {
            Optional<BootDevice> device = Optional.ofNullable(devices.get(key)).map(BootOrder::deviceOf);
            if (device.isPresent()) {
                if (classes.add(device.get())) {
                    drives.add(key);
                }
            } else if (nics.contains(key)) {
                classes.add(BootDevice.NETWORK);
            }
        }
        return new BootOrder(List.copyOf(classes), drives);
    }

    private static BootDevice deviceOf(Disk disk) {
        return switch (disk.kind()) {
            case DISK -> BootDevice.DISK;
            case CDROM -> BootDevice.CDROM;
            case FLOPPY -> BootDevice.FLOPPY;
        };
    }

    /** The devices that the old letters stand for: {@code cdn} is the named disk, CDs, the network. */
    static List<String> ofLetters(
            String letters, Optional<String> bootDisk, Map<String, Disk> devices, List<String> nics) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++) {
            switch (letters.charAt(i)) {
                case 'c' -> bootDisk.ifPresent(keys::add);
                case 'd' ->
                    devices.forEach((key, disk) -> {
                        boolean made = disk.medium()
                                .filter(DriveReader::madeForCloudInit)
                                .isPresent();
                        if (disk.kind() == Disk.Kind.CDROM && !made) {
                            keys.add(key);
                        }
                    });
                case 'n' -> keys.addAll(nics);
                default -> {
                    // A floppy drive, of which the machine has none.
                }
            }
        }
        return keys;
    }

    /** The shortest list that means the same: of each class the first device, drives to boot from before others. */
    static List<String> shortest(List<BootDevice> classes, Map<String, Disk> devices, List<String> nics) {
        List<String> keys = new ArrayList<>();
        for (BootDevice device : classes) {
            if (device == BootDevice.NETWORK) {
                nics.stream().findFirst().ifPresent(keys::add);
            } else {
                first(device, devices).ifPresent(keys::add);
            }
        }
        return keys;
    }

    /** The device of a class that the machine starts from. */
    static Optional<String> first(BootDevice device, Map<String, Disk> devices) {
        Optional<String> flagged = devices.entrySet().stream()
                .filter(entry ->
                        deviceOf(entry.getValue()) == device && entry.getValue().boot())
                .map(Map.Entry::getKey)
                .findFirst();
        return flagged.or(() -> devices.entrySet().stream()
                .filter(entry -> deviceOf(entry.getValue()) == device)
                .map(Map.Entry::getKey)
                .findFirst());
    }
}
