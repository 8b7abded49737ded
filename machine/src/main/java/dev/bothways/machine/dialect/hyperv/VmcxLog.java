package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.List;

/**
 * The log: what was to be written when the last writing was cut off. A whole file's log says it has no entries, and still holds
 * old ones.
 *
 * @param entries those that count, to be written in order
 */
record VmcxLog(List<Entry> entries) {
    private static final long SIGNATURE = 0x01110003;
    private static final int HEAD = 0x22;
    private static final int ENTRY = 0x1c;

    /**
     * A range to be written.
     *
     * @param target where in the file
     * @param size how many bytes
     * @param source where they are in the file
     */
    record Entry(int target, int size, int source) {}

    VmcxLog {
        entries = List.copyOf(entries);
    }

    /**
     * Reads it.
     *
     * @param at where it is
     * @param size how long it is
     * @param first from where on the file may be written to; the heads lie before it
     */
    static VmcxLog read(VmcxBytes in, long at, long size, int first) throws DefinitionException {
        if (!in.holds(at, size) || size < HEAD) {
            throw in.malformed(
                    at, "there should be a log of " + Long.toUnsignedString(size) + " bytes; copy the file again");
        }
        if (in.u32(at) != SIGNATURE || !in.hasChecksum(at + 4, at, HEAD)) {
            throw in.malformed(at, "the log has no right signature and checksum; copy the file again");
        }
        long count = in.u32(at + 8);
        if (count > (size - HEAD) / ENTRY) {
            throw in.malformed(at, "the log has no room for its " + count + " entries; copy the file again");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry(in, at + HEAD + (long) i * ENTRY, at, size, first));
        }
        return new VmcxLog(entries);
    }

    private static Entry entry(VmcxBytes in, long at, long log, long logSize, int first) throws DefinitionException {
        if (!in.hasChecksum(at + 20, at, ENTRY)) {
            throw in.malformed(at, "an entry of the log has a wrong checksum; copy the file again");
        }
        long target = in.i64(at);
        long size = in.u32(at + 8);
        long source = in.i64(at + 12);
        boolean inLog = source >= 0 && source <= logSize && size <= logSize - source;
        boolean inFile = target >= first && in.holds(target, size) && (target >= log + logSize || target + size <= log);
        if (!inLog || !inFile) {
            throw in.malformed(
                    at, "an entry of the log reads or writes outside its place; start the machine once on Hyper-V");
        }
        Entry entry = new Entry((int) target, (int) size, (int) (log + source));
        if (!in.hasChecksum(entry.source, entry.size, in.u32(at + 24))) {
            throw in.malformed(at, "the data of an entry of the log has a wrong checksum; copy the file again");
        }
        return entry;
    }

    /** The file as it would be, had the writing not been cut off. */
    byte[] applied(byte[] content) {
        byte[] written = content.clone();
        for (Entry entry : entries) {
            System.arraycopy(content, entry.source, written, entry.target, entry.size);
        }
        return written;
    }
}
