package dev.bothways.disk.format.dmg;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.xml.XmlElement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/**
 * The chunks, in the order of the disk, without gaps but where it is zeros. They stand in a property list as {@code
 * resource-fork}, {@code blkx}: for each partition a block in base64, whose numbers are big-endian.
 *
 * <pre>
 * 0    mish, version: 1           4 bytes each
 * 8    first sector               8 bytes
 * 24   where its data begins      8 bytes, from the beginning of all data
 * 200  how many chunks            4 bytes
 * 204  chunks of 40 bytes: kind (4), 4 unused, first sector (8, from the block's first), sectors (8), place (8), length (8)
 * </pre>
 *
 * @param names of the partitions, as Apple has them
 */
record UdifTable(List<UdifChunk> chunks, List<String> names) {
    private static final int SECTOR = 512;
    private static final XmlElement.Bounds BOUNDS = new XmlElement.Bounds(16, 50_000, true);
    private static final int HEADER = 204;
    private static final int CHUNK = 40;
    private static final int MARK = 0x6d69_7368;
    private static final int COMMENT = 0x7fff_fffe;
    private static final int END = 0xffff_ffff;
    /** Of a packed chunk; hdiutil makes them of 1 MiB at most. */
    private static final long LARGEST_PACKED = 64 << 20;
    /** How many times as long deflated data can become. */
    private static final int MOST_PACKED = 1040;

    UdifTable {
        chunks = List.copyOf(chunks);
        names = List.copyOf(names);
    }

    static UdifTable read(HostFile file, UdifTrailer trailer) throws IOException {
        return new Reader(file, trailer).table();
    }

    private record Reader(HostFile file, UdifTrailer trailer) {

        UdifTable table() throws IOException {
            List<UdifChunk> chunks = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (XmlElement partition : partitions()) {
                value(partition, "Name")
                        .map(XmlElement::text)
                        .filter(name -> !name.isEmpty())
                        .ifPresent(names::add);
                add(bytes(partition), chunks);
            }
            chunks.sort(Comparator.comparingLong(UdifChunk::start));
            long end = 0;
            for (UdifChunk chunk : chunks) {
                if (chunk.start() < end) {
                    throw wrong("two chunks hold byte " + chunk.start() + " of the disk, and which one counts is open");
                }
                end = chunk.end();
            }
            if (end > trailer.sectors() * SECTOR) {
                throw wrong("chunks go up to byte " + end + ", behind the end of the disk at "
                        + trailer.sectors() * SECTOR);
            }
            return new UdifTable(chunks, names);
        }

        private List<XmlElement> partitions() throws IOException {
            byte[] list = new byte[trailer.tableLength()];
            file.read(trailer.tableOffset(), ByteBuffer.wrap(list));
            XmlElement root;
            try {
                root = XmlElement.parse(new ByteArrayInputStream(list), BOUNDS);
            } catch (XMLStreamException e) {
                throw wrong("the property list is no sound XML: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
            return root.first("dict")
                    .flatMap(dictionary -> value(dictionary, "resource-fork"))
                    .flatMap(fork -> value(fork, "blkx"))
                    .map(array -> array.all("dict"))
                    .orElseThrow(() -> wrong("the property list has no table of chunks (resource-fork, blkx)"));
        }

        /** What follows the key of this name. */
        private static Optional<XmlElement> value(XmlElement dictionary, String key) {
            List<XmlElement> children = dictionary.children();
            for (int i = 0; i + 1 < children.size(); i++) {
                if (children.get(i).name().equals("key")
                        && children.get(i).text().equals(key)) {
                    return Optional.of(children.get(i + 1));
                }
            }
            return Optional.empty();
        }

        private ByteBuffer bytes(XmlElement partition) throws DiskImageException {
            String text = value(partition, "Data").map(XmlElement::text).orElse("");
            ByteBuffer block;
            try {
                block = ByteBuffer.wrap(Base64.getMimeDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                throw wrong("the table of a partition is no base64");
            }
            if (block.capacity() < HEADER || block.getInt(0) != MARK || block.getInt(4) != 1) {
                throw wrong("the table of a partition does not begin with mish and version 1");
            }
            if (Integer.toUnsignedLong(block.getInt(200)) > (block.capacity() - HEADER) / CHUNK) {
                throw wrong("the table of a partition is shorter than its "
                        + Integer.toUnsignedString(block.getInt(200)) + " chunks");
            }
            return block;
        }

        private void add(ByteBuffer block, List<UdifChunk> chunks) throws IOException {
            for (int i = 0; i < block.getInt(200); i++) {
                int at = HEADER + i * CHUNK;
                int type = block.getInt(at);
                if (type == END) {
                    return;
                }
                if (type != COMMENT && block.getLong(at + 16) != 0) {
                    chunks.add(chunk(block, at, type));
                }
            }
        }

        private UdifChunk chunk(ByteBuffer block, int at, int type) throws IOException {
            UdifChunk.Kind kind = UdifChunk.kind(type)
                    .orElseThrow(() -> new DiskImageException(
                            Kind.UNSUPPORTED,
                            file.path(),
                            "some of it is " + UdifChunk.word(type)
                                    + ", which is not read; convert it with hdiutil convert -format UDZO"));
            try {
                long start = Math.multiplyExact(Math.addExact(block.getLong(8), block.getLong(at + 8)), SECTOR);
                long length = Math.multiplyExact(block.getLong(at + 16), SECTOR);
                long place =
                        Math.addExact(Math.addExact(trailer.dataOffset(), block.getLong(24)), block.getLong(at + 24));
                long stored = block.getLong(at + 32);
                UdifChunk chunk = new UdifChunk(start, length, kind, place, stored);
                if (start < 0 || length < 0 || Math.addExact(start, length) < 0 || !isKept(chunk)) {
                    throw wrong("the chunk for byte " + start + " of the disk cannot have " + length
                            + " bytes, kept in " + stored + " bytes at byte " + place);
                }
                return chunk;
            } catch (ArithmeticException e) {
                throw wrong("a chunk has numbers that no disk can have");
            }
        }

        private boolean isKept(UdifChunk chunk) throws IOException {
            if (chunk.kind() == UdifChunk.Kind.ZEROS) {
                return true;
            }
            boolean inFile = chunk.place() >= 0
                    && chunk.stored() > 0
                    && chunk.stored() <= file.size()
                    && chunk.place() <= file.size() - chunk.stored();
            return inFile
                    && (chunk.kind() == UdifChunk.Kind.RAW
                            ? chunk.stored() == chunk.length()
                            : chunk.stored() <= LARGEST_PACKED
                                    && chunk.length() <= LARGEST_PACKED
                                    && chunk.length() / MOST_PACKED <= chunk.stored());
        }

        private DiskImageException wrong(String message) {
            return new DiskImageException(Kind.MALFORMED, file.path(), message);
        }
    }
}
