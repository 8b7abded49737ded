package dev.bothways.disk.format.vhd;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.NewImageFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A fixed VHD being filled: the disk's bytes where they are on the disk, and the footer after them. */
final class FixedVhdWriter implements ImageWriter {
    private final VhdFooter footer;
    private final NewImageFile image;
    private boolean allocated;
    private boolean begun;

    FixedVhdWriter(VhdFooter footer, NewImageFile image) {
        this.footer = footer;
        this.image = image;
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
    public boolean sequential() {
        return image.file().isPipe();
    }

    @Override
    public Optional<HostFile> file() {
        return Optional.of(image.file());
    }

    @Override
    public List<Place> place(long offset, long length) throws IOException {
        begin();
        image.advance(offset, length);
        return List.of(new Place(offset, length, image.file(), offset));
    }

    @Override
    public void allocate() throws IOException {
        if (!allocated && !image.file().isPipe()) {
            image.file().allocate(footer.currentSize());
            allocated = true;
            begin();
        }
    }

    /** So long as the footer is not true, nobody shall take the file for a raw disk. */
    private void begin() throws IOException {
        if (!begun && !image.file().isPipe()) {
            image.file().write(footer.currentSize(), VhdWriter.unfinishedFooter());
            begun = true;
        }
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        allocate();
        HostFile file = image.file();
        file.force();
        file.write(size(), footer.bytes());
        file.force();
        image.finished();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
