package dev.bothways.disk.format.vdi;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.format.mapped.Guid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** What a VDI says of itself, in words. */
final class VdiDescription {
    private VdiDescription() {}

    static ImageDescription of(VdiStructure structure, List<Path> files) throws IOException {
        VdiHeader header = structure.header();
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("id", header.id().toString());
        details.put("data id", header.dataId().toString());
        details.put("version", header.majorVersion() + "." + (header.version() & 0xFFFF));
        if (!header.comment().isBlank()) {
            details.put("comment", header.comment());
        }
        details.put("blocks", new VdiBlockMap(structure).countStored() + " of " + structure.blocks());
        if (structure.kind().hasParent()) {
            details.put("parent id", header.parentId().toString());
            if (!header.parentDataId().equals(Guid.NONE)) {
                details.put("parent data id", header.parentDataId().toString());
            }
        }
        if (!structure.notes().isEmpty()) {
            details.put("notes", String.join("; ", structure.notes()));
        }
        return new ImageDescription(
                DiskFormat.VDI,
                structure.kind().name().toLowerCase(Locale.ROOT),
                structure.size(),
                VdiHeader.SECTOR_BYTES,
                header.blockBytes(),
                files,
                details);
    }
}
