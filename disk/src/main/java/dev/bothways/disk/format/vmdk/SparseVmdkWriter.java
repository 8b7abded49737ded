package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.NewImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk of one sparse file or of several, being filled. Grains follow each other in the order they were asked for, on multiples of
 * 64 KiB, so that file systems can share them. Over a parent, a grain of zeros that hides data below is marked as such.
 */
final class SparseVmdkWriter implements ImageWriter {
    private final NewImageFile image;
    private final NewExtentFiles files;
    private final NewDescriptor descriptor;
    private final List<Long> sizes;
    private final List<NewSparseExtent> extents;
    private final Optional<VirtualDisk> parent;

    /** Extents of these sizes: in {@code image} itself where there is one and no file beside it. */
    SparseVmdkWriter(
            NewImageFile image,
            NewExtentFiles files,
            NewDescriptor descriptor,
            List<Long> sizes,
            Optional<VirtualDisk> parent)
            throws IOException {
        this.image = image;
        this.files = files;
        this.descriptor = descriptor;
        this.sizes = sizes;
        this.parent = parent;
        this.extents = new ArrayList<>();
        if (!embeds()) {
            image.file().write(0, unfinishedDescriptor());
        }
        for (int i = 0; i < sizes.size(); i++) {
            HostFile file = embeds()
                    ? image.file()
                    : files.create(descriptor.subformat().extentName(descriptor.base(), i + 1));
            extents.add(new NewSparseExtent(file, sizes.get(i), embeds()));
        }
    }

    /** What stands in a descriptor's place until the disk is whole: the mark, and no extents. */
    static ByteBuffer unfinishedDescriptor() {
        return ByteBuffer.wrap((VmdkDescriptor.MARK + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private boolean embeds() {
        return !descriptor.subformat().hasExtentFiles();
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public long unit() {
        return NewSparseExtent.GRAIN_BYTES;
    }

    @Override
    public Optional<HostFile> file() {
        return Optional.of(extents.getFirst().file());
    }

    @Override
    public Optional<VirtualDisk> parent() {
        return parent;
    }

    @Override
    public long grain() {
        return parent.isPresent() ? NewSparseExtent.GRAIN_BYTES : 1;
    }

    private interface Part {
        void take(NewSparseExtent extent, long start, long offset, long length) throws IOException;
    }

    private void eachPart(long offset, long length, Part part) throws IOException {
        image.advance(offset, length);
        long extentBytes = sizes.getFirst();
        for (long at = offset; at < offset + length; ) {
            int index = (int) (at / extentBytes);
            long start = index * extentBytes;
            long count = Math.min(offset + length, start + extentBytes) - at;
            part.take(extents.get(index), start, at - start, count);
            at += count;
        }
    }

    @Override
    public List<Place> place(long offset, long length) throws IOException {
        List<Place> places = new ArrayList<>();
        eachPart(offset, length, (extent, start, at, count) -> extent.place(start, at, count, places));
        return places;
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        if (parent.isEmpty()) {
            throw new UnsupportedOperationException("only a differencing image hides its parent's data");
        }
        eachPart(offset, length, (extent, start, at, count) -> extent.zero(at, count));
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        String text = descriptor.text(sizes);
        for (NewSparseExtent extent : extents) {
            extent.finish(text);
        }
        if (!embeds()) {
            files.finish();
            image.file().write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            image.file().force();
        }
        image.finished();
    }

    @Override
    public void close() throws IOException {
        try (image) {
            files.close();
        }
    }
}
