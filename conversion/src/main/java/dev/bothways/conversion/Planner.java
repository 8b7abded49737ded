package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.conversion.target.HardDisks;
import dev.bothways.conversion.target.Target;
import dev.bothways.disk.DiskFormat;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.fixup.DiskLayout;
import dev.bothways.guest.fixup.DiskNaming;
import dev.bothways.guest.fixup.FixupPlan;
import dev.bothways.guest.fixup.Fixups;
import dev.bothways.guest.fixup.TargetHardware;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides what a conversion does: the platform, the machine on it, the layout of its disks, and the fix-ups. */
final class Planner {
    /** The disks are hashed when they are written; what a definition carries does not hang on it. */
    private static final String NOT_YET_HASHED = "0".repeat(64);

    /** The way out of every refusal that comes from inside the guest. */
    static final String AS_IS = "; --as-is converts the disks and the definition and changes nothing inside";

    private final ConversionRequest request;
    private final SourceMachine source;
    private final Inside inside;
    private final OpenDisks disks;
    private final List<InspectedDisk> sourceDisks;
    private final Optional<Firmware> firmware;
    private final GuestWork work;

    Planner(
            ConversionRequest request,
            SourceMachine source,
            Inside inside,
            OpenDisks disks,
            List<InspectedDisk> sourceDisks)
            throws ConversionException {
        this.request = request;
        this.source = source;
        this.inside = inside;
        this.disks = disks;
        this.sourceDisks = List.copyOf(sourceDisks);
        this.work = work();
        // Of a bare image the firmware tells how it starts now; it has no definition that could be overruled.
        this.firmware = source.dialect().equals(SourceMachine.BARE_IMAGE) ? Optional.empty() : request.firmware();
    }

    /** What plans the work inside the guest on each platform that is tried. */
    @FunctionalInterface
    private interface GuestWork {
        FixupPlan on(TargetHardware target, DiskNaming naming) throws IOException;
    }

    private GuestWork work() throws ConversionException {
        if (request.asIs()) {
            FixupPlan untouched = FixupPlan.untouched(disks.attached());
            return (target, naming) -> untouched;
        }
        return switch (inside) {
            case Inside.Understood(LinuxGuest guest) ->
                new Fixups(
                                disks.attached(),
                                guest,
                                request.grub(),
                                SourceCards.of(source),
                                request.discardHibernation())::plan;
            case Inside.NotUnderstood(String why) ->
                throw new ConversionException(
                        ConversionException.Kind.SOURCE, source.definition() + ": " + why + AS_IS);
        };
    }

    Plan plan() throws IOException {
        Map<Platform, List<String>> blockers = new LinkedHashMap<>();
        for (Platform platform : candidates()) {
            checkFormat(platform);
            FixupPlan fixups = fixups(platform);
            if (fixups.blockers().isEmpty()) {
                return plan(platform, fixups);
            }
            blockers.put(platform, fixups.blockers());
        }
        throw new ConversionException(
                ConversionException.Kind.GUEST,
                source.definition() + ": the guest cannot be made to run on " + blocked(blockers) + AS_IS);
    }

