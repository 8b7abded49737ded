package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A table of keys.
 *
 * @param range where it is
 * @param index by which entries name the table; there may be older tables of the same index
 * @param sequence counts the writings of the index, 16 bits
 */
record VmcxKeys(VmcxObjects.Range range, int index, int sequence) {
    private static final int SIGNATURE = 2;
    private static final int HEAD = 10;
    private static final int ENTRY = 21;
    private static final int FREE = 1;
    private static final int SIGNED = 3;
    private static final int UNSIGNED = 4;
    private static final int REAL = 5;
    private static final int TEXT = 6;
    private static final int BYTES = 7;
    private static final int TRUTH = 8;
    private static final int NODE = 9;
    private static final int IN_FILE = 0x100;
    private static final int POINTER = 12;

    /** What an entry points to; 0 as the index for the root. */
    record Place(int index, long offset) {}

    /**
     * A key.
     *
     * @param place its own place
     * @param parent the place of the key it belongs to
     * @param order its number among its siblings
     */
    record Entry(Place place, Place parent, long order, String name, Optional<HypervValue> value) {}

    /** Where values that are too long for a table lie. */
    interface LongValues {
        /** The value at this place, which must be an object of the file and named once. */
        byte[] at(long entry, long offset, long size) throws DefinitionException;
    }

    static VmcxKeys read(VmcxBytes in, VmcxObjects.Range range) throws DefinitionException {
        int at = range.offset();
        if (range.size() < HEAD || in.u16(at) != SIGNATURE || !in.hasChecksum(at + 6L, at, HEAD)) {
            throw in.malformed(at, "a table of keys has no right signature and checksum; copy the file again");
        }
        return new VmcxKeys(range, in.u16(at + 2L), in.u16(at + 4L));
    }

    /** Its keys. They lie one behind the other, and name their parents by table and place. */
    List<Entry> entries(VmcxBytes in, LongValues longValues) throws DefinitionException {
        int at = range.offset();
        List<Entry> entries = new ArrayList<>();
        long next = HEAD;
        while (next <= range.size() - ENTRY) {
            long size = in.u32(at + next + 2);
            if (size == 0) {
                break;
            }
            if (size < ENTRY || size > range.size() - next) {
                throw in.malformed(at + next, "a key has " + size + " bytes, beyond its table; copy the file again");
            }
            if ((in.u16(at + next) & 0xff) != FREE) {
                entries.add(new Reader(in, at + next, size, longValues).entry(new Place(index, next)));
            }
            next += size;
        }
        return entries;
    }

    /** Reads one entry. */
    private record Reader(VmcxBytes in, long at, long size, LongValues longValues) {

        Entry entry(Place place) throws DefinitionException {
            int name = in.u8(at + 20);
            if (name < 1 || name > size - ENTRY || in.u8(at + ENTRY + name - 1) != 0) {
                throw in.malformed(at, "a key's name does not end within it; copy the file again");
            }
            long length = length(name);
            if (length > size - ENTRY - name) {
                throw in.malformed(at, "a key's value goes beyond it; copy the file again");
            }
            if (!in.hasChecksum(at + 12, at, ENTRY + name + length)) {
                throw in.malformed(at, "a key has a wrong checksum; copy the file again");
            }
            return new Entry(
                    place,
                    new Place(in.u16(at + 6), in.u32(at + 8)),
                    in.u32(at + 16),
                    decoded(in.copy(at + ENTRY, name - 1), StandardCharsets.UTF_8),
                    value(at + ENTRY + name, length));
        }

        private int type() throws DefinitionException {
            return in.u16(at) & ~IN_FILE;
        }

        private boolean inFile() throws DefinitionException {
            return (in.u16(at) & IN_FILE) != 0;
        }

        /** How many bytes of value there are; what is behind them is left over from longer ones. */
        private long length(int name) throws DefinitionException {
            if (inFile()) {
                return POINTER;
            }
            return switch (type()) {
                case SIGNED, UNSIGNED -> Long.BYTES;
                case REAL -> Double.BYTES;
                case TRUTH -> Integer.BYTES;
                case TEXT, BYTES -> Integer.BYTES + in.u32(at + ENTRY + name);
                case NODE -> 12;
                default -> throw in.malformed(at, "a key is of the unknown type 0x" + Integer.toHexString(in.u16(at)));
            };
        }

        private Optional<HypervValue> value(long from, long length) throws DefinitionException {
            return switch (type()) {
                case SIGNED -> Optional.of(new HypervValue.Whole(in.i64(from)));
                case UNSIGNED -> Optional.of(unsigned(in.i64(from)));
                case REAL -> Optional.of(new HypervValue.Real(in.real(from)));
                case TRUTH -> Optional.of(new HypervValue.Truth(in.u32(from) != 0));
                case TEXT -> Optional.of(new HypervValue.Text(text(bytes(from, length))));
                case BYTES -> Optional.of(new HypervValue.Bytes(HexFormat.of().formatHex(bytes(from, length))));
                case NODE -> Optional.empty();
                default -> throw in.malformed(at, "a key is of the unknown type 0x" + Integer.toHexString(in.u16(at)));
            };
        }

        private byte[] bytes(long from, long length) throws DefinitionException {
            return inFile()
                    ? longValues.at(at, in.i64(from + Integer.BYTES), in.u32(from))
                    : in.copy(from + Integer.BYTES, length - Integer.BYTES);
        }

        private static HypervValue unsigned(long bits) {
            return bits >= 0 ? new HypervValue.Whole(bits) : new HypervValue.Text(Long.toUnsignedString(bits));
        }

        private String text(byte[] bytes) throws DefinitionException {
            String text = decoded(bytes, StandardCharsets.UTF_16LE);
            int end = text.indexOf('\0');
            return end < 0 ? text : text.substring(0, end);
        }

        private String decoded(byte[] bytes, Charset charset) throws DefinitionException {
            try {
                return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            } catch (CharacterCodingException e) {
                throw in.malformed(at, "a key or its value is no text in " + charset + "; copy the file again");
            }
        }
    }
}
