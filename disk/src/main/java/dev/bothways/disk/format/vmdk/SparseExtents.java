package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens the kinds of extents that give out space in grains. */
final class SparseExtents {
    static final int SECTOR = SparseHeader.SECTOR;
    /** "COWD", as it stands in the file. */
    static final int COW_MAGIC = 0x4457_4F43;

    private static final int COW_HEADER_BYTES = 2048;
    private static final int COW_TABLE_ENTRIES = 4096;
    /** Entries of a directory that are looked at when an image is opened: 32 TiB in grains of 64 KiB. */
    private static final long LOOKED_AT = 1 << 20;

    private SparseExtents() {}

    /** The first sector of a file that has one. */
    static ByteBuffer sector(HostFile file) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, sector);
        return sector.clear();
    }

    /** Opens an extent with a header of VMware Workstation. */
    static VmdkExtent open(HostFile file, String type, long size, SparseHeader front) throws IOException {
        List<String> notes = new ArrayList<>();
        if (front.unclean()) {
            notes.add("the header says that the disk was not closed well: its last changes may be missing");
        }
        GrainLookup lookup;
        if (front.has(SparseHeader.COMPRESSED) && front.has(SparseHeader.MARKERS)) {
            lookup = streamTables(file, front, notes);
        } else {
            if (front.directoryAt() == SparseHeader.AT_END) {
                throw new DiskImageException(
                        Kind.MALFORMED,
                        file.path(),
                        "the grain directory is said to be at the end, but this is no stream");
            }
            lookup = tables(file, front, notes);
        }
        Optional<PackedGrains> packed = front.has(SparseHeader.COMPRESSED)
                ? Optional.of(new PackedGrains(
                        file, (int) front.grainBytes(), front.capacity() * SECTOR, front.has(SparseHeader.MARKERS)))
                : Optional.empty();
        GrainMap map = new GrainMap(file, lookup, front.grainBytes(), packed);
        return new VmdkExtent(type, size, file, map, Optional.of(map), Optional.of(front), List.copyOf(notes));
    }

    private static GrainTables tables(HostFile file, SparseHeader header, List<String> notes) throws IOException {
        long bytes = Math.ceilDiv(header.tables() * Integer.BYTES, (long) SECTOR) * SECTOR;
        long directoryAt = bytesAt(file, header.directoryAt());
        Optional<Long> spareAt = header.has(SparseHeader.SPARE_DIRECTORY) && header.spareDirectoryAt() > 0
                ? Optional.of(bytesAt(file, header.spareDirectoryAt()))
                : Optional.empty();
        List<GrainLookup.Range> fixed = new ArrayList<>();
        fixed.add(new GrainLookup.Range("the header", 0, SECTOR));
        if (header.descriptorAt() > 0) {
            long start = header.descriptorAt() * SECTOR;
            fixed.add(new GrainLookup.Range("the descriptor", start, start + header.descriptorLength() * SECTOR));
        }
        fixed.add(new GrainLookup.Range("the grain directory", directoryAt, directoryAt + bytes));
        if (spareAt.isPresent()) {
            fixed.add(new GrainLookup.Range("the spare grain directory", spareAt.get(), spareAt.get() + bytes));
        }
        GrainTables tables = new GrainTables(
                file,
                new GrainTables.Layout(
                        directoryAt,
                        spareAt,
                        header.grains(),
                        (int) header.tableEntries(),
                        header.has(SparseHeader.ZERO_ENTRIES),
                        List.copyOf(fixed)));
        if (tables.usesSpareOnly()) {
            notes.add("the grain directory lies beyond the end of the file; the spare one was used");
        }
        return tables;
    }

    /** A place in bytes; one that lies in no file becomes one that lies beyond this one's end. */
    private static long bytesAt(HostFile file, long sector) throws IOException {
        return sector < 0 || sector > file.size() / SECTOR
                ? Math.ceilDiv(file.size(), SECTOR) * SECTOR
                : sector * SECTOR;
    }

    private static GrainLookup streamTables(HostFile file, SparseHeader front, List<String> notes) throws IOException {
        Optional<SparseHeader> header =
                front.directoryAt() == SparseHeader.AT_END ? footer(file, front) : Optional.of(front);
        if (header.isPresent()) {
            Optional<GrainTables> tables = soundTables(file, header.get(), notes);
            if (tables.isPresent()) {
                return tables.get();
            }
        }
        MarkedGrains grains = MarkedGrains.find(file, front);
        notes.add("the footer or the grain directory is damaged; the grains were found by their markers");
        return grains;
    }

    private static Optional<GrainTables> soundTables(HostFile file, SparseHeader header, List<String> notes)
            throws IOException {
        try {
            GrainTables tables = tables(file, header, notes);
            return tables.directoryIsSound(LOOKED_AT) ? Optional.of(tables) : Optional.empty();
        } catch (DiskImageException noDirectory) {
            return Optional.empty();
        }
    }

    /** What the copy of the header at the end says of the directories, where there is one. */
    private static Optional<SparseHeader> footer(HostFile file, SparseHeader front) throws IOException {
        long at = file.size() - 2L * SECTOR;
        if (at < SECTOR) {
            return Optional.empty();
        }
        ByteBuffer sector = ByteBuffer.allocate(SECTOR);
        file.read(at, sector);
        if (!SparseHeader.hasMagic(sector)) {
            return Optional.empty();
        }
        try {
            SparseHeader footer = SparseHeader.read(file, at);
            boolean same = footer.capacity() == front.capacity()
                    && footer.grain() == front.grain()
                    && footer.tableEntries() == front.tableEntries()
                    && footer.directoryAt() != SparseHeader.AT_END;
            return same ? Optional.of(front.withDirectoriesOf(footer)) : Optional.empty();
        } catch (DiskImageException damaged) {
            return Optional.empty();
        }
    }

    /** Opens a copy-on-write extent of ESX ("vmfsSparse"). */
    static VmdkExtent openCow(HostFile file, VmdkExtentLine line) throws IOException {
        if (file.size() < COW_HEADER_BYTES) {
            throw new DiskImageException(Kind.TRUNCATED, file.path(), "the file ends within its header");
        }
        ByteBuffer in = ByteBuffer.allocate(COW_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, in);
        if (in.getInt(0) != COW_MAGIC) {
            throw malformed(file, "the descriptor calls this a vmfsSparse extent, but it is none");
        }
        if (in.getInt(4) != 1) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, file.path(), "the vmfsSparse version is " + in.getInt(4) + "; only 1 is known");
        }
        long capacity = Integer.toUnsignedLong(in.getInt(12));
        long grain = Integer.toUnsignedLong(in.getInt(16));
        long directoryAt = Integer.toUnsignedLong(in.getInt(20)) * SECTOR;
        long entries = Integer.toUnsignedLong(in.getInt(24));
        checkCapacity(file, line, capacity);
        if (grain < 1 || grain > 1 << 16 || Long.bitCount(grain) != 1) {
            throw malformed(file, "the header tells of grains of " + grain + " sectors");
        }
        long grains = Math.ceilDiv(capacity, grain);
        if (entries < Math.ceilDiv(grains, COW_TABLE_ENTRIES)) {
            throw malformed(
                    file, "the grain directory has " + entries + " entries, too few for " + capacity + " sectors");
        }
        List<GrainLookup.Range> fixed = List.of(
                new GrainLookup.Range("the header", 0, COW_HEADER_BYTES),
                new GrainLookup.Range("the grain directory", directoryAt, directoryAt + entries * Integer.BYTES));
        GrainTables tables = new GrainTables(
                file, new GrainTables.Layout(directoryAt, Optional.empty(), grains, COW_TABLE_ENTRIES, false, fixed));
        GrainMap map = new GrainMap(file, tables, grain * SECTOR, Optional.empty());
        return VmdkExtent.ofGrains(line.type(), line.sectors() * SECTOR, file, map);
    }

    /** Opens a space-efficient extent of ESXi. */
    static VmdkExtent openSeSparse(HostFile file, VmdkExtentLine line) throws IOException {
        SeSparseTables tables = SeSparseTables.open(file);
        checkCapacity(file, line, tables.capacity());
        GrainMap map = new GrainMap(file, tables, SeSparseTables.GRAIN_BYTES, Optional.empty());
        return VmdkExtent.ofGrains(line.type(), line.sectors() * SECTOR, file, map);
    }

    /** Refuses an extent that is smaller than the descriptor says. */
    static void checkCapacity(HostFile file, VmdkExtentLine line, long capacity) throws DiskImageException {
        if (capacity < line.sectors()) {
            throw malformed(
                    file,
                    "the header gives the extent %d sectors, but the descriptor %d"
                            .formatted(capacity, line.sectors()));
        }
    }

    private static DiskImageException malformed(HostFile file, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), message);
    }
}
