package dev.bothways.conversion;

import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.conversion.bundle.MachineJson;
import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.target.Bundle;
import dev.bothways.conversion.target.HardDisks;
import dev.bothways.conversion.target.Target;
import dev.bothways.disk.ConcatenatedDisk;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.GuestHash;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.InputException;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.OutputException;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.archive.ArchivePath;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.fixup.AppliedEdit;
import dev.bothways.guest.fixup.DiskLayout;
import dev.bothways.guest.fixup.FixupPlan;
import dev.bothways.machine.Machine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * One conversion: validate, plan, overlay, copy, verify, definition, manifest, and the folder's name last.
 *
 * <p>{@link #plan} opens the source, decides everything and changes the guest in an overlay in memory; {@link #execute} writes it.
 * The source is open for reading only.
 */
public final class Conversion implements Closeable {
    /** The version that manifests name. */
    public static final String VERSION = "0.1.0";

    private static final int HYPERV_UNIT = 4096;
    /** Where a disk's file is not whole yet. */
    private static final String NOT_YET_HASHED = "";

    private final OpenDisks disks;
    private final Plan plan;
    private final Changed changed;
    private final PlannedSizes sizes;
    private boolean executed;

    private Conversion(OpenDisks disks, Plan plan, Changed changed, PlannedSizes sizes) {
        this.disks = disks;
        this.plan = plan;
        this.changed = changed;
        this.sizes = sizes;
    }

    /**
     * The source with everything changed that the plan changes, in memory.
     *
     * @param records the changes
     * @param views the disks that are written, in order
     */
    private record Changed(List<Manifest.FixupRecord> records, List<VirtualDisk> views) {}

    /**
     * Plans a conversion whose place is not decided yet.
     *
     * @see #plan(ConversionRequest, Optional)
     */
    public static Conversion plan(ConversionRequest request) throws IOException {
        return plan(request, Optional.empty());
    }

    /**
     * Opens a source and plans its conversion. Whatever can refuse it is tried: the guest is changed in memory, and the place of the
     * output looked at, although nothing is written there.
     *
     * @param destination where it would be written, if that is known
     * @throws ConversionException of kind GUEST where the guest cannot be made to run on the target, of kind OUTPUT where the
     *     machine cannot be written there
     */
    public static Conversion plan(ConversionRequest request, Optional<Destination> destination) throws IOException {
        if (destination.isPresent()) {
            OutputFolder.check(destination.get(), List.of()); // Before the source is looked at, which may take long.
        }
        SourceMachine source = SourceMachines.find(request.source(), request.options());
        OpenDisks disks = OpenDisks.open(source);
        try {
            Plan plan = planned(request, source, disks);
            if (destination.isPresent()) {
                OutputFolder.check(destination.get(), sourceFiles(source));
            }
            Changed changed = changed(plan);
            return new Conversion(disks, plan, changed, sizes(plan, changed.views(), destination));
        } catch (IOException | RuntimeException e) {
            try (disks) {
                throw e;
            }
        }
    }

    private static Plan planned(ConversionRequest request, SourceMachine source, OpenDisks disks) throws IOException {
        try {
            return new Planner(request, source, disks.inside(source.hostBoot()), disks, disks.inspected()).plan();
        } catch (GuestException | VolumeException e) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, source.definition() + ": " + e.getMessage() + Planner.AS_IS, e);
        }
    }

    /** Makes the changes on the overlays over the source's disks. */
    private static Changed changed(Plan plan) throws IOException {
        try {
            List<Manifest.FixupRecord> records = records(plan.fixups());
            List<VirtualDisk> views = new ArrayList<>();
            for (VirtualDisk disk : plan.fixups().disks()) {
                views.add(padded(disk, plan.format()));
            }
            return new Changed(records, views);
        } catch (GuestException | VolumeException e) {
            throw new ConversionException(
                    ConversionException.Kind.GUEST,
                    plan.source().definition() + ": the guest cannot be made to run on "
                            + plan.machine().platform().id() + ": " + e.getMessage() + Planner.AS_IS,
                    e);
        }
    }

    private static PlannedSizes sizes(Plan plan, List<VirtualDisk> views, Optional<Destination> destination)
            throws IOException {
        OutputSize output = new OutputSize(plan.format(), plan.target().bundle().isPresent());
        List<PlannedSizes.PlannedDisk> disks = new ArrayList<>();
        long needed = 0;
        for (int i = 0; i < views.size(); i++) {
            VirtualDisk view = views.get(i);
            String device = plan.fixups().layout().disks().get(i).device();
            disks.add(new PlannedSizes.PlannedDisk(
                    device, plan.diskFiles().get(i), view.size(), InspectedDisk.data(view)));
            needed += output.most(view);
        }
        OptionalLong free = destination.map(Destination::free).orElse(OptionalLong.empty());
        if (free.isPresent() && needed > free.getAsLong()) {
            // Zeros that the source does not know of are not written.
            needed = 0;
            for (VirtualDisk view : views) {
                needed += output.measured(view);
            }
            if (needed > free.getAsLong()) {
                throw new ConversionException(
                        ConversionException.Kind.OUTPUT,
                        destination.orElseThrow().folder() + " needs " + needed + " bytes, and only "
                                + free.getAsLong() + " are free in "
                                + destination.orElseThrow().existing() + "; free some space, or name another folder");
            }
        }
        return new PlannedSizes(disks, needed, destination.map(Destination::existing), free);
    }

    private static List<Path> sourceFiles(SourceMachine source) {
        List<Path> files = new ArrayList<>();
        files.add(source.definition());
        source.disks().forEach(disk -> files.add(disk.file()));
        return files;
    }

    /** How large the conversion is. */
    public PlannedSizes sizes() {
        return sizes;
    }

    /** What {@link #execute} will do. */
    public Plan plan() {
        return plan;
    }

    /**
     * Does it, once.
     *
     * @param folder where the machine goes; it is made, or empty
     * @param replace whether a folder that holds something is replaced
     * @return what the administrator of the target does next, a line each
     */
    public List<String> execute(Path folder, boolean replace, ConversionListener listener) throws IOException {
        if (executed) {
            throw new IllegalStateException("a conversion is executed once");
        }
        executed = true;
        OutputFolder.check(new Destination(folder, replace), sourceFiles(plan.source()));
        try (OutputFolder output = OutputFolder.begin(folder, replace)) {
            List<Manifest.SourceDisk> sourceDisks = hashSource(listener);
            List<VirtualDisk> views = changed.views();
            List<Manifest.ManifestDisk> written = plan.target().bundle().isPresent()
                    ? pack(plan.target().bundle().get(), views, output, listener)
                    : copy(views, output, listener);
            List<String> steps = finish(output, sourceDisks, written, listener);
            requireUnchangedSource(sourceDisks);
            output.finish();
            return steps;
        }
    }

    /**
     * Refuses a source that changed since it was opened. Of a device neither size nor time tells that, so its content is hashed again.
     */
    private void requireUnchangedSource(List<Manifest.SourceDisk> hashed) throws IOException {
        disks.requireUnchanged();
        for (int i = 0; i < hashed.size(); i++) {
            DiskImage image = disks.list().get(i).image();
            for (Path file : image.describe().files()) {
                boolean device = !Files.isRegularFile(ArchivePath.holderOf(file));
                if (device
                        && !GuestHash.of(image).toString().equals(hashed.get(i).guestHash())) {
                    throw new InputException(
                            file, "the device changed while it was read; stop the machine that uses it first", null);
                }
            }
        }
    }

    private List<Manifest.SourceDisk> hashSource(ConversionListener listener) throws IOException {
        listener.step("reading the source");
        List<Manifest.SourceDisk> found = new ArrayList<>();
        for (OpenDisks.Opened disk : disks.list()) {
            found.add(new Manifest.SourceDisk(
                    disk.device(),
                    String.valueOf(disk.source().file().getFileName()),
                    disk.image().describe().format().label(),
                    disk.image().size(),
                    GuestHash.of(disk.image()).toString()));
        }
        return found;
    }

    /** Makes the edits, and records them and what is done outside of files. */
    private static List<Manifest.FixupRecord> records(FixupPlan fixups) throws IOException {
        List<Manifest.FixupRecord> records = new ArrayList<>();
        for (AppliedEdit applied : fixups.apply()) {
            records.add(new Manifest.FixupRecord(
                    applied.edit().fixup(),
                    applied.path(),
                    applied.edit().reason(),
                    applied.edit().summary(),
                    applied.before(),
                    applied.after()));
        }
        for (DiskLayout.TargetDisk disk : fixups.layout().disks()) {
            switch (disk) {
                case DiskLayout.Kept kept ->
                    kept.identity()
                            .ifPresent(table -> records.add(new Manifest.FixupRecord(
                                    "partition table",
                                    "/dev/" + kept.device(),
                                    "another disk of the machine is a copy of it, and has the same names",
                                    List.of("identity " + table.uuid()),
                                    Optional.empty(),
                                    Optional.empty())));
                case DiskLayout.Wrapped wrapped ->
                    records.add(new Manifest.FixupRecord(
                            "partition table",
                            "/dev/" + wrapped.device(),
                            wrapped.reason(),
                            wrapped.pieces().stream()
                                    .map(piece -> piece.volume().device() + " becomes partition " + piece.partition())
                                    .toList(),
                            Optional.empty(),
                            Optional.empty()));
            }
        }
        fixups.bootLoader()
                .ifPresent(loader -> records.add(new Manifest.FixupRecord(
                        loader.fixup(),
                        "/dev/" + fixups.layout().disks().get(loader.disk()).device(),
                        loader.reason(),
                        List.of(loader.summary()),
                        Optional.empty(),
                        Optional.empty())));
        return records;
    }

    /** With zeros at its end where the format's unit of size asks for them; Hyper-V wants whole units of 4 KiB. */
    private static VirtualDisk padded(VirtualDisk disk, DiskFormat format) {
        long unit = format == DiskFormat.RAW ? disk.sectorSize() : Math.max(disk.sectorSize(), HYPERV_UNIT);
        long beyond = Math.floorMod(-disk.size(), unit);
        return beyond == 0 ? disk : new ConcatenatedDisk(List.of(disk, new MemoryDisk(beyond)));
    }

    private List<Manifest.ManifestDisk> copy(List<VirtualDisk> views, OutputFolder output, ConversionListener listener)
            throws IOException {
        List<Manifest.ManifestDisk> written = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            listener.step("copying disk " + (i + 1) + " of " + views.size());
            VirtualDisk view = views.get(i);
            String name = plan.diskFiles().get(i);
            Path file = output.file(name);
            CreateOptions options = CreateOptions.usual()
                    .withSectorSize(view.sectorSize())
                    .withIdentity(plan.machine().name() + "/" + name);
            try (ImageWriter writer = DiskImages.create(file, plan.format(), view.size(), options)) {
                DiskCopy.Result result = DiskCopy.copy(view, writer, copying(listener));
                writer.finish();
                written.add(new Manifest.ManifestDisk(
                        name, plan.format().label(), view.size(), hash(result), Files.size(file), NOT_YET_HASHED));
            }
        }
        return written;
    }

    private static String hash(DiskCopy.Result result) {
        return result.hash().orElseThrow().toString();
    }

    private static CopyOptions copying(ConversionListener listener) {
        return CopyOptions.usual()
                .withHash()
                .telling(progress -> listener.progress(progress.position(), progress.size()));
    }

    /** Definition and disks go into one file, in its order; the disks are told in theirs. */
    private List<Manifest.ManifestDisk> pack(
            Bundle bundle, List<VirtualDisk> views, OutputFolder output, ConversionListener listener)
            throws IOException {
        List<String> names = plan.diskFiles();
        List<Target.ConvertedDisk> planned = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            planned.add(new Target.ConvertedDisk(
                    names.get(i), plan.format(), views.get(i).size(), NOT_YET_HASHED));
        }
        Machine machine = HardDisks.withFiles(plan.machine(), planned);
        Path archive = output.file(BundledDisk.fileOf(names.getFirst()));
        Map<String, String> hashes = new HashMap<>();
        try (Bundle.Packer packer = bundle.begin(archive, machine, planned)) {
            for (String name : bundle.order(names)) {
                listener.step("packing disk " + (hashes.size() + 1) + " of " + names.size());
                VirtualDisk view = views.get(names.indexOf(name));
                hashes.put(name, hash(packer.disk(name, view, copying(listener))));
            }
            packer.finish();
        }
        List<Manifest.ManifestDisk> written = new ArrayList<>();
        for (Target.ConvertedDisk disk : planned) {
            written.add(new Manifest.ManifestDisk(
                    disk.file(),
                    disk.format().label(),
                    disk.size(),
                    hashes.getOrDefault(disk.file(), ""),
                    Files.size(archive),
                    NOT_YET_HASHED));
        }
        return written;
    }

    /** What an image calls itself: a definition of VirtualBox must call it the same. */
    private static Optional<String> id(Path file, String disk, DiskFormat format) throws IOException {
        if (BundledDisk.of(disk).isPresent()) {
            return Optional.empty();
        }
        try (DiskImage image = DiskImages.open(file, OpenOptions.usual().as(format))) {
            return Optional.ofNullable(image.describe().details().get("id"));
        }
    }

    private static List<String> readBack(Path file, Manifest.ManifestDisk disk) throws IOException {
        try {
            return Verification.content(file, disk);
        } catch (InputException e) {
            throw new OutputException(file, "what was written cannot be read back: " + e.getMessage(), e);
        }
    }

    /** Reads back what was written, then writes the definition and the manifest. */
    private List<String> finish(
            OutputFolder output,
            List<Manifest.SourceDisk> sourceDisks,
            List<Manifest.ManifestDisk> written,
            ConversionListener listener)
            throws IOException {
        listener.step("verifying");
        List<Manifest.ManifestDisk> verified = new ArrayList<>();
        List<Target.ConvertedDisk> converted = new ArrayList<>();
        Map<Path, String> digests = new HashMap<>();
        for (Manifest.ManifestDisk disk : written) {
            Path file = output.file(BundledDisk.fileOf(disk.file()));
            List<String> wrong = readBack(file, disk);
            if (!wrong.isEmpty()) {
                throw new ConversionException(
                        ConversionException.Kind.VERIFICATION,
                        "what was written is not right: " + String.join("; ", wrong));
            }
            String sha256 = digests.containsKey(file) ? digests.get(file) : FileDigest.of(file);
            digests.put(file, sha256);
            verified.add(new Manifest.ManifestDisk(
                    disk.file(), disk.format(), disk.size(), disk.guestHash(), disk.fileSize(), sha256));
            converted.add(new Target.ConvertedDisk(
                    disk.file(), plan.format(), disk.size(), sha256, id(file, disk.file(), plan.format())));
        }
        listener.step("writing the definition");
        Machine machine = HardDisks.withFiles(plan.machine(), converted);
        Target.Definition definition = plan.target().definition(machine, converted);
        List<Manifest.ManifestFile> files = new ArrayList<>();
        for (Target.DefinitionFile file :
                plan.target().bundle().isPresent() ? List.<Target.DefinitionFile>of() : definition.files()) {
            byte[] content = file.text().getBytes(StandardCharsets.UTF_8);
            output.write(file.path(), content);
            files.add(new Manifest.ManifestFile(file.path(), FileDigest.of(content)));
        }
        List<Manifest.LostItem> lost = new ArrayList<>();
        plan.items(PlanItem.Fate.LOST).forEach(item -> lost.add(new Manifest.LostItem(item.item(), item.why())));
        List<Manifest.Change> changes = new ArrayList<>();
        plan.items(PlanItem.Fate.MAPPED)
                .forEach(item -> changes.add(new Manifest.Change(item.item(), item.from(), item.to(), item.why())));
        Manifest manifest = new Manifest(
                Manifest.SCHEMA,
                VERSION,
                plan.target().id(),
                machine.platform().id(),
                new Manifest.Source(
                        String.valueOf(plan.source().definition().getFileName()),
                        plan.source().dialect(),
                        sourceDisks),
                MachineJson.write(machine),
                verified,
                files,
                changes,
                changed.records(),
                lost,
                plan.asIs(),
                Stream.concat(plan.warnings().stream(), plan.tasks().stream()).toList());
        output.write(Manifest.FILE, manifest.text().getBytes(StandardCharsets.UTF_8));
        return definition.steps();
    }

    @Override
    public void close() throws IOException {
        disks.close();
    }
}
