package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A grain directory and its tables, of sector numbers in 32 bits: those of VMware Workstation (512 entries a table) and of ESX'
 * copy-on-write disks (4096). Where the directory is damaged and there is a spare one, that counts.
 */
final class GrainTables implements GrainLookup {
    private static final int SECTOR = SparseHeader.SECTOR;
    private static final long MOST_KEPT_ENTRIES = 1 << 19;

    /**
     * Where everything lies.
     *
     * @param directoryAt in bytes
     * @param spareDirectoryAt in bytes, where there is one
     * @param tableEntries entries of a table
     * @param zeroEntries whether the entry 1 stands for a grain of zeros
     */
    record Layout(
            long directoryAt,
            Optional<Long> spareDirectoryAt,
            long grains,
            int tableEntries,
            boolean zeroEntries,
            List<Range> fixedParts) {

        long tables() {
            return Math.ceilDiv(grains, tableEntries);
        }

        long directoryBytes() {
            return tables() * Integer.BYTES;
        }
    }

    private record Table(long index, IntBuffer entries) {}

    private final HostFile file;
    private final long fileLength;
    private final Layout layout;
    private final Optional<TablePages> directory;
    private final Optional<TablePages> spareDirectory;
    private final AtomicReferenceArray<Table> kept;

    /** The tables in {@code file}, of which at least one directory must lie in the file. */
    GrainTables(HostFile file, Layout layout) throws IOException {
        this.file = file;
        this.fileLength = file.size();
        this.layout = layout;
        this.directory = pages(layout.directoryAt);
        this.spareDirectory =
                layout.spareDirectoryAt.isPresent() ? pages(layout.spareDirectoryAt.get()) : Optional.empty();
        this.kept = new AtomicReferenceArray<>((int) (MOST_KEPT_ENTRIES / layout.tableEntries));
        if (directory.isEmpty() && spareDirectory.isEmpty()) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the grain directory (%d bytes at byte %d) does not lie in the file of %d bytes; copy it again from where it came from"
                            .formatted(layout.directoryBytes(), layout.directoryAt, fileLength));
        }
    }

    private Optional<TablePages> pages(long position) {
        boolean inFile = position >= SECTOR && position <= fileLength - layout.directoryBytes();
        return inFile
                ? Optional.of(
                        new TablePages(file::read, position, layout.tables(), Integer.BYTES, ByteOrder.LITTLE_ENDIAN))
                : Optional.empty();
    }

    /** Whether both directories can be read. */
    boolean hasBoth() {
        return directory.isPresent() && spareDirectory.isPresent();
    }

    /** Whether the directory that should count cannot be read. */
    boolean usesSpareOnly() {
        return directory.isEmpty();
    }

    Layout layout() {
        return layout;
    }

    /** Whether each of the first {@code most} entries of the directory is empty or names a table in the file. */
    boolean directoryIsSound(long most) throws IOException {
        for (long table = 0; table < Math.min(most, layout.tables()); table++) {
            if (directory.isEmpty() || !(entry(directory, table) == 0 || isTable(entry(directory, table)))) {
                return false;
            }
        }
        return true;
    }

    /** The byte where a table begins in one of the directories, zero where it is not there; not checked. */
    long tableIn(boolean spare, long table) throws IOException {
        return entry(spare ? spareDirectory : directory, table);
    }

    private static long entry(Optional<TablePages> pages, long table) throws IOException {
        return pages.isPresent() ? pages.get().entry(table) * SECTOR : 0;
    }

    /** Whether a table at this byte lies in the file. */
    boolean isTable(long position) {
        return position >= SECTOR && position <= fileLength - (long) layout.tableEntries * Integer.BYTES;
    }

    private long tableAt(long table) throws IOException {
        long first = entry(directory, table);
        if (isTable(first)) {
            return first;
        }
        long second = entry(spareDirectory, table);
        if (isTable(second)) {
            return second;
        }
        if (first == 0) {
            return 0;
        }
        throw new DiskImageException(
                Kind.TRUNCATED,
                file.path(),
                first,
                "grain table " + table
                        + " is said to lie here, beyond the end of the file; copy it again from where it came from");
    }

    private Table table(long index) throws IOException {
        int slot = (int) (index % kept.length());
        Table known = kept.get(slot);
        if (known != null && known.index == index) {
            return known;
        }
        long position = tableAt(index);
        Table read = new Table(index, position == 0 ? IntBuffer.allocate(0) : entries(position));
        kept.set(slot, read);
        return read;
    }

    /** The entries of the table at this byte. */
    IntBuffer entries(long position) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(layout.tableEntries * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(position, bytes);
        return bytes.flip().asIntBuffer();
    }

    @Override
    public long grains() {
        return layout.grains;
    }

    @Override
    public long place(long grain) throws IOException {
        IntBuffer entries = table(grain / layout.tableEntries).entries;
        if (!entries.hasRemaining()) {
            return ABSENT;
        }
        long sector = Integer.toUnsignedLong(entries.get((int) (grain % layout.tableEntries)));
        if (sector == 0) {
            return ABSENT;
        }
        return sector == 1 && layout.zeroEntries ? ZERO : sector * SECTOR;
    }

    @Override
    public long behindAbsentTable(long grain) throws IOException {
        long index = grain / layout.tableEntries;
        return tableAt(index) == 0 ? (index + 1) * layout.tableEntries : grain;
    }

    @Override
    public List<Range> fixedParts() {
        return layout.fixedParts;
    }

    /** Where the tables of both directories lie, as far as they lie in the file. */
    List<Range> tables() throws IOException {
        List<Range> ranges = new ArrayList<>();
        long bytes = (long) layout.tableEntries * Integer.BYTES;
        for (boolean spare : new boolean[] {true, false}) {
            for (long table = 0; table < layout.tables(); table++) {
                long position = tableIn(spare, table);
                if (isTable(position)) {
                    ranges.add(new Range("a grain table", position, position + bytes));
                }
            }
        }
        return ranges;
    }
}
