package dev.bothways.disk.format.vdi;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.archive.ArchivePath;
import dev.bothways.disk.format.mapped.Guid;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.UUID;

/**
 * The way up a chain of differencing disks. A VDI names its parent by id alone (VirtualBox knows the path from the machine's
 * definition), so the disks in the allowed folder are looked at, those beside the child first.
 *
 * <p>The parent's data id must be the one recorded in the child, where one is: a parent that was written to since is another
 * disk than the child differs from.
 */
final class VdiParents {
    private static final int LONGEST_CHAIN = 64;
    private static final String ENDING = ".vdi";

    private final SecondaryFiles secondary;
    private final List<Path> chain = new ArrayList<>();

    /** A search in the allowed folder, for a chain whose first disk is about to be looked at. */
    VdiParents(SecondaryFiles secondary) {
        this.secondary = secondary;
    }

    /** Opens the parent of {@code child}; the caller closes its file. */
    VdiStructure parentOf(VdiStructure child) throws IOException {
        Path path = child.file().path();
        UUID wanted = child.header().parentId();
        chain.add(ArchivePath.real(path));
        if (wanted.equals(Guid.NONE)) {
            throw VdiStructure.malformed(
                    child.file(), VdiHeader.START, "it differs from a parent, but does not say from which one");
        }
        if (chain.size() > LONGEST_CHAIN) {
            throw new DiskImageException(
                    Kind.UNSAFE, path, "the chain of parents is longer than " + LONGEST_CHAIN + " disks");
        }
        List<Path> stale = new ArrayList<>();
        SequencedSet<Path> candidates = new LinkedHashSet<>(secondary.besides(path, ENDING));
        Optional<VdiStructure> found = firstOf(candidates, child, stale);
        if (found.isEmpty()) {
            List<Path> below = secondary.below(ENDING);
            candidates.forEach(below::remove);
            found = firstOf(below, child, stale);
        }
        return found.orElseThrow(() -> missing(path, wanted, stale));
    }

    private Optional<VdiStructure> firstOf(Iterable<Path> candidates, VdiStructure child, List<Path> stale)
            throws IOException {
        for (Path candidate : candidates) {
            HostFile file = HostFile.open(candidate);
            boolean taken = false;
            try {
                VdiStructure structure = VdiStructure.read(file);
                if (structure.header().id().equals(child.header().parentId())) {
                    if (chain.contains(candidate)) {
                        throw new DiskImageException(
                                Kind.UNSAFE, child.file().path(), "the chain of parents comes back to " + candidate);
                    }
                    taken = isRecorded(structure, child.header().parentDataId());
                    if (taken) {
                        return Optional.of(structure);
                    }
                    stale.add(candidate);
                }
            } catch (DiskImageException another) {
                if (another.kind() == Kind.UNSAFE) {
                    throw another;
                } // Else something in the folder that is no sound disk, and not our matter.
            } finally {
                if (!taken) {
                    file.close();
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isRecorded(VdiStructure parent, UUID dataId) {
        return dataId.equals(Guid.NONE) || dataId.equals(parent.header().dataId());
    }

    private DiskImageException missing(Path child, UUID wanted, List<Path> stale) {
        if (!stale.isEmpty()) {
            return new DiskImageException(
                    Kind.MALFORMED,
                    child,
                    "its parent %s was written to since; put the parent there as it was when this disk was made"
                            .formatted(stale.getFirst()));
        }
        return new DiskImageException(
                Kind.UNSAFE,
                child,
                "it differs from the disk with id %s, of which there is no .vdi file in %s; put it there, or name its folder with --allow"
                        .formatted(wanted, secondary.allowed()));
    }
}
