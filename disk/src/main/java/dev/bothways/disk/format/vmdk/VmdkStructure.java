package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a disk consists of, judged.
 *
 * @param descriptor the text, of its own or embedded
 * @param embedded whether the descriptor lies in the only extent
 * @param extents at least one that is not empty
 */
record VmdkStructure(VmdkDescriptor descriptor, boolean embedded, List<VmdkExtent> extents) {
    private static final int SECTOR = SparseHeader.SECTOR;
    private static final Set<String> DEVICES = Set.of(
            "fulldevice",
            "partitioneddevice",
            "vmfsraw",
            "vmfsrdm",
            "vmfsrdmp",
            "vmfsrawdevicemap",
            "vmfspassthroughrawdevicemap");
    private static final Set<String> FILES = Set.of(
            "",
            "custom",
            "monolithicsparse",
            "monolithicflat",
            "twogbmaxextentsparse",
            "twogbmaxextentflat",
            "2gbmaxextentsparse",
            "2gbmaxextentflat",
            "streamoptimized",
            "vmfs",
            "vmfssparse",
            "vmfsthin",
            "vmfsflat",
            "vmfspreallocated",
            "vmfseagerzeroed",
            "vmfseagerzeroedthick",
            "vmfslazyzeroedthick",
            "vmfszeroedthick",
            "vmfsthick",
            "sesparse");

    /** Reads and judges a file. */
    static VmdkStructure read(HostFile file, ExtentOpener opener) throws IOException {
        if (file.size() >= SECTOR) {
            int magic = SparseExtents.sector(file).getInt(0);
            if (magic == SparseHeader.MAGIC) {
                return readSparse(file, opener);
            }
            if (magic == SparseExtents.COW_MAGIC) {
                throw bareExtent(file, "a vmfsSparse");
            }
            if (SparseExtents.sector(file).getLong(0) == SeSparseTables.MAGIC) {
                throw bareExtent(file, "a seSparse");
            }
        }
        return ofDescriptor(file, VmdkDescriptor.read(file, 0, file.size()), opener);
    }

    private static DiskImageException bareExtent(HostFile file, String kind) {
        return new DiskImageException(
                Kind.UNSUPPORTED,
                file.path(),
                "this is " + kind
                        + " extent, a part of a disk; open the descriptor that names it (the small .vmdk file beside it)");
    }

    private static VmdkStructure readSparse(HostFile file, ExtentOpener opener) throws IOException {
        SparseHeader header = SparseHeader.read(file, 0);
        if (header.descriptorAt() == 0 || header.descriptorLength() == 0) {
            throw bareExtent(file, "a sparse");
        }
        long start = header.descriptorAt() * SECTOR;
        if (start >= file.size()) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the descriptor is said to lie at byte " + start + ", beyond the end of the file");
        }
        long length = Math.min(header.descriptorLength() * SECTOR, file.size() - start);
        VmdkDescriptor descriptor = VmdkDescriptor.read(file, start, length);
        if (header.capacity() == 0 || descriptor.extents().size() > 1) {
            return ofDescriptor(file, descriptor, opener);
        }
        refuseWhatIsNotRead(file.path(), descriptor);
        for (VmdkExtentLine line : descriptor.extents()) {
            if (line.access() == VmdkExtentLine.Access.NOACCESS) {
                opener.open(line);
            }
        }
        VmdkExtent extent = SparseExtents.open(file, "SPARSE", header.capacity() * SECTOR, header);
        return new VmdkStructure(descriptor, true, List.of(extent));
    }

    private static VmdkStructure ofDescriptor(HostFile file, VmdkDescriptor descriptor, ExtentOpener opener)
            throws IOException {
        refuseWhatIsNotRead(file.path(), descriptor);
        if (descriptor.sectors(file.path()) == 0) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), "the descriptor names no extents, so there is no disk");
        }
        List<VmdkExtent> extents = new ArrayList<>();
        for (VmdkExtentLine line : descriptor.extents()) {
            if (line.sectors() > 0) {
                extents.add(opener.open(line));
            }
        }
        return new VmdkStructure(descriptor, false, List.copyOf(extents));
    }

    static void refuseWhatIsNotRead(Path path, VmdkDescriptor descriptor) throws DiskImageException {
        for (Map.Entry<String, String> value : descriptor.values().entrySet()) {
            String key = value.getKey();
            if (key.startsWith("encryption") || key.contains("keysafe") || isCryptFilter(key, value.getValue())) {
                throw unsupported(
                        path,
                        "the disk is encrypted (" + key + "); decrypt it with the VMware product that it is from");
            }
        }
        if (descriptor.value("isnativesnapshot").equalsIgnoreCase("yes")) {
            throw unsupported(
                    path,
                    "the disk is a snapshot that its storage keeps (isNativeSnapshot); clone it to a file with vmkfstools -i");
        }
        String type = descriptor.createType().toLowerCase(Locale.ROOT);
        if (DEVICES.contains(type)) {
            throw unsupported(
                    path,
                    "a disk of type " + descriptor.createType()
                            + " lies on a device, not in files; clone it to a file (vmkfstools -i, vmware-vdiskmanager -r), or read the device as raw");
        }
        if (!FILES.contains(type)) {
            throw unsupported(path, "the type '" + descriptor.createType() + "' is not known");
        }
    }

    private static boolean isCryptFilter(String key, String value) {
        return key.equals("ddb.iofilters") && value.toLowerCase(Locale.ROOT).contains("crypt");
    }

    private static DiskImageException unsupported(Path path, String message) {
        return new DiskImageException(Kind.UNSUPPORTED, path, message);
    }
}
