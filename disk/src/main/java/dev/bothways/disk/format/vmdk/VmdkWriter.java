package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.NewImageFile;
import dev.bothways.disk.format.mapped.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Begins new VMDKs, by the settings that {@code qemu-img -o} has for them: {@code subformat}, {@code adapter_type} and {@code
 * hwversion}. Asked to compress, or to write into a pipe, it writes a stream; asked to take all space at once, a flat disk.
 */
public final class VmdkWriter {
    private static final List<String> ADAPTERS = List.of("ide", "lsilogic", "buslogic", "legacyESX", "pvscsi");
    /** Taken by Workstation since 5 and ESX since 3. */
    private static final String OLDEST_HARDWARE = "4";

    private static final int SECTOR = SparseHeader.SECTOR;
    private static final long LARGEST = 62L << 40;
    private static final int MOST_EXTENTS = 8192;

    private VmdkWriter() {}

    /**
     * Begins a disk of {@code size} bytes, rounded up to whole sectors.
     *
     * @throws DiskImageException where a VMDK cannot be as large, or as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        Settings settings = Settings.of(path, options, List.of("subformat", "adapter_type", "hwversion"));
        VmdkSubformat kind =
                VmdkSubformat.labelled(settings.word("subformat", usualKind(options), VmdkSubformat.labels()));
        checkOptions(path, size, kind, options);
        long wholeSectors = Math.ceilDiv(size, (long) SECTOR) * SECTOR;
        List<Long> sizes = extentSizes(path, wholeSectors, kind);
        NewDescriptor descriptor = new NewDescriptor(
                kind,
                leaf(path, options),
                wholeSectors,
                settings.word("adapter_type", "lsilogic", ADAPTERS),
                settings.word("hwversion", OLDEST_HARDWARE, hardwareVersions()),
                options.identity(),
                parentLink(path, options));
        NewImageFile image = NewImageFile.create(path, wholeSectors, options);
        NewExtentFiles files = new NewExtentFiles(path, options);
        try {
            if (kind == VmdkSubformat.STREAM_OPTIMIZED) {
                return new StreamVmdkWriter(image, descriptor);
            }
            Optional<VirtualDisk> parent = options.parent().map(CreateOptions.Parent::disk);
            return kind.isFlat()
                    ? new FlatVmdkWriter(image, files, descriptor, sizes, options.allocation())
                    : new SparseVmdkWriter(image, files, descriptor, sizes, parent);
        } catch (IOException | RuntimeException e) {
            try (image;
                    files) {
                throw e;
            }
        }
    }

    private static String usualKind(CreateOptions options) {
        if (options.compressed() || options.pipe().isPresent()) {
            return VmdkSubformat.STREAM_OPTIMIZED.label();
        }
        return options.allocation() == Allocation.FIXED
                ? VmdkSubformat.MONOLITHIC_FLAT.label()
                : VmdkSubformat.MONOLITHIC_SPARSE.label();
    }

    private static List<String> hardwareVersions() {
        return IntStream.rangeClosed(3, 22).mapToObj(Integer::toString).toList();
    }

    private static void checkOptions(Path path, long size, VmdkSubformat kind, CreateOptions options)
            throws DiskImageException {
        if (size <= 0 || size > LARGEST) {
            throw unsupported(path, "a VMDK holds from one sector to 62 TiB, not " + size + " bytes");
        }
        if (options.sectorSize() != SECTOR) {
            throw unsupported(
                    path, "a VMDK has sectors of 512 bytes, not of " + options.sectorSize() + "; write a VHDX");
        }
        OptionalLong unit = options.unit();
        if (unit.isPresent() && (kind.isFlat() || unit.getAsLong() != NewSparseExtent.GRAIN_BYTES)) {
            throw unsupported(path, "a VMDK has grains of 64 KiB where it has any, not of " + unit.getAsLong());
        }
        if (kind != VmdkSubformat.STREAM_OPTIMIZED) {
            if (options.compressed()) {
                throw unsupported(path, "only a VMDK of subformat streamOptimized is compressed");
            }
            Settings.refusePipe(path, options);
        }
        if (!kind.isSparse()) {
            Settings.refuseParent(path, options);
        }
        if (!kind.isFlat() && options.allocation() == Allocation.FIXED) {
            throw unsupported(
                    path,
                    "a VMDK of subformat " + kind.label() + " grows; choose monolithicFlat to take all space at once");
        }
    }

    private static List<Long> extentSizes(Path path, long size, VmdkSubformat kind) throws DiskImageException {
        if (kind == VmdkSubformat.MONOLITHIC_SPARSE && !NewSparseExtent.holds(size)) {
            throw unsupported(
                    path,
                    "a VMDK of subformat monolithicSparse holds a little less than 2 TiB, and this disk has " + size
                            + " bytes; choose twoGbMaxExtentSparse, vmfs or monolithicFlat");
        }
        long most = Math.min(size, kind.mostExtentBytes());
        if (Math.ceilDiv(size, most) > MOST_EXTENTS) {
            throw unsupported(
                    path,
                    "a disk of " + size + " bytes would have more than " + MOST_EXTENTS
                            + " extents; choose vmfs or monolithicFlat");
        }
        List<Long> sizes = new ArrayList<>();
        for (long at = 0; at < size; at += most) {
            sizes.add(Math.min(most, size - at));
        }
        return List.copyOf(sizes);
    }

    /** The name that the file will have in the end. */
    private static String leaf(Path path, CreateOptions options) throws DiskImageException {
        Path name = options.becoming()
                .map(CreateOptions.Becoming::path)
                .orElse(path)
                .getFileName();
        // Nobody knows what becomes of a pipe's bytes; and readers do not look at the name within a stream.
        String leaf = name == null || options.pipe().isPresent() ? "disk.vmdk" : name.toString();
        if (leaf.chars().anyMatch(c -> c == '"' || c < ' ')) {
            throw unsupported(path, "a VMDK's name cannot have quotation marks or line ends in it; name another file");
        }
        return leaf;
    }

    private static Optional<NewDescriptor.ParentLink> parentLink(Path path, CreateOptions options) throws IOException {
        if (options.parent().isEmpty()) {
            return Optional.empty();
        }
        CreateOptions.Parent parent = options.parent().get();
        if (parent.format() != DiskFormat.VMDK || !(parent.disk() instanceof VmdkImage disk)) {
            throw unsupported(
                    path,
                    "the parent of a VMDK must be a VMDK, and this is "
                            + parent.format().label() + "; convert it first");
        }
        if (disk.cid().isEmpty()) {
            throw unsupported(path, "the parent " + parent.path() + " has no CID, so a child cannot name it");
        }
        return Optional.of(new NewDescriptor.ParentLink(disk.cid().getAsLong(), hint(path, parent.path())));
    }

    private static String hint(Path path, Path parent) throws IOException {
        Path real = parent.toRealPath();
        Path folder = path.toAbsolutePath().getParent();
        String hint;
        try {
            hint = (folder == null ? real : folder.toRealPath().relativize(real)).toString();
        } catch (IllegalArgumentException onAnotherDrive) {
            hint = real.toString();
        }
        if (hint.chars().anyMatch(c -> c == '"' || c < ' ')) {
            throw unsupported(path, "the parent's name cannot have quotation marks or line ends in it");
        }
        return hint.replace('\\', '/');
    }

    private static DiskImageException unsupported(Path path, String message) {
        return new DiskImageException(Kind.UNSUPPORTED, path, message);
    }
}
