package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.HardDisks;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.guest.Assessment;
import dev.bothways.guest.GuestException;
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

    private final List<Row> matrix;

    private SourceInspection(
            SourceMachine source, OpenDisks open, List<InspectedDisk> disks, Inside inside, List<Row> matrix) {
        this.source = source;
        this.open = open;
        this.disks = disks;
        this.inside = inside;
        this.matrix = matrix;
    }

    /**
     * How the guest fares on one platform.
     *
     * @param assessment as it is
     * @param fixups the names of the fix-ups a conversion would make, in order
     * @param blockers why no conversion could make it run there; empty where one could
     */
    public record Row(Assessment assessment, List<String> fixups, List<String> blockers) {}

    /** Opens a source and looks inside. What cannot be understood inside is an answer too, and no error. */
    public static SourceInspection open(java.nio.file.Path path, SourceOptions options) throws IOException {
        SourceMachine source = SourceMachines.find(path, options);
        OpenDisks disks = OpenDisks.open(source);
        try {
            List<InspectedDisk> inspected = disks.inspected();
            Inside inside = disks.inside(source.hostBoot());
            List<Row> matrix = List.of();
            if (inside instanceof Inside.Understood(LinuxGuest guest)) {
                try {
                    matrix = matrix(source, disks, guest);
                } catch (GuestException | VolumeException e) {
                    inside = new Inside.NotUnderstood(String.valueOf(e.getMessage()));
                }
            }
            disks.requireUnchanged();
            return new SourceInspection(source, disks, inspected, inside, matrix);
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
    public List<Row> matrix() {
        return List.copyOf(matrix);
    }

    private static List<Row> matrix(SourceMachine source, OpenDisks disks, LinuxGuest guest) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<Disk> hardDisks = HardDisks.of(source.machine());
        Fixups fixups = new Fixups(disks.attached(), guest, Optional.empty(), SourceCards.of(source));
        for (Platform platform : Platform.values()) {
            HardwareMapping mapping = HardwareMapping.of(
                    source.machine(), source.identity(), platform, Optional.empty(), hardDisks, (there, drive) -> true);
            FixupPlan plan = fixups.plan(TargetHardware.of(mapping.machine()));
            rows.add(new Row(Assessment.of(guest, platform), plan.fixups(), plan.blockers()));
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