    private void checkFormat(Platform platform) throws ConversionException {
        List<DiskFormat> formats = request.target().diskFormats(platform);
        if (request.format().isPresent() && !formats.contains(request.format().get())) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    "the target " + request.target().id() + " takes no "
                            + request.format().get().label() + " disks; it takes "
                            + String.join(
                                    ", ",
                                    formats.stream().map(DiskFormat::label).toList()));
        }
    }

    /** What is in the way on every platform is said once; no choice of a platform would help. */
    private String blocked(Map<Platform, List<String>> blockers) {
        Set<String> everywhere =
                new LinkedHashSet<>(blockers.values().iterator().next());
        blockers.values().forEach(everywhere::retainAll);
        if (!everywhere.isEmpty()) {
            return request.target().id() + ": " + String.join("; ", everywhere);
        }
        List<String> each = new ArrayList<>();
        blockers.forEach((platform, why) -> each.add(platform.id() + ": " + String.join("; ", why)));
        return String.join("; on ", each);
    }

    /** The platforms to try, in order: one that starts as the guest does now comes first. */
    private List<Platform> candidates() throws ConversionException {
        List<Platform> offered = request.target().platforms();
        if (request.platform().isPresent()) {
            Platform asked = request.platform().get();
            if (!offered.contains(asked)) {
                throw new ConversionException(
                        ConversionException.Kind.USAGE,
                        "the target " + request.target().id() + " has no platform " + asked.id() + "; it has "
                                + String.join(
                                        ", ", offered.stream().map(Platform::id).toList()));
            }
            return List.of(asked);
        }
        Firmware starts = firmware.orElse(source.machine().firmware());
        if (request.asIs()) {
            return UnchangedGuest.platforms(offered, source.machine().platform(), starts);
        }
        if (!(starts instanceof Firmware.Uefi)) {
            return offered;
        }
        List<Platform> sorted = new ArrayList<>(offered);
        sorted.sort(java.util.Comparator.comparing(
                platform -> !(PlatformDevices.of(platform).firmware(starts) instanceof Firmware.Uefi)));
        return sorted;
    }

    private FixupPlan fixups(Platform platform) throws IOException {
        TargetMachine mapped = way(platform).end(hardDisks(source.machine()));
        return work.on(TargetHardware.of(mapped.machine()), drives -> names(platform, drives));
    }

    private TargetMachine.Way way(Platform platform) {
        return new TargetMachine.Way(
                source.machine(),
                source.dialect(),
                source.identity(),
                request.target(),
                platform,
                firmware,
                inside.linux().flatMap(InstalledSystem::of),
                request.strict(),
                request.asIs());
    }

    /** What the guest calls these disks where the target's definition will have them. */
    private List<String> names(Platform platform, List<DiskNaming.Drive> drives) throws IOException {
        List<Disk> laidOut = new ArrayList<>();
        for (DiskNaming.Drive drive : drives) {
            Disk disk = disks.list().get(drive.source()).source().disk();
            laidOut.add(drive.whole() ? whole(disk) : disk);
        }
        return LinuxDiskNames.of(platform, hardDisks(way(platform).end(laidOut).machine()));
    }

    private static List<Disk> hardDisks(Machine machine) {
        return machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
    }

    private Plan plan(Platform platform, FixupPlan fixups) throws IOException {
        List<Disk> laidOut = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (DiskLayout.TargetDisk disk : fixups.layout().disks()) {
            Disk first = disks.list().get(disk.sources().getFirst()).source().disk();
            laidOut.add(
                    switch (disk) {
                        case DiskLayout.Kept kept -> first;
                        case DiskLayout.Wrapped wrapped -> whole(first);
                    });
            sizes.add(
                    switch (disk) {
                        case DiskLayout.Kept kept ->
                            disks.list().get(kept.source()).overlay().size();
                        case DiskLayout.Wrapped wrapped ->
                            wrapped.table().sectors() * wrapped.table().sectorSize();
                    });
        }
        TargetMachine mapping = way(platform).end(laidOut);
        Target target = request.target();
        DiskFormat format = request.format().orElseGet(() -> target.usualFormat(mapping.machine()));
        List<String> refusals = new ArrayList<>(target.refusals(mapping.machine(), sizes, format));
        if (laidOut.isEmpty() && target.bundle().isPresent()) {
            refusals.add("the machine has no hard disk, and an archive of " + target.id()
                    + " is made around one; choose a target with a folder");
        }
        if (!refusals.isEmpty()) {
            throw new ConversionException(ConversionException.Kind.GUEST, String.join("; ", refusals));
        }
        List<String> files = new ArrayList<>();
        for (int i = 0; i < laidOut.size(); i++) {
            files.add(target.diskFile(mapping.machine(), i, format));
        }
        Draft draft = draft(mapping, files, format, sizes);
        List<String> warnings = new ArrayList<>(source.warnings());
        warnings.addAll(draft.warnings());
        warnings.addAll(fixups.warnings());
        return new Plan(
                source,
                sourceDisks,
                inside,
                request.asIs(),
                target,
                mapping.machine(),
                format,
                files,
                items(mapping, laidOut, draft, fixups),
                fixups,
                request.asIs()
                        ? UnchangedGuest.tasks(source.machine(), mapping.machine(), inside, target.id())
                        : List.of(),
                warnings);
    }

    /**
     * The target's definition before the disks are there.
     *
     * @param carried the machine as the hypervisor will read it
     * @param written the machine as the definition has it, whatever the hypervisor makes of that
     */
    private record Draft(Target.Definition definition, Machine carried, Machine written) {
        /** What of it reaches into the source's host. */
        List<String> warnings() {
            return HostReach.of(written, HardDisks.of(written), false).warnings();
        }
    }

    private Draft draft(TargetMachine mapping, List<String> files, DiskFormat format, List<Long> sizes)
            throws IOException {
        List<Target.ConvertedDisk> converted = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            converted.add(new Target.ConvertedDisk(files.get(i), format, sizes.get(i), NOT_YET_HASHED));
        }
        Machine machine = HardDisks.withFiles(mapping.machine(), converted);
        Target target = request.target();
        Target.Definition definition = target.definition(machine, converted);
        return new Draft(definition, target.carried(machine, definition), target.written(machine, definition));
    }

    /** What becomes of each item: what the definition will carry is compared with what the source's has. */
    private List<PlanItem> items(TargetMachine mapping, List<Disk> laidOut, Draft draft, FixupPlan fixups) {
        List<Lost> lost = new ArrayList<>(source.lost());
        lost.addAll(mapping.lost());
        lost.addAll(draft.definition().lost());
        List<Disk> before = new ArrayList<>(laidOut);
        source.machine().disks().stream()
                .filter(disk -> disk.kind() != Disk.Kind.DISK)
                .forEach(before::add);
        List<PlanItem> items = new ArrayList<>(
                new PlanItems(mapping.machine(), request.target().id(), laidOut, mapping.reasons())
                        .compare(source.machine().toBuilder().disks(before).build(), draft.carried(), lost));
        for (DiskLayout.TargetDisk disk : fixups.layout().disks()) {
            if (disk instanceof DiskLayout.Wrapped wrapped) {
                wrapped.pieces()
                        .forEach(piece -> items.add(PlanItem.mapped(
                                "volume " + piece.volume().device(),
                                piece.volume().device(),
                                "partition " + piece.partition() + " of " + wrapped.device(),
                                wrapped.reason())));
            }
        }
        return items;
    }

    private static Disk whole(Disk partition) {
        Slot slot = partition.slot();
        return partition.toBuilder()
                .slot(Slot.of(slot.bus(), slot.controller(), slot.unit()))
                .build();
    }
}
