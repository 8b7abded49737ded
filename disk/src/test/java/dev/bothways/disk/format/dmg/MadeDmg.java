package dev.bothways.disk.format.dmg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;

/** DMG images made for tests, after what is known of the format and not after our reader. */
final class MadeDmg {
    static final int ZEROS = 0;
    static final int RAW = 1;
    static final int IGNORED = 2;
    static final int ZLIB = 0x8000_0005;

    private static final int SECTOR = 512;
    private static final int COMMENT = 0x7fff_fffe;
    private static final int END = 0xffff_ffff;

    private record Chunk(int type, long start, long sectors, long place, long length) {}

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
    private final List<Chunk> chunks = new ArrayList<>();
    private long start;
    private long sectors;

    /** Adds a chunk, kept in the way of this type; for types that are not known, as it is. */
    MadeDmg chunk(int type, byte[] content) {
        byte[] kept = switch (type) {
            case ZEROS, IGNORED -> new byte[0];
            case ZLIB -> deflated(content);
            default -> content;
        };
        chunks.add(new Chunk(type, sectors - start, content.length / SECTOR, data.size(), kept.length));
        data.writeBytes(kept);
        sectors += content.length / SECTOR;
        return this;
    }

    /** Leaves sectors that are in no chunk. */
    MadeDmg gap(int count) {
        sectors += count;
        return this;
    }

    /** Ends a partition. */
    MadeDmg partition(String name) {
        chunks.add(new Chunk(COMMENT, 0, 0, 0, 0));
        chunks.add(new Chunk(END, sectors - start, 0, data.size(), 0));
        ByteBuffer block = ByteBuffer.allocate(204 + 40 * chunks.size())
                .put(0, "mish".getBytes(StandardCharsets.US_ASCII))
                .putInt(4, 1)
                .putLong(8, start)
                .putLong(16, sectors - start)
                .putInt(200, chunks.size())
                .position(204);
        for (Chunk chunk : chunks) {
            block.putInt(chunk.type())
                    .putInt(0)
                    .putLong(chunk.start())
                    .putLong(chunk.sectors())
                    .putLong(chunk.place())
                    .putLong(chunk.length());
        }
        tables.writeBytes(
                "<dict><key>Attributes</key><string>0x0050</string><key>Data</key><data>%s</data><key>Name</key><string>%s</string></dict>"
                        .formatted(Base64.getMimeEncoder().encodeToString(block.array()), name)
                        .getBytes(StandardCharsets.UTF_8));
        chunks.clear();
        start = sectors;
        return this;
    }

    byte[] bytes() {
        byte[] list = """
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
                <plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array>%s</array></dict></dict></plist>
                """.formatted(tables.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer trailer = ByteBuffer.allocate(SECTOR)
                .put(0, "koly".getBytes(StandardCharsets.US_ASCII))
                .putInt(4, 4)
                .putInt(8, SECTOR)
                .putInt(12, 1)
                .putLong(32, data.size())
                .putInt(56, 1)
                .putInt(60, 1)
                .putLong(216, data.size())
                .putLong(224, list.length)
                .putInt(488, 1)
                .putLong(492, sectors);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(data.toByteArray());
        all.writeBytes(list);
        all.writeBytes(trailer.array());
        return all.toByteArray();
    }

    static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater();
        deflater.setInput(content);
        deflater.finish();
        byte[] packed = new byte[content.length * 2 + 100];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }
}
