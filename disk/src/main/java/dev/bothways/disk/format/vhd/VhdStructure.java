package dev.bothways.disk.format.vhd;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The metadata of a file, judged: the footer that counts, and the dynamic header if there is one.
 *
 * <p>The footer at the end counts if its checksum holds; the copy at the beginning only if not. In a fixed disk the
 * beginning is the guest's, who may have written anything there, so a copy that says "fixed" never counts.
 *
 * @param size what a guest sees, in bytes
 * @param footerStart where the footer at the end begins; the file's length where there is none
 * @param notes what was odd but did not matter
 */
record VhdStructure(
        VhdFooter footer,
        VhdKind kind,
        long size,
        Optional<VhdDynamicHeader> header,
        long fileLength,
        long footerStart,
        List<String> notes) {

    private static final long LARGEST_BLOCK = 1L << 30;

    /** Reads and judges the metadata of {@code file}. */
    static VhdStructure read(HostFile file) throws IOException {
        long length = file.size();
        List<String> notes = new ArrayList<>();
        FooterFound found = footer(file, length, notes);
        VhdFooter footer = found.footer();
        VhdKind kind = kind(file, footer);
        long size = footer.diskSize();
        if (size <= 0 || size % VhdFooter.SECTOR_BYTES != 0) {
            throw malformed(file, "the footer gives a size of " + size + " bytes, which is not a number of sectors");
        }
        if (footer.version() >>> 16 != VhdFooter.VERSION >>> 16) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "the file format version is %#x; only 1.0 is known".formatted(footer.version()));
        }
        if (footer.savedState()) {
            notes.add("a saved machine state belongs to this disk: shut the machine down before moving it");
        }
        if (kind == VhdKind.FIXED) {
            checkFixedLength(file, length, size);
            return new VhdStructure(footer, kind, size, Optional.empty(), length, found.start(), List.copyOf(notes));
        }
        VhdDynamicHeader header = header(file, length, footer.dataOffset());
        checkTable(file, length, header, size);
        return new VhdStructure(footer, kind, size, Optional.of(header), length, found.start(), List.copyOf(notes));
    }

    private record FooterFound(VhdFooter footer, long start) {}

    private static FooterFound footer(HostFile file, long length, List<String> notes) throws IOException {
        Optional<ByteBuffer> end = candidate(file, length - VhdFooter.BYTES, VhdFooter.BYTES, length);
        if (end.isEmpty()) {
            end = candidate(file, length - VhdFooter.OLD_BYTES, VhdFooter.OLD_BYTES, length);
        }
        if (end.isPresent() && VhdFooter.checksumHolds(end.get())) {
            return new FooterFound(
                    VhdFooter.parse(end.get()), length - end.get().remaining());
        }
        Optional<ByteBuffer> start = candidate(file, 0, VhdFooter.BYTES, length)
                .filter(copy -> VhdFooter.parse(copy).diskType() != VhdFooter.FIXED);
        if (start.isPresent() && VhdFooter.checksumHolds(start.get())) {
            notes.add(
                    end.isPresent()
                            ? "the footer at the end is damaged; its copy at the beginning was used"
                            : "the footer at the end is missing (the file was cut, or its program did not end well); "
                                    + "its copy at the beginning was used");
            return new FooterFound(VhdFooter.parse(start.get()), length);
        }
        if (end.isPresent() || start.isPresent()) {
            throw malformed(
                    file,
                    "no footer has a checksum that holds; the disk was damaged or never finished, copy it again from "
                            + "where it came from");
        }
        throw malformed(file, "there is no VHD footer at its end or beginning; it is another format, or was cut");
    }

    private static Optional<ByteBuffer> candidate(HostFile file, long at, int bytes, long length) throws IOException {
        if (at < 0 || length - at < bytes) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        file.read(at, buffer);
        buffer.flip();
        return VhdFooter.hasCookie(buffer) ? Optional.of(buffer) : Optional.empty();
    }

    private static VhdKind kind(HostFile file, VhdFooter footer) throws DiskImageException {
        return switch (footer.diskType()) {
            case VhdFooter.FIXED -> VhdKind.FIXED;
            case VhdFooter.DYNAMIC -> VhdKind.DYNAMIC;
            case VhdFooter.DIFFERENCING -> VhdKind.DIFFERENCING;
            default ->
                throw new DiskImageException(
                        Kind.UNSUPPORTED,
                        file.path(),
                        "the disk type is " + footer.diskType()
                                + "; only 2 (fixed), 3 (dynamic) and 4 (differencing) are known");
        };
    }

    private static void checkFixedLength(HostFile file, long length, long size) throws DiskImageException {
        if (size > length - VhdFooter.OLD_BYTES) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the footer gives the disk " + size + " bytes, but the file has only " + length
                            + "; copy it again from where it came from");
        }
    }

    private static VhdDynamicHeader header(HostFile file, long length, long at) throws IOException {
        if (at < 0 || at > length - VhdDynamicHeader.BYTES) {
            throw malformed(file, "the dynamic header is said to lie at byte %#x, outside the file".formatted(at));
        }
        ByteBuffer buffer = ByteBuffer.allocate(VhdDynamicHeader.BYTES);
        file.read(at, buffer);
        buffer.flip();
        if (!VhdDynamicHeader.hasCookie(buffer)) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), at, "there is no dynamic header where it should be");
        }
        if (!VhdDynamicHeader.checksumHolds(buffer)) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), at, "the checksum of the dynamic header does not hold");
        }
        VhdDynamicHeader header = VhdDynamicHeader.parse(buffer);
        if (!header.versionIsKnown()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    at,
                    "the dynamic header's version is %#x; only 1.0 is known".formatted(header.version()));
        }
        return header;
    }

    private static void checkTable(HostFile file, long length, VhdDynamicHeader header, long size)
            throws DiskImageException {
        long block = header.blockBytes();
        if (block < VhdFooter.SECTOR_BYTES || block > LARGEST_BLOCK || Long.bitCount(block) != 1) {
            throw malformed(file, "a block of " + block + " bytes is not a power of two from 512 bytes to 1 GiB");
        }
        long needed = Math.ceilDiv(size, block);
        if (header.tableEntries() < needed) {
            throw malformed(
                    file,
                    "the allocation table has %d entries, but a disk of %d bytes in blocks of %d needs %d"
                            .formatted(header.tableEntries(), size, block, needed));
        }
        long tableBytes = needed * Integer.BYTES;
        if (header.tableOffset() < VhdFooter.BYTES || header.tableOffset() > length - tableBytes) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the allocation table (%d bytes at byte %d) does not lie in the file of %d bytes"
                            .formatted(tableBytes, header.tableOffset(), length));
        }
    }

    private static DiskImageException malformed(HostFile file, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), message);
    }
}
