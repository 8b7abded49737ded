package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.ImageDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Puts what an image says of itself into words. */
final class VmdkDescription {
    private static final int MOST_EXTENTS_TOLD = 8;

    private VmdkDescription() {}

    static ImageDescription of(VmdkStructure structure, long size, List<Path> files) throws IOException {
        VmdkDescriptor descriptor = structure.descriptor();
        List<VmdkExtent> extents = structure.extents();
        SequencedMap<String, String> details = new LinkedHashMap<>();
        descriptor.cid().ifPresent(cid -> details.put("cid", "%08x".formatted(cid)));
        descriptor.parentCid().ifPresent(cid -> details.put("parent cid", "%08x".formatted(cid)));
        told(details, "parent", descriptor.value("parentfilenamehint"));
        told(details, "adapter", descriptor.value("ddb.adaptertype"));
        told(details, "hardware version", descriptor.value("ddb.virtualhwversion"));
        String cylinders = descriptor.value("ddb.geometry.cylinders");
        if (!cylinders.isEmpty()) {
            details.put(
                    "geometry",
                    cylinders + "/" + descriptor.value("ddb.geometry.heads") + "/"
                            + descriptor.value("ddb.geometry.sectors"));
        }
        told(details, "change tracking", descriptor.value("changetrackpath"));
        details.put("extents", Integer.toString(extents.size()));
        for (VmdkExtent extent : extents.subList(0, Math.min(MOST_EXTENTS_TOLD, extents.size()))) {
            extent.header()
                    .ifPresent(header -> details.putIfAbsent("header version", Integer.toString(header.version())));
        }
        if (extents.size() <= MOST_EXTENTS_TOLD) {
            tellGrains(extents, details);
        }
        descriptor.notes().forEach(note -> tell(details, note));
        extents.stream().flatMap(extent -> extent.notes().stream()).forEach(note -> tell(details, note));
        long unit = extents.stream().mapToLong(VmdkExtent::unit).max().orElse(1);
        return new ImageDescription(
                DiskFormat.VMDK, descriptor.createType(), size, SparseHeader.SECTOR, unit, files, details);
    }

    private static void tellGrains(List<VmdkExtent> extents, SequencedMap<String, String> details) throws IOException {
        long stored = 0;
        long all = 0;
        for (VmdkExtent extent : extents) {
            if (extent.grains().isPresent()) {
                stored += extent.grains().get().countStored();
                all += extent.grains().get().grains().grains();
            }
        }
        if (all > 0) {
            details.put("grains", stored + " of " + all);
        }
    }

    private static void told(SequencedMap<String, String> details, String name, String value) {
        if (!value.isEmpty()) {
            details.put(name, value);
        }
    }

    private static void tell(SequencedMap<String, String> details, String note) {
        details.merge("notes", note, (one, other) -> one + "; " + other);
    }
}
