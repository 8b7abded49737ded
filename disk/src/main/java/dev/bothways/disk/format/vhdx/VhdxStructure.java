package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The metadata of a file, judged, its log replayed in memory.
 *
 * @param table the region of the table of blocks
 * @param metadataRegion where the metadata lie
 * @param notes what was odd but did not matter
 */
record VhdxStructure(
        VhdxFile file,
        String creator,
        VhdxHeader header,
        VhdxRegion table,
        VhdxRegion metadataRegion,
        VhdxMetadata metadata,
        List<String> notes) {

    static final long MEBIBYTE = 1 << 20;
    static final long IDENTIFIER = 0x656C696678646876L; // "vhdxfile"
    private static final int CREATOR_BYTES = 512;

    /** Reads and judges the metadata of {@code file}. */
    static VhdxStructure read(HostFile file) throws IOException {
        long length = file.size();
        if (length < MEBIBYTE) {
            throw new DiskImageException(
                    Kind.TRUNCATED, file.path(), "a VHDX has 1 MiB of headers, this file only " + length + " bytes");
        }
        List<String> notes = new ArrayList<>();
        VhdxFile plain = new VhdxFile(file, length, length, new FilePatches());
        String creator = creator(plain);
        VhdxHeader header = header(plain, notes);
        VhdxFile replayed = header.hasLog() ? VhdxLog.replay(file, length, header) : plain;
        List<VhdxRegion> regions = regions(replayed, notes);
        VhdxRegion table = region(file, regions, VhdxRegion.TABLE_OF_BLOCKS);
        VhdxRegion metadataRegion = region(file, regions, VhdxRegion.METADATA);
        VhdxMetadata metadata = new VhdxMetadataReader(replayed, metadataRegion).read();
        long tableBytes = metadata.tableEntries() * Long.BYTES;
        if (tableBytes > table.length()) {
            throw malformed(
                    file,
                    table.offset(),
                    "the table of blocks has %d bytes, but a disk of %d bytes in blocks of %d needs %d"
                            .formatted(table.length(), metadata.size(), metadata.blockBytes(), tableBytes));
        }
        if (table.offset() + tableBytes > replayed.length()) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    table.offset(),
                    "the table of blocks has %d bytes, but the file ends at byte %d; copy it again from where it came from"
                            .formatted(tableBytes, replayed.length()));
        }
        return new VhdxStructure(replayed, creator, header, table, metadataRegion, metadata, List.copyOf(notes));
    }

    private static String creator(VhdxFile file) throws IOException {
        ByteBuffer start = file.structure(0, Long.BYTES + CREATOR_BYTES);
        if (start.getLong(0) != IDENTIFIER) {
            throw malformed(file.host(), 0, "there is no VHDX identifier; it is another format");
        }
        byte[] text = new byte[CREATOR_BYTES];
        start.get(Long.BYTES, text);
        String creator = new String(text, StandardCharsets.UTF_16LE);
        int end = creator.indexOf('\0');
        return end < 0 ? creator : creator.substring(0, end);
    }

    /** The header that counts. */
    private static VhdxHeader header(VhdxFile file, List<String> notes) throws IOException {
        ByteBuffer first = file.structure(VhdxHeader.FIRST_AT, VhdxHeader.BYTES);
        ByteBuffer second = file.structure(VhdxHeader.SECOND_AT, VhdxHeader.BYTES);
        Optional<VhdxHeader> one = VhdxHeader.isValid(first) ? Optional.of(VhdxHeader.parse(first)) : Optional.empty();
        Optional<VhdxHeader> two =
                VhdxHeader.isValid(second) ? Optional.of(VhdxHeader.parse(second)) : Optional.empty();
        VhdxHeader header;
        if (one.isPresent() && two.isPresent()) {
            int order = Long.compareUnsigned(one.get().sequence(), two.get().sequence());
            // disk2vhd writes the same header twice; two different ones of one number leave nothing to choose by.
            if (order == 0 && !one.equals(two)) {
                throw malformed(file.host(), VhdxHeader.FIRST_AT, "both headers have one sequence number, but differ");
            }
            header = order >= 0 ? one.get() : two.get();
        } else if (one.isPresent() || two.isPresent()) {
            notes.add("only the " + (one.isPresent() ? "first" : "second") + " header is whole; it was used");
            header = one.isPresent() ? one.get() : two.get();
        } else {
            throw malformed(
                    file.host(),
                    VhdxHeader.FIRST_AT,
                    "neither header is whole; the disk was damaged or never finished, copy it again from where it came from");
        }
        checkHeader(file, header);
        return header;
    }

    private static void checkHeader(VhdxFile file, VhdxHeader header) throws DiskImageException {
        if (header.version() != VhdxHeader.VERSION || (header.hasLog() && header.logVersion() != 0)) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.host().path(),
                    "its version is %d and its log's %d; only 1 and 0 are known"
                            .formatted(header.version(), header.logVersion()));
        }
        if (!header.hasLog()) {
            return;
        }
        if (header.logLength() == 0 || header.logLength() % MEBIBYTE != 0) {
            throw malformed(file.host(), VhdxHeader.FIRST_AT, "its log has " + header.logLength() + " bytes");
        }
        checkRange(file, "the log", header.logOffset(), header.logLength());
    }

    private static void checkRange(VhdxFile file, String what, long offset, long length) throws DiskImageException {
        if (offset < MEBIBYTE || offset % MEBIBYTE != 0) {
            throw malformed(file.host(), offset, what + " is not said to begin at a whole MiB after the headers");
        }
        if (offset > file.length() - length) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.host().path(),
                    "%s (%d bytes at byte %d) does not lie in the file of %d bytes; copy it again from where it came from"
                            .formatted(what, length, offset, file.length()));
        }
    }

    private static List<VhdxRegion> regions(VhdxFile file, List<String> notes) throws IOException {
        ByteBuffer table = file.structure(VhdxRegion.FIRST_TABLE_AT, VhdxRegion.TABLE_BYTES);
        if (!VhdxRegion.tableIsValid(table)) {
            table = file.structure(VhdxRegion.SECOND_TABLE_AT, VhdxRegion.TABLE_BYTES);
            if (!VhdxRegion.tableIsValid(table)) {
                throw malformed(file.host(), VhdxRegion.FIRST_TABLE_AT, "neither copy of the region table is whole");
            }
            notes.add("only the second copy of the region table is whole; it was used");
        }
        List<VhdxRegion> regions = VhdxRegion.parseTable(table);
        for (VhdxRegion region : regions) {
            boolean known = region.id().equals(VhdxRegion.TABLE_OF_BLOCKS)
                    || region.id().equals(VhdxRegion.METADATA);
            if (!known && region.required()) {
                throw new DiskImageException(
                        Kind.UNSUPPORTED,
                        file.host().path(),
                        "it has a required region of an unknown kind, " + region.id());
            }
            if (known) {
                // The table of blocks may be longer than the disk needs, and then than the file.
                long shortest = region.id().equals(VhdxRegion.METADATA) ? region.length() : 0;
                checkRange(file, "the region " + region.id(), region.offset(), shortest);
            }
        }
        checkOverlaps(file, regions);
        return regions;
    }

    private static void checkOverlaps(VhdxFile file, List<VhdxRegion> regions) throws DiskImageException {
        List<VhdxRegion> sorted = regions.stream()
                .sorted((a, b) -> Long.compare(a.offset(), b.offset()))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).offset() < sorted.get(i - 1).end()) {
                throw malformed(file.host(), sorted.get(i).offset(), "two regions overlap");
            }
        }
    }

    private static VhdxRegion region(HostFile file, List<VhdxRegion> regions, UUID id) throws DiskImageException {
        List<VhdxRegion> found =
                regions.stream().filter(region -> region.id().equals(id)).toList();
        if (found.size() != 1) {
            throw malformed(file, VhdxRegion.FIRST_TABLE_AT, "the region table has " + found.size() + " regions " + id);
        }
        return found.getFirst();
    }

    static DiskImageException malformed(HostFile file, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), offset, message);
    }

    /** Whether bytes {@code [start, end)} of the file are those of headers, log, table of blocks or metadata. */
    boolean overlapsMetadata(long start, long end) {
        long tableEnd = table.offset() + metadata.tableEntries() * Long.BYTES;
        return start < MEBIBYTE
                || (start < header.logOffset() + header.logLength() && end > header.logOffset())
                || (start < tableEnd && end > table.offset())
                || (start < metadataRegion.end() && end > metadataRegion.offset());
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
