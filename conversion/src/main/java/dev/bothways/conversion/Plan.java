package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.conversion.target.Target;
import dev.bothways.disk.DiskFormat;
import dev.bothways.guest.fixup.FixupPlan;
import dev.bothways.machine.Machine;
import java.util.List;

/**
 * What a conversion would do, decided whole before the first byte is written.
 *
 * @param source the machine as it is
 * @param sourceDisks the hard disks as they were found
 * @param inside what is inside
 * @param asIs whether nothing inside is touched
 * @param target what it becomes
 * @param machine the machine as it will be; its disks have no medium yet
 * @param format of the disks
 * @param diskFiles the names of the disks' files in the folder, in order
 * @param items what becomes of each item of the definition
 * @param fixups what changes inside the guest and on its disks
 * @param tasks what someone must see to on the target, a sentence each
 * @param warnings what someone should look at
 */
public record Plan(
        SourceMachine source,
        List<InspectedDisk> sourceDisks,
        Inside inside,
        boolean asIs,
        Target target,
        Machine machine,
        DiskFormat format,
        List<String> diskFiles,
        List<PlanItem> items,
        FixupPlan fixups,
        List<String> tasks,
        List<String> warnings) {

    public Plan {
        diskFiles = List.copyOf(diskFiles);
        items = List.copyOf(items);
        sourceDisks = List.copyOf(sourceDisks);
        tasks = List.copyOf(tasks);
        warnings = List.copyOf(warnings);
    }

    /** The items of one fate. */
    public List<PlanItem> items(PlanItem.Fate fate) {
        return items.stream().filter(item -> item.fate() == fate).toList();
    }
}
