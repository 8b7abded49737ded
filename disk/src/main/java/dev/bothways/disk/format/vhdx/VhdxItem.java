package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Guid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An entry of the metadata table (MS-VHDX 2.6.1.2).
 *
 * @param offset from the beginning of the metadata region
 * @param user whether it is a program's own, unknown to the format
 * @param required whether a program that does not know the id must refuse the file
 */
record VhdxItem(UUID id, long offset, long length, boolean user, boolean ofDisk, boolean required) {
    static final UUID FILE_PARAMETERS = UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
    static final UUID DISK_SIZE = UUID.fromString("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
    static final UUID DISK_ID = UUID.fromString("beca12ab-b2e6-4523-93ef-c309e000c746");
    static final UUID LOGICAL_SECTOR = UUID.fromString("8141bf1d-a96f-4709-ba47-f233a8faab5f");
    static final UUID PHYSICAL_SECTOR = UUID.fromString("cda348c7-445d-4471-9cc9-e9885251c556");
    static final UUID PARENT_LOCATOR = UUID.fromString("a8d35f2d-b30b-454d-abf7-d3d84834ab0c");
    static final List<UUID> KNOWN =
            List.of(FILE_PARAMETERS, DISK_SIZE, DISK_ID, LOGICAL_SECTOR, PHYSICAL_SECTOR, PARENT_LOCATOR);

    static final int TABLE_BYTES = 64 << 10;
    static final int MOST_ENTRIES = 2047;
    static final int LONGEST = 1 << 20;
    private static final long SIGNATURE = 0x617461646174656DL; // "metadata"
    private static final int ENTRIES_AT = 32;
    private static final int ENTRY_BYTES = 32;

    static boolean tableIsValid(ByteBuffer bytes) {
        return bytes.getLong(0) == SIGNATURE && Short.toUnsignedInt(bytes.getShort(10)) <= MOST_ENTRIES;
    }

    /** The items of a valid table. */
    static List<VhdxItem> parseTable(ByteBuffer in) {
        List<VhdxItem> items = new ArrayList<>();
        for (int i = 0; i < Short.toUnsignedInt(in.getShort(10)); i++) {
            int at = ENTRIES_AT + i * ENTRY_BYTES;
            int flags = in.getInt(at + 24);
            items.add(new VhdxItem(
                    Guid.at(in, at),
                    Integer.toUnsignedLong(in.getInt(at + 16)),
                    Integer.toUnsignedLong(in.getInt(at + 20)),
                    (flags & 1) != 0,
                    (flags & 2) != 0,
                    (flags & 4) != 0));
        }
        return List.copyOf(items);
    }

    static ByteBuffer tableBytes(List<VhdxItem> items) {
        ByteBuffer out = ByteBuffer.allocate(TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, SIGNATURE).putShort(10, (short) items.size());
        for (int i = 0; i < items.size(); i++) {
            VhdxItem item = items.get(i);
            int at = ENTRIES_AT + i * ENTRY_BYTES;
            Guid.put(out, at, item.id);
            out.putInt(at + 16, (int) item.offset).putInt(at + 20, (int) item.length);
            out.putInt(at + 24, (item.user ? 1 : 0) | (item.ofDisk ? 2 : 0) | (item.required ? 4 : 0));
        }
        return out;
    }
}
