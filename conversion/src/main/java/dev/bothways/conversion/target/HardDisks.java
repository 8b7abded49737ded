package dev.bothways.conversion.target;

import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The hard disks of a machine, by their number in the contract of {@link Target}. */
public final class HardDisks {
    private HardDisks() {}

    /** The hard disks, in the order of the definition. */
    public static List<Disk> of(Machine machine) {
        return machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
    }

    /** The machine with the converted disks as the media of its hard disks. */
    public static Machine withFiles(Machine machine, List<Target.ConvertedDisk> files) {
        List<Disk> disks = new ArrayList<>();
        int number = 0;
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                Target.ConvertedDisk file = files.get(number++);
                disks.add(disk.toBuilder()
                        .medium(file.file(), file.format().label())
                        .size(disk.size().isPresent() ? OptionalLong.of(file.size()) : OptionalLong.empty())
                        .build());
            } else {
                disks.add(disk);
            }
        }
        if (number != files.size()) {
            throw new IllegalArgumentException(number + " hard disks, " + files.size() + " converted ones");
        }
        return machine.toBuilder().disks(disks).build();
    }
}
