package dev.bothways.conversion.bundle;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.archive.xva.XvaStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The disks of a compressed XVA, unpacked in one pass when the first one is opened: raw files with holes where the disk is
 * zeros. Each is deleted when it is closed, and all when the program ends.
 */
final class UnpackedXva implements XvaSource.Opened {
    private final Path archive;
    private final Map<String, Long> sizes;
    private final Path scratch;
    private final Map<String, Path> files = new HashMap<>();

    UnpackedXva(Path archive, Map<String, Long> sizes, Path scratch) {
        this.archive = archive;
        this.sizes = sizes;
        this.scratch = scratch;
    }

    @Override
    public synchronized DiskImage disk(String folder) throws IOException {
        Path known = files.get(folder);
        if (known == null || !Files.exists(known)) {
            unpack();
        }
        Path file = files.getOrDefault(folder, scratch);
        return new Kept(DiskImages.open(file, OpenOptions.usual().as(DiskFormat.RAW)), archive, file);
    }

    private void unpack() throws IOException {
        XvaStream.copy(
                archive,
                sizes,
                (folder, size) -> {
                    Path file = Files.createTempFile(scratch, "bothways-", ".raw");
                    file.toFile().deleteOnExit();
                    Files.delete(file);
                    files.put(folder, file);
                    return DiskImages.create(file, DiskFormat.RAW, size, CreateOptions.usual());
                },
                done -> {});
    }

    /** A disk whose file goes with it. */
    private record Kept(DiskImage image, Path archive, Path file) implements DiskImage {
        @Override
        public ImageDescription describe() throws IOException {
            ImageDescription raw = image.describe();
            return new ImageDescription(
                    raw.format(), "xva", raw.size(), raw.sectorSize(), raw.unit(), List.of(archive), raw.details());
        }

        @Override
        public List<Finding> check() throws IOException {
            return image.check();
        }

        @Override
        public long size() {
            return image.size();
        }

        @Override
        public int sectorSize() {
            return image.sectorSize();
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            image.read(offset, into);
        }

        @Override
        public Extent extent(long offset, long limit) throws IOException {
            return image.extent(offset, limit);
        }

        @Override
        public void close() throws IOException {
            try {
                image.close();
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }
}
