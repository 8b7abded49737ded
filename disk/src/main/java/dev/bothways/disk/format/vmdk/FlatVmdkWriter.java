package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.NewImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A descriptor and files that hold the bytes of the disk as they are. The descriptor names them when they are whole. */
final class FlatVmdkWriter implements ImageWriter {
    private final NewImageFile image;
    private final NewExtentFiles files;
    private final NewDescriptor descriptor;
    private final List<Long> sizes;
    private final List<HostFile> extents;

    FlatVmdkWriter(
            NewImageFile image, NewExtentFiles files, NewDescriptor descriptor, List<Long> sizes, Allocation allocation)
            throws IOException {
        this.image = image;
        this.files = files;
        this.descriptor = descriptor;
        this.sizes = sizes;
        this.extents = new ArrayList<>();
        image.file().write(0, SparseVmdkWriter.unfinishedDescriptor());
        for (int i = 0; i < sizes.size(); i++) {
            HostFile file = files.create(descriptor.subformat().extentName(descriptor.base(), i + 1));
            extents.add(file);
            if (allocation == Allocation.FIXED) {
                file.allocate(sizes.get(i));
            } else {
                file.resize(sizes.get(i));
            }
        }
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public long unit() {
        return 1;
    }

    @Override
    public Optional<HostFile> file() {
        return Optional.of(extents.getFirst());
    }

    @Override
    public List<Place> place(long offset, long length) {
        image.advance(offset, length);
        long extentBytes = sizes.getFirst();
        List<Place> places = new ArrayList<>();
        for (long at = offset; at < offset + length; ) {
            int index = (int) (at / extentBytes);
            long start = index * extentBytes;
            long count = Math.min(offset + length, start + extentBytes) - at;
            places.add(new Place(at, count, extents.get(index), at - start));
            at += count;
        }
        return places;
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        files.finish();
        image.file().write(0, ByteBuffer.wrap(descriptor.text(sizes).getBytes(StandardCharsets.UTF_8)));
        image.file().force();
        image.finished();
    }

    @Override
    public void close() throws IOException {
        try (image) {
            files.close();
        }
    }
}
