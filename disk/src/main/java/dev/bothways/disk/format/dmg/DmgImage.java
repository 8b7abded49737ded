package dev.bothways.disk.format.dmg;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.mapped.JoinedMap;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Apple's Universal Disk Image Format, of which there is no specification. The data of all chunks comes first, then a property
 * list with their table ({@link UdifTable}), and at the end of the file a {@link UdifTrailer}. Chunks of zeros, plain ones and
 * those packed with zlib (UDRO, UDZO) are read, others are refused by name. See {@code docs/formats/dmg.md}.
 */
public final class DmgImage extends MappedImage {
    private static final int SECTOR = 512;

    private final HostFile file;
    private final UdifTable table;

    private DmgImage(HostFile file, UdifTable table, long size) throws IOException {
        super(
                new MappedDisk(
                        size,
                        SECTOR,
                        file,
                        new JoinedMap(new UdifMap(file, table.chunks()), file.size()),
                        Optional.empty()),
                Optional.empty());
        this.file = file;
        this.table = table;
    }

    /** Opens an image. */
    public static DmgImage open(HostFile file, OpenOptions options) throws IOException {
        UdifTrailer trailer = UdifTrailer.read(file);
        return new DmgImage(file, UdifTable.read(file, trailer), trailer.sectors() * SECTOR);
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(file);
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        boolean packed = table.chunks().stream().anyMatch(chunk -> chunk.kind() == UdifChunk.Kind.ZLIB);
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("chunks", Integer.toString(table.chunks().size()));
        if (!table.names().isEmpty()) {
            details.put("partitions", String.join("; ", table.names()));
        }
        return new ImageDescription(DiskFormat.DMG, packed ? "zlib" : "plain", size(), SECTOR, SECTOR, files, details);
    }

    /** What could be wrong with the table has been looked at when the image was opened. */
    @Override
    protected List<Finding> checkItself() {
        return List.of();
    }

    @Override
    public boolean isCheckable() {
        return false;
    }
}
