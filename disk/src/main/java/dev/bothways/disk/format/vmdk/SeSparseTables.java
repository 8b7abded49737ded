package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The tables of a space-efficient sparse extent, ESXi's form for snapshots of large disks and on VMFS 6. VMware has not
 * published it. Entries have 64 bits; the highest four tell the state of a grain.
 */
final class SeSparseTables implements GrainLookup {
    static final long MAGIC = 0xCAFE_BABEL;

    private static final long VOLATILE_MAGIC = 0xCAFE_CAFEL;
    private static final long VERSION = 0x2_0000_0001L;
    private static final int SECTOR = SparseHeader.SECTOR;
    static final long GRAIN_BYTES = 4096;
    private static final int TABLE_BYTES = 32 << 10;
    private static final int TABLE_ENTRIES = TABLE_BYTES / Long.BYTES;
    private static final long LARGEST = 1L << 52;

    private final HostFile file;
    private final long capacity;
    private final long directoryAt;
    private final long directoryBytes;
    private final long tablesAt;
    private final long tablesBytes;
    private final long grainsAt;
    private final long grainsBytes;
    private final TablePages directory;
    private final TablePages entries;

    private SeSparseTables(HostFile file, ByteBuffer header) throws IOException {
        this.file = file;
        this.capacity = number(header, 16);
        this.directoryAt = bytes(header, 128);
        this.directoryBytes = bytes(header, 136);
        this.tablesAt = bytes(header, 144);
        this.tablesBytes = bytes(header, 152);
        this.grainsAt = bytes(header, 192);
        this.grainsBytes = bytes(header, 200);
        long tables = Math.ceilDiv(grains(), TABLE_ENTRIES);
        long length = file.size();
        if (tables > directoryBytes / Long.BYTES) {
            throw malformed("the grain directory is too small for " + capacity + " sectors");
        }
        if (directoryAt > length - tables * Long.BYTES || tablesAt > length) {
            throw new DiskImageException(
                    Kind.TRUNCATED, file.path(), "the grain directory or the tables lie beyond the end of the file");
        }
        this.directory = new TablePages(file::read, directoryAt, tables, Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        long there = Math.min(tablesBytes, length - tablesAt) / TABLE_BYTES * TABLE_ENTRIES;
        this.entries = new TablePages(file::read, tablesAt, there, Long.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads the headers of an extent. */
    static SeSparseTables open(HostFile file) throws IOException {
        ByteBuffer header = sector(file, 0);
        if (header.getLong(0) != MAGIC) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), "the descriptor calls this a seSparse extent, but it is none");
        }
        if (header.getLong(8) != VERSION) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "the seSparse version is %#x; only 2.1 is known".formatted(header.getLong(8)));
        }
        long grain = header.getLong(24);
        long table = header.getLong(32);
        if (grain * SECTOR != GRAIN_BYTES || table * SECTOR != TABLE_BYTES || header.getLong(40) != 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "a seSparse extent with grains of %d and tables of %d sectors, flags %#x, is not known"
                            .formatted(grain, table, header.getLong(40)));
        }
        checkVolatileHeader(file, header);
        return new SeSparseTables(file, header);
    }

    private static void checkVolatileHeader(HostFile file, ByteBuffer header) throws IOException {
        long at = header.getLong(80);
        if (at < 1 || at > file.size() / SECTOR - 1) {
            throw new DiskImageException(
                    Kind.TRUNCATED, file.path(), "the second header lies beyond the end of the file");
        }
        ByteBuffer second = sector(file, at * SECTOR);
        if (second.getLong(0) != VOLATILE_MAGIC) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), at * SECTOR, "there is no second header where it should be");
        }
        if (second.getLong(24) != 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    at * SECTOR,
                    "changes wait in the journal (its host went down): power the machine on and off on ESXi, and copy it again");
        }
    }

    private static ByteBuffer sector(HostFile file, long position) throws IOException {
        if (file.size() - position < SECTOR) {
            throw new DiskImageException(Kind.TRUNCATED, file.path(), "the file ends within its header");
        }
        ByteBuffer bytes = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.read(position, bytes);
        return bytes;
    }

    private long number(ByteBuffer header, int at) throws DiskImageException {
        long number = header.getLong(at);
        if (number < 0 || number > LARGEST) {
            throw malformed("the header tells of " + Long.toUnsignedString(number) + " sectors (byte " + at + ")");
        }
        return number;
    }

    private long bytes(ByteBuffer header, int at) throws DiskImageException {
        return number(header, at) * SECTOR;
    }

    private DiskImageException malformed(String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), message);
    }

    /** What the guest sees, in sectors. */
    long capacity() {
        return capacity;
    }

    @Override
    public long grains() {
        return Math.ceilDiv(capacity * SECTOR, GRAIN_BYTES);
    }

    /** The number of a grain's table among all tables, or -1 where there is none. */
    private long table(long grain) throws IOException {
        long entry = directory.entry(grain / TABLE_ENTRIES);
        if (entry == 0) {
            return -1;
        }
        long number = entry & 0xFFFF_FFFFL;
        if (entry >>> 32 != 0x1000_0000L || number >= entries.entries() / TABLE_ENTRIES) {
            throw malformed("the entry %#x of the grain directory names no table".formatted(entry));
        }
        return number;
    }

    @Override
    public long place(long grain) throws IOException {
        long table = table(grain);
        if (table < 0) {
            return ABSENT;
        }
        long entry = entries.entry(table * TABLE_ENTRIES + grain % TABLE_ENTRIES);
        return switch ((int) (entry >>> 60)) {
            case 0 -> {
                if (entry != 0) {
                    throw malformed("grain %d has the unknown entry %#x".formatted(grain, entry));
                }
                yield ABSENT;
            }
            case 1, 2 -> ZERO; // Given back by the guest, or zeroed.
            case 3 -> {
                long number = (entry & 0x0FFF_0000_0000_0000L) >>> 48 | (entry & 0xFFFF_FFFF_FFFFL) << 12;
                if (number >= grainsBytes / GRAIN_BYTES) {
                    throw malformed("grain %d has the entry %#x, which is no grain".formatted(grain, entry));
                }
                yield grainsAt + number * GRAIN_BYTES;
            }
            default -> throw malformed("grain %d has the unknown entry %#x".formatted(grain, entry));
        };
    }

    @Override
    public long behindAbsentTable(long grain) throws IOException {
        return table(grain) < 0 ? (grain / TABLE_ENTRIES + 1) * TABLE_ENTRIES : grain;
    }

    @Override
    public List<Range> fixedParts() {
        return List.of(
                new Range("a header", 0, SECTOR),
                new Range("the grain directory", directoryAt, directoryAt + directoryBytes),
                new Range("a grain table", tablesAt, tablesAt + tablesBytes));
    }
}
