package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.Optional;

/**
 * The head of the file. There are two, so that one is whole at any time; the one of the later sequence number counts.
 *
 * @param sequence counts the writings, 16 bits, beginning anew after the last
 * @param version of the format; {@link #VERSION} is all there is of public files
 * @param logOffset where the log is
 * @param logSize how long it is
 */
record VmcxHeader(int sequence, long version, long logOffset, long logSize) {
    static final long SIGNATURE = 0x01282014;
    static final int SECOND = 0x1000;
    private static final long VERSION = 0x400;
    private static final int SIZE = 0x2e;

    /** The head that counts. */
    static VmcxHeader read(VmcxBytes in) throws DefinitionException {
        Optional<VmcxHeader> first = at(in, 0);
        Optional<VmcxHeader> second = at(in, SECOND);
        if (first.isEmpty() && second.isEmpty()) {
            throw in.malformed("has no head whose checksum is right; copy it again");
        }
        boolean later =
                first.isEmpty() || (second.isPresent() && (short) (second.get().sequence - first.get().sequence) > 0);
        VmcxHeader header = (later ? second : first).orElseThrow();
        if (header.version != VERSION) {
            throw in.malformed("is of the format's version 0x" + Long.toHexString(header.version)
                    + ", and only 0x400 is known; import and export the machine on a newer Hyper-V");
        }
        return header;
    }

    private static Optional<VmcxHeader> at(VmcxBytes in, int offset) throws DefinitionException {
        boolean whole =
                in.holds(offset, SIZE) && in.u32(offset) == SIGNATURE && in.hasChecksum(offset + 4L, offset, SIZE);
        return whole
                ? Optional.of(new VmcxHeader(
                        in.u16(offset + 8L), in.u32(offset + 10L), in.i64(offset + 26L), in.i64(offset + 34L)))
                : Optional.empty();
    }
}
