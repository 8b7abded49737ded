package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.guest.Assessment;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.fixup.FixupPlan;
import dev.bothways.guest.fixup.Fixups;
import dev.bothways.guest.fixup.TargetHardware;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is inside a machine, and on which platforms it would boot. Open until closed: facts may be read from it later. */
public final class SourceInspection implements Closeable {
    private final SourceMachine source;
    private final OpenDisks open;
    private final List<InspectedDisk> disks;
    private final Inside inside;

    private SourceInspection(SourceMachine source, OpenDisks open, List<InspectedDisk> disks, Inside inside) {
        this.source = source;
        this.open = open;
        this.disks = disks;
        this.inside = inside;
    }

    /**
     * How the guest fares on one platform.
     *
     * @param assessment as it is
     * @param fixups the names of the fix-ups a conversion would make, in order
     * @param blockers why no conversion could make it run there; empty where one could
     */
    public record Row(Assessment assessment, List<String> fixups, List<String> blockers) {}

    /** Opens a source and looks inside. */
    public static SourceInspection open(java.nio.file.Path path, SourceOptions options) throws IOException {
        SourceMachine source = SourceMachines.find(path, options);
        OpenDisks disks = OpenDisks.open(source);
        try {
            return new SourceInspection(source, disks, disks.inspected(), disks.inside(source.hostBoot()));
        } catch (IOException | RuntimeException e) {
            try (disks) {
                throw e;
            }
        }
    }

    /** The machine as its definition has it. */
    public SourceMachine source() {
        return source;
    }

    /** Its hard disks. */
    public List<InspectedDisk> disks() {
        return List.copyOf(disks);
    }

    /** What is inside. */
    public Inside inside() {
        return inside;
    }

    /** One row for each platform; none where the guest is not understood. */
    public List<Row> matrix() throws IOException {
        if (inside.linux().isEmpty()) {
            open.requireUnchanged();
            return List.of();
        }
        LinuxGuest guest = inside.linux().get();
        List<Row> rows = new ArrayList<>();
        List<Disk> hardDisks = source.machine().disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
        Fixups fixups = new Fixups(open.attached(), guest, Optional.empty(), SourceCards.of(source));
        for (Platform platform : Platform.values()) {
            HardwareMapping mapping = HardwareMapping.of(
                    source.machine(), source.identity(), platform, Optional.empty(), hardDisks, (there, drive) -> true);
            FixupPlan plan = fixups.plan(TargetHardware.of(mapping.machine()));
            rows.add(new Row(Assessment.of(guest, platform), plan.fixups(), plan.blockers()));
        }
        open.requireUnchanged();
        return rows;
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
