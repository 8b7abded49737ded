package dev.bothways.disk.format.cloop;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A compressed loopback device of version 2, as Knoppix had it, after the kernel module {@code cloop}. All numbers are big-endian.
 *
 * <pre>
 * 0     a shell script: #!/bin/sh, #V2.0 Format, ...
 * 128   the length of a block         4 bytes
 * 132   how many blocks there are     4 bytes
 * 136   where each block begins       8 bytes each, and one more: where the last one ends
 *       the blocks, each by zlib
 * </pre>
 */
public final class CloopImage extends MappedImage {
    /** The beginning of the script. */
    public static final String MARK = "#!/bin/sh\n#V2.0 Format\n";

    private static final int SECTOR = 512;
    private static final int HEADER = 128;
    private static final int LARGEST_BLOCK = 64 << 20;

    private final CloopBlockMap map;

    private CloopImage(CloopBlockMap map) {
        super(new MappedDisk(map.size(), SECTOR, map.file(), map, Optional.empty()), Optional.empty());
        this.map = map;
    }

    /** Opens a device. */
    public static CloopImage open(HostFile file, OpenOptions options) throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(2 * Integer.BYTES);
        if (file.size() < HEADER + numbers.capacity()) {
            throw new DiskImageException(Kind.TRUNCATED, file.path(), "the file ends within its header");
        }
        file.read(HEADER, numbers);
        int block = numbers.getInt(0);
        long blocks = Integer.toUnsignedLong(numbers.getInt(4));
        if (block < SECTOR || block % SECTOR != 0 || block > LARGEST_BLOCK) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    HEADER,
                    "blocks cannot have " + Integer.toUnsignedString(block) + " bytes");
        }
        long table = (long) HEADER + numbers.capacity();
        if ((file.size() - table) / Long.BYTES < blocks + 1) {
            throw new DiskImageException(
                    Kind.TRUNCATED, file.path(), "the file ends within its table of " + blocks + " blocks");
        }
        return new CloopImage(new CloopBlockMap(file, table, block, blocks));
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(map.file());
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("blocks", Long.toString(size() / map.blockBytes()));
        return new ImageDescription(DiskFormat.CLOOP, "version 2", size(), SECTOR, map.blockBytes(), files, details);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return map.check();
    }
}
