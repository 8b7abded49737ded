package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.ParentSearch;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * VHDX, after Microsoft's open specification MS-VHDX. All numbers are little-endian.
 *
 * <pre>
 * 0        identifier and creator          section 2.2.1
 * 64 KiB   header, and again at 128 KiB    2.2.2
 * 192 KiB  region table, again at 256 KiB  2.2.3
 * 1 MiB    log, 1 MiB as a rule            2.3
 *          metadata region                 2.6
 *          table of blocks                 2.5: 8 bytes a block
 *          blocks, each on a whole MiB     2.4: 1 to 256 MiB each
 * </pre>
 *
 * <p>Read, and only read, are fixed, dynamic and differencing disks, the last with parents in the allowed folder whose
 * data id agrees. A log that was not replayed is replayed in memory: the file stays as it is. {@link VhdxWriter} writes new
 * disks. See {@code docs/formats/vhdx.md} for what products do differently.
 */
public final class VhdxImage extends MappedImage {
    private final HostFile file;
    private final VhdxStructure structure;

    private VhdxImage(HostFile file, VhdxStructure structure, Optional<VhdxImage> parent) {
        super(disk(file, structure, parent), parent);
        this.file = file;
        this.structure = structure;
    }

    private static VirtualDisk disk(HostFile file, VhdxStructure structure, Optional<VhdxImage> parent) {
        VhdxMetadata metadata = structure.metadata();
        return new MappedDisk(
                metadata.size(),
                metadata.sectorBytes(),
                file,
                new VhdxBlockMap(structure),
                parent.map(VirtualDisk.class::cast));
    }

    /** Opens a disk and its parents. */
    public static VhdxImage open(HostFile file, OpenOptions options) throws IOException {
        ParentSearch<VhdxStructure> search = new ParentSearch<>(
                SecondaryFiles.of(file.path(), options),
                VhdxStructure::read,
                structure -> structure.header().dataWriteId());
        return open(file, VhdxStructure.read(file), search);
    }

    private static VhdxImage open(HostFile file, VhdxStructure structure, ParentSearch<VhdxStructure> search)
            throws IOException {
        Optional<VhdxParentLocator> locator = structure.metadata().parent();
        if (locator.isEmpty()) {
            return new VhdxImage(file, structure, Optional.empty());
        }
        ParentSearch.Found<VhdxStructure> found = search.parentOf(
                file.path(), locator.get().names(), locator.get().linkages());
        HostFile parentFile = found.file();
        try {
            return new VhdxImage(file, structure, Optional.of(open(parentFile, found.structure(), search)));
        } catch (IOException | RuntimeException e) {
            try (parentFile) {
                throw e;
            }
        }
    }

    VhdxStructure structure() {
        return structure;
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(file);
    }

    @Override
    protected ImageDescription describe(List<Path> files) throws IOException {
        return VhdxDescription.of(structure, files);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new VhdxCheck(structure).run();
    }
}
