package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.ImageDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What a VHDX says of itself, in words. */
final class VhdxDescription {
    private VhdxDescription() {}

    static ImageDescription of(VhdxStructure structure, List<Path> files) throws IOException {
        VhdxMetadata metadata = structure.metadata();
        VhdxHeader header = structure.header();
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("id", metadata.diskId().toString());
        details.put("data id", header.dataWriteId().toString());
        details.put("creator", structure.creator());
        details.put("physical sectors", Integer.toUnsignedString(metadata.physicalSectorBytes()));
        details.put(
                "log",
                header.hasLog() ? "holds changes, replayed in memory" : "empty, " + header.logLength() + " bytes");
        details.put("blocks", new VhdxBlockMap(structure).countAllocated() + " of " + metadata.blocks());
        metadata.parent().ifPresent(parent -> details.put("parent", String.join(", ", parent.names())));
        if (!structure.notes().isEmpty()) {
            details.put("notes", String.join("; ", structure.notes()));
        }
        return new ImageDescription(
                DiskFormat.VHDX,
                variant(metadata),
                metadata.size(),
                metadata.sectorBytes(),
                metadata.blockBytes(),
                files,
                details);
    }

    private static String variant(VhdxMetadata metadata) {
        if (metadata.parent().isPresent()) {
            return "differencing";
        }
        return metadata.keepAllocated() ? "fixed" : "dynamic";
    }
}
