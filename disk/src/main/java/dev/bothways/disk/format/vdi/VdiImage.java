package dev.bothways.disk.format.vdi;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * VDI, VirtualBox' own format, after its source ({@code VDICore.h}). All numbers are little-endian.
 *
 * <pre>
 * 0      text, mark, version, header       472 bytes
 *        map of blocks                     4 bytes a block
 *        blocks, in order of first writing 1 MiB each as a rule
 * </pre>
 *
 * <p>Read, and only read, are dynamic, fixed, differencing and undo disks of versions 0 and 1, with parents in the allowed
 * folder by their ids. {@link VdiWriter} writes new ones. See {@code docs/formats/vdi.md}.
 */
public final class VdiImage extends MappedImage {
    private final VdiStructure structure;

    private VdiImage(VdiStructure structure, Optional<VdiImage> parent) {
        super(
                new MappedDisk(
                        structure.size(),
                        VdiHeader.SECTOR_BYTES,
                        structure.file(),
                        new VdiBlockMap(structure),
                        parent.map(VirtualDisk.class::cast)),
                parent);
        this.structure = structure;
    }

    /** Opens a disk and its parents. */
    public static VdiImage open(HostFile file, OpenOptions options) throws IOException {
        return open(VdiStructure.read(file), new VdiParents(SecondaryFiles.of(file.path(), options)));
    }

    private static VdiImage open(VdiStructure structure, VdiParents parents) throws IOException {
        if (!structure.kind().hasParent()) {
            return new VdiImage(structure, Optional.empty());
        }
        VdiStructure parent = parents.parentOf(structure);
        HostFile parentFile = parent.file();
        try {
            return new VdiImage(structure, Optional.of(open(parent, parents)));
        } catch (IOException | RuntimeException e) {
            try (parentFile) {
                throw e;
            }
        }
    }

    VdiStructure structure() {
        return structure;
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(structure.file());
    }

    @Override
    protected ImageDescription describe(List<Path> files) throws IOException {
        return VdiDescription.of(structure, files);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new VdiCheck(structure).run();
    }
}
