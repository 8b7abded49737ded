package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.Extent;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the images of all formats share: the bytes come from a disk, mostly a {@link MappedDisk}, which closes what it lies on;
 * the chain of parents is told and checked with the image.
 */
public abstract class MappedImage implements DiskImage {
    private final VirtualDisk disk;
    private final Optional<? extends DiskImage> parent;

    /** An image whose bytes {@code disk} gives; closing it closes {@code disk}, and that the parent. */
    protected MappedImage(VirtualDisk disk, Optional<? extends DiskImage> parent) {
        this.disk = disk;
        this.parent = parent;
    }

    /** The files it lies in itself, the one that was opened first. */
    protected abstract List<HostFile> ownFiles();

    /** What the image says of itself. {@code files} are its own and those of its parents. */
    protected abstract ImageDescription describe(List<Path> files) throws IOException;

    /** What is wrong with the image itself. */
    protected abstract List<Finding> checkItself() throws IOException;

    @Override
    public final ImageDescription describe() throws IOException {
        List<Path> files = new ArrayList<>();
        ownFiles().forEach(file -> files.add(file.path()));
        if (parent.isPresent()) {
            files.addAll(parent.get().describe().files());
        }
        return describe(files);
    }

    @Override
    public final Optional<DiskImage> parent() {
        return parent.map(each -> each);
    }

    @Override
    public final List<Finding> check() throws IOException {
        List<Finding> findings = new ArrayList<>(checkItself());
        if (parent.isPresent()) {
            findings.addAll(parent.get().check());
        }
        return List.copyOf(findings);
    }

    @Override
    public final void requireUnchanged() throws IOException {
        for (HostFile file : ownFiles()) {
            file.requireUnchanged();
        }
        if (parent.isPresent()) {
            parent.get().requireUnchanged();
        }
    }

    @Override
    public final long size() {
        return disk.size();
    }

    @Override
    public final int sectorSize() {
        return disk.sectorSize();
    }

    @Override
    public final void read(long offset, ByteBuffer into) throws IOException {
        disk.read(offset, into);
    }

    @Override
    public final Extent extent(long offset, long limit) throws IOException {
        return disk.extent(offset, limit);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
