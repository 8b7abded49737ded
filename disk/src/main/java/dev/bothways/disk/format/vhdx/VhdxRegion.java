package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Guid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An entry of the region table (MS-VHDX 2.2.3): a range of the file given over to one purpose.
 *
 * @param required whether a program that does not know the id must refuse the file
 */
record VhdxRegion(UUID id, long offset, long length, boolean required) {
    static final UUID TABLE_OF_BLOCKS = UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");
    static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");

    static final int TABLE_BYTES = 64 << 10;
    static final long FIRST_TABLE_AT = 192 << 10;
    static final long SECOND_TABLE_AT = 256 << 10;
    static final int MOST_ENTRIES = 2047;
    private static final int SIGNATURE = 0x69676572; // "regi"
    private static final int ENTRIES_AT = 16;
    private static final int ENTRY_BYTES = 32;

    static boolean tableIsValid(ByteBuffer bytes) {
        return VhdxChecksum.holds(bytes, SIGNATURE) && Integer.compareUnsigned(bytes.getInt(8), MOST_ENTRIES) <= 0;
    }

    /** The regions of a valid table. */
    static List<VhdxRegion> parseTable(ByteBuffer in) {
        List<VhdxRegion> regions = new ArrayList<>();
        for (int i = 0; i < in.getInt(8); i++) {
            int at = ENTRIES_AT + i * ENTRY_BYTES;
            regions.add(new VhdxRegion(
                    Guid.at(in, at),
                    in.getLong(at + 16),
                    Integer.toUnsignedLong(in.getInt(at + 24)),
                    (in.getInt(at + 28) & 1) != 0));
        }
        return List.copyOf(regions);
    }

    static ByteBuffer tableBytes(List<VhdxRegion> regions) {
        ByteBuffer out = ByteBuffer.allocate(TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, SIGNATURE).putInt(8, regions.size());
        for (int i = 0; i < regions.size(); i++) {
            VhdxRegion region = regions.get(i);
            int at = ENTRIES_AT + i * ENTRY_BYTES;
            Guid.put(out, at, region.id);
            out.putLong(at + 16, region.offset).putInt(at + 24, (int) region.length);
            out.putInt(at + 28, region.required ? 1 : 0);
        }
        return out.putInt(VhdxChecksum.AT, VhdxChecksum.of(out));
    }

    long end() {
        return offset + length;
    }
}
