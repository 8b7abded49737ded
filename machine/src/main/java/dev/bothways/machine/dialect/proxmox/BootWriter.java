package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes what a machine starts from. */
final class BootWriter {
    private static final Pattern LIST = Pattern.compile("(order=[a-z]+[0-9]+(;[a-z]+[0-9]+)*)?");

    private final Machine machine;
    private final ConfOutput out;

    BootWriter(Machine machine, ConfOutput out) {
        this.machine = machine;
        this.out = out;
    }

    /**
     * Writes it.
     *
     * @param drives the drives as they have been written
     * @param nics the keys of the network interfaces, in order
     */
    void write(Map<String, Disk> drives, List<String> nics) {
        if (machine.bootOrder().contains(BootDevice.FLOPPY)) {
            out.lose("boot from floppy", "is not done by Proxmox");
        }
        List<String> shortest = BootOrder.shortest(machine.bootOrder(), drives, nics);
        Optional<String> bootDisk = BootOrder.first(BootDevice.DISK, drives)
                .filter(key -> machine.bootOrder().isEmpty())
                .filter(key -> drives.entrySet().stream()
                        .anyMatch(entry ->
                                entry.getKey().equals(key) && entry.getValue().boot()));
        Optional<String> kept = SectionWriter.kept(machine, "boot")
                .filter(text -> LIST.matcher(text).matches());
        if (bootDisk.isPresent()) {
            out.put("bootdisk", bootDisk.get());
        } else if (kept.isPresent() && means(kept.get(), BootOrder.of(shortest, drives, nics), drives, nics)) {
            out.put("boot", kept.get());
        } else if (!shortest.isEmpty()) {
            out.put("boot", "order=" + String.join(";", shortest));
        }
    }

    private static boolean means(String text, BootOrder order, Map<String, Disk> drives, List<String> nics) {
        List<String> keys = text.isEmpty()
                ? List.of()
                : List.of(text.substring("order=".length()).split(";"));
        return BootOrder.of(keys, drives, nics).equals(order);
    }
}
