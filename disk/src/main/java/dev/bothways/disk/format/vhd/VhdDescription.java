package dev.bothways.disk.format.vhd;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** What a VHD says of itself, in words. */
final class VhdDescription {
    static final long MEBIBYTE = 1 << 20;
    static final long AZURE_SMALLEST = 20 * MEBIBYTE;

    private VhdDescription() {}

    static ImageDescription of(HostFile file, VhdStructure structure, List<Path> files) throws IOException {
        VhdFooter footer = structure.footer();
        VhdGeometry geometry = footer.geometry();
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("id", footer.uniqueId().toString());
        details.put(
                "creator",
                "%s %d.%d"
                        .formatted(
                                footer.creator().strip(),
                                footer.creatorVersion() >>> 16,
                                footer.creatorVersion() & 0xFFFF));
        details.put("created", footer.created().toString());
        details.put("geometry", geometry.cylinders() + "/" + geometry.heads() + "/" + geometry.sectorsPerTrack());
        if (structure.size() != footer.currentSize()) {
            details.put("size field", footer.currentSize() + " (this creator means the geometry)");
        }
        if (structure.kind() != VhdKind.FIXED) {
            VhdBlockMap map = new VhdBlockMap(file, structure);
            details.put("blocks", map.countAllocated() + " of " + map.blocks());
        }
        List<String> obstacles = azureObstacles(structure);
        details.put("azure", obstacles.isEmpty() ? "would take it" : String.join("; ", obstacles));
        structure.notes().forEach(note -> details.merge("notes", note, (one, other) -> one + "; " + other));
        long unit = structure.header().map(VhdDynamicHeader::blockBytes).orElse(1L);
        return new ImageDescription(
                DiskFormat.VHD,
                structure.kind().name().toLowerCase(Locale.ROOT),
                structure.size(),
                VhdFooter.SECTOR_BYTES,
                unit,
                files,
                details);
    }

    /** Why Azure would not take the disk, one reason each. */
    private static List<String> azureObstacles(VhdStructure structure) {
        List<String> obstacles = new ArrayList<>();
        long size = structure.footer().currentSize();
        if (structure.kind() != VhdKind.FIXED) {
            obstacles.add("takes fixed disks only");
        }
        if (size % MEBIBYTE != 0) {
            obstacles.add("wants a size of whole MiB");
        }
        if (size < AZURE_SMALLEST) {
            obstacles.add("wants 20 MiB at least");
        }
        return obstacles;
    }
}
