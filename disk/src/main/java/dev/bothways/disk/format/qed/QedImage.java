package dev.bothways.disk.format.qed;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.BackingName;
import dev.bothways.disk.format.mapped.JoinedMap;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * QED, after QEMU's {@code docs/interop/qed_spec.rst}. All numbers are little-endian.
 *
 * <pre>
 * header               64 bytes, and the parent's name; whole clusters
 * table of tables      8 bytes a table of clusters
 * table of clusters    8 bytes a cluster
 * clusters             of 4 KiB to 64 MiB each
 * </pre>
 *
 * <p>It is read only; new disks are written as qcow2. See {@code docs/formats/qed.md}.
 */
public final class QedImage extends MappedImage {
    private static final int SECTOR = 512;

    private final QedStructure structure;

    private QedImage(QedStructure structure, VirtualDisk disk, Optional<DiskImage> parent) {
        super(disk, parent);
        this.structure = structure;
    }

    /** Opens a disk and its parents. */
    public static QedImage open(HostFile file, OpenOptions options) throws IOException {
        QedStructure structure = QedStructure.read(file);
        Optional<DiskImage> parent = Optional.empty();
        if (structure.backingName().isPresent()) {
            String name = BackingName.path(
                    file.path(), "its parent", structure.backingName().get());
            Optional<DiskFormat> format =
                    structure.has(QedStructure.BACKING_IS_RAW) ? Optional.of(DiskFormat.RAW) : Optional.empty();
            parent = Optional.of(SecondaryFiles.openParent(file.path(), options, List.of(name), format));
        }
        JoinedMap map = new JoinedMap(new QedClusterMap(structure), structure.length());
        VirtualDisk disk = new MappedDisk(structure.size(), SECTOR, file, map, parent.map(VirtualDisk.class::cast));
        return new QedImage(structure, disk, parent);
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(structure.file());
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("tables", structure.tableBytes() + " bytes each");
        structure.backingName().ifPresent(name -> details.put("parent", name));
        if (structure.has(QedStructure.NEED_CHECK)) {
            details.put("closed", "no (marked as in need of a check)");
        }
        return new ImageDescription(
                DiskFormat.QED,
                structure.backingName().isPresent() ? "differencing" : "dynamic",
                structure.size(),
                SECTOR,
                structure.clusterBytes(),
                files,
                details);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new QedCheck(structure).run();
    }
}
