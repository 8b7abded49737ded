package dev.bothways.disk.format.vhd;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.ParentSearch;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * VHD, after Microsoft's "Virtual Hard Disk Image Format Specification", version 1.0 (2006). All numbers are big-endian.
 *
 * <pre>
 * fixed                        dynamic and differencing
 *   0  the disk's bytes          0     copy of the footer                       512 bytes
 *   s  footer                    512   dynamic header                           1024 bytes
 *                                      parent's names (differencing)
 *                                      block allocation table                   4 bytes a block
 *                                      blocks: bitmap of sectors, then data     512 bytes + 2 MiB
 *                                      footer                                   512 bytes
 * </pre>
 *
 * <p>An entry of the table is the number of the file sector where a block's bitmap begins, or all ones. Read, and only
 * read, are all three kinds, footers of 511 bytes, and parents in the allowed folder by any locator if their id agrees.
 * {@link VhdWriter} writes new ones. See {@code docs/formats/vhd.md} for what products do differently.
 */
public final class VhdImage extends MappedImage {
    private final HostFile file;
    private final VhdStructure structure;

    private VhdImage(HostFile file, VhdStructure structure, Optional<VhdImage> parent) {
        super(disk(file, structure, parent), parent);
        this.file = file;
        this.structure = structure;
    }

    private static VirtualDisk disk(HostFile file, VhdStructure structure, Optional<VhdImage> parent) {
        RangeMap map = structure.kind() == VhdKind.FIXED
                ? (offset, limit) -> new Piece.InFile(limit - offset, offset)
                : new VhdBlockMap(file, structure);
        return new MappedDisk(structure.size(), VhdFooter.SECTOR_BYTES, file, map, parent.map(VirtualDisk.class::cast));
    }

    /** Opens a disk and its parents. */
    public static VhdImage open(HostFile file, OpenOptions options) throws IOException {
        ParentSearch<VhdStructure> search = new ParentSearch<>(
                SecondaryFiles.of(file.path(), options),
                VhdStructure::read,
                structure -> structure.footer().uniqueId());
        return open(file, VhdStructure.read(file), search);
    }

    private static VhdImage open(HostFile file, VhdStructure structure, ParentSearch<VhdStructure> search)
            throws IOException {
        if (structure.kind() != VhdKind.DIFFERENCING) {
            return new VhdImage(file, structure, Optional.empty());
        }
        VhdParent wanted = VhdParent.of(file, structure);
        ParentSearch.Found<VhdStructure> found = search.parentOf(file.path(), wanted.names(), List.of(wanted.id()));
        HostFile parentFile = found.file();
        try {
            return new VhdImage(file, structure, Optional.of(open(parentFile, found.structure(), search)));
        } catch (IOException | RuntimeException e) {
            try (parentFile) {
                throw e;
            }
        }
    }

    VhdStructure structure() {
        return structure;
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(file);
    }

    @Override
    protected ImageDescription describe(List<Path> files) throws IOException {
        return VhdDescription.of(file, structure, files);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new VhdCheck(file, structure).run();
    }
}
