package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A disk in a VMA. */
final class VmaImage extends MappedImage {
    private static final int SECTOR = 512;

    private final HostFile file;
    private final ClusterMap map;

    VmaImage(HostFile file, ClusterMap map) {
        super(new MappedDisk(map.device().size(), SECTOR, file, map, Optional.empty()), Optional.empty());
        this.file = file;
        this.map = map;
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(file);
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("disk in the archive", map.device().name());
        return new ImageDescription(DiskFormat.RAW, "vma", size(), SECTOR, VmaExtent.BLOCK, files, details);
    }

    /** What could be wrong has been looked at when the archive was read. */
    @Override
    protected List<Finding> checkItself() {
        return List.of();
    }

    @Override
    public boolean isCheckable() {
        return false;
    }
}
