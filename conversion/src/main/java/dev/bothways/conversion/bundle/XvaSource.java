package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.archive.xva.XvaArchive;
import dev.bothways.disk.archive.xva.XvaPacking;
import dev.bothways.disk.archive.xva.XvaStream;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.dialect.xapi.XapiDialect;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine in an XVA, the export of XenServer and XCP-ng. Its disks are read in place; those of a compressed one are unpacked
 * for the while.
 */
final class XvaSource {
    private static final XapiDialect DIALECT = new XapiDialect();

    private final Path file;
    private final XvaPacking packing;
    private final Scratch scratch;
    private final Map<String, Long> sizes = new HashMap<>();

    private XvaSource(Path file, XvaPacking packing, Scratch scratch) {
        this.file = file;
        this.packing = packing;
        this.scratch = scratch;
    }

    /** Whether a regular file is an XVA, compressed or not. */
    static boolean isXva(Path file) throws IOException {
        return XvaArchive.packing(file).isPresent();
    }

    /** The machine in an XVA. */
    static SourceMachine read(Path file, SourceOptions options) throws IOException {
        XvaPacking packing = XvaArchive.packing(file).orElse(XvaPacking.PLAIN);
        byte[] definition = XvaArchive.definition(file);
        String called = file + " (" + XvaArchive.DEFINITION + ")";
        ChosenMachine chosen = ChosenMachine.of(file, DIALECT.parse(definition, called), options);
        XvaSource source = new XvaSource(file, packing, Scratch.of(options));
        for (ArchivedDisk disk : DIALECT.disks(definition, called)) {
            source.sizes.put(disk.folder(), disk.size());
        }
        return source.machine(chosen, options);
    }

    private SourceMachine machine(ChosenMachine chosen, SourceOptions options) throws IOException {
        Machine machine = chosen.machine();
        List<String> warnings = new ArrayList<>(chosen.warnings());
        if (machine.firmware() instanceof Firmware.DirectKernel direct) {
            warnings.add("the kernel " + direct.kernel()
                    + " lies on the XenServer and is not in its export; what the guest has on its disks counts");
        }
        Map<String, Disk> hardDisks = new LinkedHashMap<>();
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                String folder = disk.medium().map(Medium::path).orElse("");
                if (!sizes.containsKey(folder) || hardDisks.putIfAbsent(folder, disk) != null) {
                    throw new ConversionException(
                            ConversionException.Kind.SOURCE,
                            file + ": the disk " + disk.slot().deviceName() + " is " + folder
                                    + ", which is no disk of its own in the export");
                }
            }
        }
        return new SourceMachine(
                file,
                DIALECT.id(),
                machine,
                disks(hardDisks, warnings),
                Optional.empty(),
                new AllowedFolders(file, options).home(),
                chosen.lost(),
                warnings);
    }

    private List<SourceDisk> disks(Map<String, Disk> hardDisks, List<String> warnings) throws IOException {
        Map<String, Long> wanted = new LinkedHashMap<>();
        hardDisks.keySet().forEach(folder -> wanted.put(folder, sizes.getOrDefault(folder, 0L)));
        UnpackedDisks.Disks disks;
        if (packing == XvaPacking.PLAIN) {
            disks = new InPlace(file, wanted);
        } else {
            long most = wanted.values().stream().reduce(0L, XvaSource::saturated);
            UnpackedDisks unpacked = new UnpackedDisks(file, scratch, most, folder -> unpack(wanted, folder));
            warnings.add(unpacked.warning(packing.label()));
            disks = unpacked::open;
        }
        List<SourceDisk> found = new ArrayList<>();
        hardDisks.forEach((folder, disk) ->
                found.add(new SourceDisk(disk, file, Optional.empty(), options -> disks.open(folder, options))));
        return found;
    }

    private static long saturated(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** Copies the disks into raw files, with holes where they are zeros. */
    private UnpackedDisks.Disks unpack(Map<String, Long> wanted, Path into) throws IOException {
        Map<String, Path> files = new HashMap<>();
        XvaStream.copy(
                file,
                wanted,
                (folder, size) -> {
                    Path raw = into.resolve(files.size() + ".raw");
                    files.put(folder, raw);
                    return DiskImages.create(
                            raw, DiskFormat.RAW, size, CreateOptions.usual().withoutWaiting());
                },
                done -> {});
        return (folder, options) -> DiskImages.open(
                files.getOrDefault(folder, into), OpenOptions.usual().as(DiskFormat.RAW));
    }

    /** Its index is made once for all disks, when the first one is opened. */
    private static final class InPlace implements UnpackedDisks.Disks {
        private final Path file;
        private final Map<String, Long> sizes;
        private Optional<XvaArchive> archive = Optional.empty();

        InPlace(Path file, Map<String, Long> sizes) {
            this.file = file;
            this.sizes = sizes;
        }

        @Override
        public synchronized DiskImage open(String folder, OpenOptions options) throws IOException {
            if (archive.isEmpty()) {
                archive = Optional.of(XvaArchive.read(file));
            }
            return archive.get().open(folder, sizes.getOrDefault(folder, 0L));
        }
    }
}
