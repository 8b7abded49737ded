package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;

/**
 * VMDK, after VMware's "Virtual Disk Format 5.0" (2011), and what is known of the forms of ESXi that it does not tell. All
 * numbers are little-endian.
 *
 * <p>A text, the descriptor, names the extents that follow each other: flat files, sparse files or zeros. It is a file of its
 * own, or lies in the only extent:
 *
 * <pre>
 * sparse                              stream
 *   0   header                          0   header (directory "at the end")
 *   1   descriptor, 20 sectors          1   descriptor
 *   21  spare directory and tables      128 marker and packed grain, marker and packed grain ...
 *       directory and tables                marker and grain table; marker and directory
 *   n   grains of 64 KiB                    marker and footer (as the header); end
 * </pre>
 *
 * <p>A directory has an entry for every table, a table one for each of 512 grains; entries are file sectors. Read, and only read,
 * are all forms whose data is in files; parents and extents in the allowed folder. {@link VmdkWriter} writes new ones. See
 * {@code docs/formats/vmdk.md} for what products do differently.
 */
public final class VmdkImage extends MappedImage {
    private final HostFile file;
    private final VmdkStructure structure;

    private VmdkImage(HostFile file, VmdkStructure structure, Optional<VmdkImage> parent) {
        super(new VmdkDisk(file, structure.extents(), parent), parent);
        this.file = file;
        this.structure = structure;
    }

    /** Opens a disk, its extents and its parents. */
    public static VmdkImage open(HostFile file, OpenOptions options) throws IOException {
        ExtentOpener opener = new ExtentOpener(file, SecondaryFiles.of(file.path(), options));
        try {
            VmdkStructure structure = VmdkStructure.read(file, opener);
            return new VmdkImage(file, structure, parent(file, structure.descriptor(), options));
        } catch (IOException | RuntimeException e) {
            for (HostFile extent : opener.opened()) {
                extent.close();
            }
            throw e;
        }
    }

    private static Optional<VmdkImage> parent(HostFile file, VmdkDescriptor descriptor, OpenOptions options)
            throws IOException {
        OptionalLong wanted = descriptor.parentCid();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = descriptor.readings("parentfilenamehint");
        if (names.isEmpty()) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    "it differs from a parent (CID %08x), whose name the descriptor does not tell"
                            .formatted(wanted.getAsLong()));
        }
        DiskImage opened = SecondaryFiles.openParent(file.path(), options, names, Optional.of(DiskFormat.VMDK));
        try {
            if (!(opened instanceof VmdkImage parent)) {
                throw new IllegalStateException("a VMDK was opened as " + opened.getClass());
            }
            checkParent(file, wanted.getAsLong(), parent);
            return Optional.of(parent);
        } catch (IOException | RuntimeException e) {
            try (opened) {
                throw e;
            }
        }
    }

    private static void checkParent(HostFile file, long wanted, VmdkImage parent) throws DiskImageException {
        OptionalLong is = parent.cid();
        if (is.isEmpty() || is.getAsLong() != wanted) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    "it differs from the disk with CID %08x, but %s has %s: that is another disk, or it was changed since; put the right parent there"
                            .formatted(
                                    wanted,
                                    parent.file.path(),
                                    is.isEmpty() ? "none" : "CID %08x".formatted(is.getAsLong())));
        }
    }

    /** The id of the disk's content, which a child remembers of its parent. */
    public OptionalLong cid() {
        return structure.descriptor().cid();
    }

    @Override
    protected List<HostFile> ownFiles() {
        SequencedSet<HostFile> files = new LinkedHashSet<>();
        files.add(file);
        structure.extents().forEach(extent -> files.add(extent.file()));
        return new ArrayList<>(files);
    }

    @Override
    protected ImageDescription describe(List<Path> files) throws IOException {
        return VmdkDescription.of(structure, size(), files);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new VmdkCheck(file, structure).run();
    }
}
