package dev.bothways.disk.format.vhd;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a new VHD is to be, judged.
 *
 * @param size in bytes, whole sectors
 * @param parent the disk below a differencing one
 */
record VhdOptions(VhdKind kind, long size, int blockBytes, Optional<VhdImage> parent) {
    private static final int BLOCK_BYTES = 2 << 20;
    private static final int SMALL_BLOCK_BYTES = 512 << 10;
    /** Hyper-V's limit. */
    private static final long LARGEST = 2040L << 30;

    static VhdOptions of(Path path, long size, CreateOptions options) throws DiskImageException {
        Settings settings = Settings.of(path, options, List.of("subformat", "force_size", "azure"));
        Settings.refuseCompression(path, options);
        if (!settings.isOn("force_size", true)) {
            throw unsupported(path, "its size is exact always; force_size cannot be off");
        }
        String azure = settings.word("azure", "off", List.of("off", "on", "round"));
        boolean fixed = settings.word(
                        "subformat",
                        options.allocation() == Allocation.FIXED || !azure.equals("off") ? "fixed" : "dynamic",
                        List.of("dynamic", "fixed"))
                .equals("fixed");
        if (fixed) {
            Settings.refuseParent(path, options);
        } else {
            Settings.refusePipe(path, options);
        }
        checkSize(path, size, options);
        long wholeSectors = Math.ceilDiv(size, (long) VhdFooter.SECTOR_BYTES) * VhdFooter.SECTOR_BYTES;
        if (!azure.equals("off")) {
            wholeSectors = azureSize(path, wholeSectors, fixed, azure.equals("round"));
        }
        Optional<VhdImage> parent = parent(path, wholeSectors, options);
        VhdKind kind = fixed ? VhdKind.FIXED : parent.isPresent() ? VhdKind.DIFFERENCING : VhdKind.DYNAMIC;
        return new VhdOptions(kind, wholeSectors, blockBytes(path, options), parent);
    }

    private static void checkSize(Path path, long size, CreateOptions options) throws DiskImageException {
        if (size <= 0) {
            throw unsupported(path, "a VHD cannot be empty");
        }
        if (size > LARGEST) {
            throw unsupported(path, "a VHD holds 2040 GiB at most, and this disk has " + size + " bytes; write a VHDX");
        }
        if (options.sectorSize() != VhdFooter.SECTOR_BYTES) {
            throw unsupported(
                    path, "a VHD has sectors of 512 bytes, not of " + options.sectorSize() + "; write a VHDX");
        }
    }

    private static int blockBytes(Path path, CreateOptions options) throws DiskImageException {
        long block = options.unit().orElse(BLOCK_BYTES);
        if (block != BLOCK_BYTES && block != SMALL_BLOCK_BYTES) {
            throw unsupported(path, "a VHD has blocks of 512 KiB or 2 MiB, not of " + block + " bytes");
        }
        return (int) block;
    }

    private static long azureSize(Path path, long size, boolean fixed, boolean round) throws DiskImageException {
        if (!fixed) {
            throw unsupported(path, "Azure takes fixed disks only; subformat cannot be dynamic with azure");
        }
        long mebibytes = Math.ceilDiv(size, VhdDescription.MEBIBYTE) * VhdDescription.MEBIBYTE;
        long taken = Math.max(mebibytes, VhdDescription.AZURE_SMALLEST);
        if (taken != size && !round) {
            throw unsupported(
                    path,
                    "Azure takes disks of whole MiB from 20 MiB on, and this one has %d bytes; azure=round makes it %d"
                            .formatted(size, taken));
        }
        return taken;
    }

    private static Optional<VhdImage> parent(Path path, long size, CreateOptions options) throws DiskImageException {
        if (options.parent().isEmpty()) {
            return Optional.empty();
        }
        CreateOptions.Parent parent = options.parent().get();
        if (!(parent.disk() instanceof VhdImage disk)) {
            throw unsupported(
                    path,
                    "a VHD differs from another VHD only, and %s is a %s"
                            .formatted(parent.path(), parent.format().label()));
        }
        if (disk.size() != size) {
            throw unsupported(
                    path,
                    "a differencing VHD is as large as its parent, which has %d bytes, and this one would have %d"
                            .formatted(disk.size(), size));
        }
        return Optional.of(disk);
    }

    private static DiskImageException unsupported(Path path, String message) {
        return new DiskImageException(Kind.UNSUPPORTED, path, message);
    }
}
