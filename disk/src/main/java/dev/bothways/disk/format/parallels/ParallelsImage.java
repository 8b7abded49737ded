package dev.bothways.disk.format.parallels;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One expanding image of Parallels Desktop, Virtuozzo or OpenVZ (a {@code .hds} file), after qemu's {@code
 * docs/interop/parallels.rst}. All numbers are little-endian.
 *
 * <pre>
 * 0    header                           64 bytes
 *      table of clusters                4 bytes a cluster
 *      clusters, and the extension, which takes one
 * </pre>
 *
 * <p>Read, and only read, are both kinds of header. A whole disk is mostly a folder with a {@code DiskDescriptor.xml}: see {@link
 * ParallelsBundle}. See {@code docs/formats/parallels.md}.
 */
public final class ParallelsImage extends MappedImage {
    private final ParallelsStructure structure;

    private ParallelsImage(ParallelsStructure structure) {
        super(
                new MappedDisk(
                        structure.size(),
                        ParallelsHeader.SECTOR_BYTES,
                        structure.file(),
                        new ParallelsClusterMap(structure, false),
                        Optional.empty()),
                Optional.empty());
        this.structure = structure;
    }

    /** Opens an image, or what a {@code DiskDescriptor.xml} describes. */
    public static DiskImage open(HostFile file, OpenOptions options) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(ParallelsHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.size() >= start.capacity()) {
            file.read(0, start);
        }
        if (!ParallelsHeader.hasMark(start) && ParallelsDescriptor.looksLikeOne(file)) {
            return ParallelsBundle.open(file, options);
        }
        if (options.snapshot().isPresent()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "one file of a Parallels disk has no snapshots; open the folder with its DiskDescriptor.xml");
        }
        ParallelsStructure structure = ParallelsStructure.read(file);
        if (options.format().isEmpty()) {
            ParallelsBundle.refusePartOfOne(file.path(), options);
        }
        return new ParallelsImage(structure);
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(structure.file());
    }

    @Override
    protected ImageDescription describe(List<Path> files) throws IOException {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        ParallelsHeader header = structure.header();
        details.put("table", header.extended() ? "in clusters" : "in sectors");
        details.put(
                "clusters", new ParallelsClusterMap(structure, false).countStored() + " of " + structure.clusters());
        Optional<ParallelsExtension> extension = ParallelsExtension.of(structure);
        extension.ifPresent(known -> details.put("extension", String.join(", ", known.features())));
        if (!structure.notes().isEmpty()) {
            details.put("notes", String.join("; ", structure.notes()));
        }
        return new ImageDescription(
                DiskFormat.PARALLELS,
                "expanding",
                structure.size(),
                ParallelsHeader.SECTOR_BYTES,
                header.clusterBytes(),
                files,
                details);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new ParallelsCheck(structure).run();
    }
}
