package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The log (MS-VHDX 2.3): a ring of entries. What counts is the active sequence: entries that follow each other in place and
 * number, from the tail that the last of them names up to that last one; of several, the one with the highest number.
 */
final class VhdxLog {
    private static final int DATA_SIGNATURE = 0x61746164; // "data", of a sector
    private static final int DESCRIPTOR_OF_DATA = 0x63736564; // "desc"
    private static final int DESCRIPTOR_OF_ZEROS = 0x6F72657A; // "zero"
    /** Hyper-V's logs have 1 MiB. */
    private static final long LONGEST = 128 << 20;
    /** Entries of a sound log do not overlap, so that its checksums are made over each byte about once. */
    private static final long MOST_CHECKED = 4;

    private final HostFile file;
    private final VhdxHeader header;
    private final Map<Long, VhdxLogEntry> entries = new HashMap<>();
    private long checked;

    private VhdxLog(HostFile file, VhdxHeader header) {
        this.file = file;
        this.header = header;
    }

    /** The file as it would be if its log, which is not empty, were replayed. */
    static VhdxFile replay(HostFile file, long fileLength, VhdxHeader header) throws IOException {
        if (header.logLength() > LONGEST) {
            throw new DiskImageException(
                    Kind.UNSAFE,
                    file.path(),
                    "its log has " + header.logLength() + " bytes; no more than " + LONGEST + " are replayed");
        }
        VhdxLog log = new VhdxLog(file, header);
        log.findEntries();
        List<Long> active = log.activeSequence();
        VhdxLogEntry last = log.entry(active.getLast());
        if (last.flushedLength() < 0 || last.flushedLength() > fileLength) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "its log belongs to a file of %s bytes, but this one has only %d; copy it again from where it came from"
                            .formatted(Long.toUnsignedString(last.flushedLength()), fileLength));
        }
        FilePatches patches = new FilePatches();
        for (long at : active) {
            log.apply(at, log.entry(at), patches);
        }
        return new VhdxFile(file, fileLength, Math.max(0, last.lastLength()), patches);
    }

    private VhdxLogEntry entry(long at) {
        VhdxLogEntry entry = entries.get(at);
        if (entry == null) {
            throw new IllegalStateException("no entry at " + at);
        }
        return entry;
    }

    private void findEntries() throws IOException {
        for (long at = 0; at < header.logLength(); at += VhdxLogEntry.SECTOR_BYTES) {
            ByteBuffer start = read(at, VhdxLogEntry.HEADER_BYTES);
            if (VhdxLogEntry.hasSignature(start)) {
                VhdxLogEntry entry = VhdxLogEntry.parse(start);
                if (entry.fits(header.logLength(), header.logId()) && isWhole(at, entry, start)) {
                    entries.put(at, entry);
                }
            }
        }
    }

    private boolean isWhole(long at, VhdxLogEntry entry, ByteBuffer start) throws IOException {
        checked += entry.length();
        if (checked > MOST_CHECKED * header.logLength()) {
            throw malformed("its log is nothing but entries over each other");
        }
        CRC32C crc = new CRC32C();
        for (long done = 0; done < entry.length(); done += VhdxLogEntry.SECTOR_BYTES) {
            ByteBuffer sector = read(at + done, VhdxLogEntry.SECTOR_BYTES);
            if (done == 0) {
                VhdxChecksum.update(crc, sector);
            } else {
                crc.update(sector);
            }
        }
        return (int) crc.getValue() == start.getInt(VhdxChecksum.AT) && descriptorsAreWhole(at, entry);
    }

    private boolean descriptorsAreWhole(long at, VhdxLogEntry entry) throws IOException {
        long sectors = entry.descriptorBytes();
        for (long i = 0; i < entry.descriptors(); i++) {
            ByteBuffer descriptor = descriptor(at, i);
            boolean data = descriptor.getInt(0) == DESCRIPTOR_OF_DATA;
            if ((!data && descriptor.getInt(0) != DESCRIPTOR_OF_ZEROS) || descriptor.getLong(24) != entry.sequence()) {
                return false;
            }
            if (data) {
                if (sectors == entry.length()) {
                    return false;
                }
                ByteBuffer sector = read(at + sectors, VhdxLogEntry.SECTOR_BYTES);
                long sequence = Integer.toUnsignedLong(sector.getInt(4)) << 32
                        | Integer.toUnsignedLong(sector.getInt(VhdxLogEntry.SECTOR_BYTES - Integer.BYTES));
                if (sector.getInt(0) != DATA_SIGNATURE || sequence != entry.sequence()) {
                    return false;
                }
                sectors += VhdxLogEntry.SECTOR_BYTES;
            }
        }
        return true;
    }

    private ByteBuffer descriptor(long at, long index) throws IOException {
        long inEntry = VhdxLogEntry.HEADER_BYTES + index * VhdxLogEntry.DESCRIPTOR_BYTES;
        return read(at + inEntry, VhdxLogEntry.DESCRIPTOR_BYTES);
    }

    /** The places of the entries to be replayed, in order. */
    private List<Long> activeSequence() throws DiskImageException {
        List<Long> heads = new ArrayList<>(entries.keySet());
        heads.removeIf(at -> successor(at) >= 0);
        heads.sort(Comparator.comparing((Long at) -> entry(at).sequence(), Long::compareUnsigned)
                .reversed());
        long steps = 0;
        for (long head : heads) {
            List<Long> sequence = new ArrayList<>();
            long at = entry(head).tail();
            while (at >= 0 && at != head && entries.containsKey(at)) {
                sequence.add(at);
                at = successor(at);
                steps++;
            }
            if (at == head) {
                sequence.add(head);
                return sequence;
            }
            if (steps > MOST_CHECKED * header.logLength() / VhdxLogEntry.SECTOR_BYTES) {
                break;
            }
        }
        throw malformed("its log is marked as in use, but holds no whole sequence of entries; it cannot be replayed");
    }

    /** Where the entry lies that follows the one at {@code at}, or -1. */
    private long successor(long at) {
        VhdxLogEntry entry = entry(at);
        long next = (at + entry.length()) % header.logLength();
        VhdxLogEntry follower = entries.get(next);
        return follower != null && follower.sequence() == entry.sequence() + 1 ? next : -1;
    }

    private void apply(long at, VhdxLogEntry entry, FilePatches patches) throws IOException {
        long sectors = at + entry.descriptorBytes();
        for (long i = 0; i < entry.descriptors(); i++) {
            ByteBuffer descriptor = descriptor(at, i);
            long position = descriptor.getLong(16);
            boolean data = descriptor.getInt(0) == DESCRIPTOR_OF_DATA;
            long length = data ? VhdxLogEntry.SECTOR_BYTES : descriptor.getLong(8);
            if (position < 0 || length < 0 || position > Long.MAX_VALUE - length || position % 4096 != 0) {
                throw malformed("its log writes outside of any file");
            }
            if (data) {
                ByteBuffer sector = read(sectors, VhdxLogEntry.SECTOR_BYTES);
                sector.putLong(0, descriptor.getLong(8));
                sector.putInt(VhdxLogEntry.SECTOR_BYTES - Integer.BYTES, descriptor.getInt(4));
                patches.put(position, sector);
                sectors += VhdxLogEntry.SECTOR_BYTES;
            } else if (length > 0) {
                patches.putZeros(position, length);
            }
        }
    }

    /** Bytes of the ring; {@code at} may lie beyond its end. */
    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        // Entries, descriptors and sectors never straddle a multiple of 4 KiB, nor the end of the ring.
        file.read(header.logOffset() + at % header.logLength(), bytes);
        return bytes.flip();
    }

    private DiskImageException malformed(String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), header.logOffset(), message);
    }
}
