package dev.bothways.machine.dialect.hyperv;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/** Small files of the format, made by hand after {@code docs/formats/vmcx.md}. */
final class MadeVmcx {
    static final int OBJECTS = 0x2000;
    static final int LOG = 0x3000;
    static final int LOG_SIZE = 0x4000;
    static final int FIRST_TABLE = LOG + LOG_SIZE;

    private static final int TABLE = 0x1000;
    private static final int LONG_VALUE = 0x800;
    private static final int HEAD = 10;
    private static final int ENTRY = 21;

    private final List<ByteBuffer> tables = new ArrayList<>();
    private final ByteArrayOutputStream longValues = new ByteArrayOutputStream();
    private final List<int[]> longRanges = new ArrayList<>();
    private final int longAt;

    private MadeVmcx(int longAt) {
        this.longAt = longAt;
        newTable();
    }

    /** A file that holds a tree; values of 0x800 bytes and more lie outside its tables. */
    static byte[] of(HypervNode root) {
        MadeVmcx measured = new MadeVmcx(0);
        measured.add(root, 0, 0, 1);
        MadeVmcx made = new MadeVmcx(FIRST_TABLE + measured.tables.size() * TABLE);
        made.add(root, 0, 0, 1);
        return made.file();
    }

    private ByteBuffer newTable() {
        ByteBuffer table = ByteBuffer.allocate(TABLE).order(ByteOrder.LITTLE_ENDIAN);
        tables.add(table);
        table.putShort((short) 2)
                .putShort((short) tables.size())
                .putShort((short) 1)
                .putInt(0);
        return table;
    }

    private void add(HypervNode node, int parentTable, int parentOffset, int order) {
        byte[] name = (node.name() + "\0").getBytes(StandardCharsets.UTF_8);
        int[] type = new int[1];
        byte[] value = value(node, type);
        ByteBuffer table = tables.getLast();
        int size = ENTRY + name.length + value.length;
        if (table.remaining() < size) {
            table = newTable();
        }
        int index = tables.size();
        int offset = table.position();
        table.putShort((short) type[0])
                .putInt(size)
                .putShort((short) parentTable)
                .putInt(parentOffset)
                .putInt(0)
                .putInt(order)
                .put((byte) name.length)
                .put(name)
                .put(value);
        for (int i = 0; i < node.children().size(); i++) {
            add(node.children().get(i), index, offset, i + 1);
        }
    }

    private byte[] value(HypervNode node, int[] type) {
        if (node.value().isEmpty()) {
            type[0] = 9;
            return new byte[12];
        }
        return switch (node.value().get()) {
            case HypervValue.Whole whole -> {
                type[0] = 3;
                yield buffer(8).putLong(whole.number()).array();
            }
            case HypervValue.Real real -> {
                type[0] = 5;
                yield buffer(8).putDouble(real.number()).array();
            }
            case HypervValue.Truth truth -> {
                type[0] = 8;
                yield buffer(4).putInt(truth.truth() ? 1 : 0).array();
            }
            case HypervValue.Text text -> variable(text.text().getBytes(StandardCharsets.UTF_16LE), 6, type);
            case HypervValue.Bytes bytes -> variable(HexFormat.of().parseHex(bytes.digits()), 7, type);
        };
    }

    private byte[] variable(byte[] content, int kind, int[] type) {
        type[0] = kind;
        if (content.length < LONG_VALUE) {
            return buffer(4 + content.length)
                    .putInt(content.length)
                    .put(content)
                    .array();
        }
        type[0] |= 0x100;
        int at = longAt + longValues.size();
        longRanges.add(new int[] {at, content.length});
        longValues.writeBytes(content);
        return buffer(12).putInt(content.length).putLong(at).array();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] file() {
        byte[] content = new byte[FIRST_TABLE + tables.size() * TABLE + longValues.size()];
        ByteBuffer out = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        head(out, 0, 7);
        head(out, VmcxHeader.SECOND, 6);
        out.putInt(OBJECTS, 0x01110001);
        out.putInt(OBJECTS + 4, tables.size() + longRanges.size() + 2);
        for (int i = 0; i < tables.size(); i++) {
            object(out, i, 2, FIRST_TABLE + i * TABLE, TABLE);
            out.put(FIRST_TABLE + i * TABLE, tables.get(i).array());
        }
        for (int i = 0; i < longRanges.size(); i++) {
            object(out, tables.size() + i, 3, longRanges.get(i)[0], longRanges.get(i)[1]);
        }
        out.put(FIRST_TABLE + tables.size() * TABLE, longValues.toByteArray());
        out.putInt(LOG, 0x01110003);
        return repaired(content);
    }

    private static void head(ByteBuffer out, int at, int sequence) {
        out.putInt(at, 0x01282014)
                .putShort(at + 8, (short) sequence)
                .putInt(at + 10, 0x400)
                .putInt(at + 22, TABLE)
                .putLong(at + 26, LOG)
                .putLong(at + 34, LOG_SIZE)
                .putInt(at + 42, TABLE);
    }

    /** Writes an entry of the table of objects. */
    static void object(ByteBuffer out, int number, int type, long offset, int size) {
        int at = OBJECTS + 8 + number * 18;
        out.put(at, (byte) type).putLong(at + 5, offset).putInt(at + 13, size).put(at + 17, (byte) 1);
    }

    /** Puts ranges into the log, as if writing them had been cut off. */
    static byte[] withLog(byte[] file, int... targetsAndSizes) {
        byte[] out = file.clone();
        ByteBuffer numbers = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        numbers.putInt(LOG + 8, targetsAndSizes.length / 2);
        int data = TABLE;
        for (int i = 0; i < targetsAndSizes.length; i += 2) {
            int at = LOG + 0x22 + i / 2 * 28;
            numbers.putLong(at, targetsAndSizes[i])
                    .putInt(at + 8, targetsAndSizes[i + 1])
                    .putLong(at + 12, data);
            System.arraycopy(file, targetsAndSizes[i], out, LOG + data, targetsAndSizes[i + 1]);
            numbers.putInt(at + 24, checksum(out, LOG + data, targetsAndSizes[i + 1]));
            data += targetsAndSizes[i + 1];
        }
        return repaired(out);
    }

    /** The file with all checksums put right that can be found; so damage gets behind them. */
    static byte[] repaired(byte[] file) {
        byte[] out = file.clone();
        ByteBuffer numbers = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        repair(out, 0, 4, 0x2e);
        repair(out, VmcxHeader.SECOND, 4, 0x2e);
        long log = numbers.getLong(26);
        if (log >= 0 && log < out.length - 0x22) {
            repair(out, (int) log, 4, 0x22);
            for (int i = 0; i < Math.min(64, numbers.getInt((int) log + 8)); i++) {
                repair(out, (int) log + 0x22 + i * 28, 20, 28);
            }
        }
        for (int i = 0; i < Math.min(256, numbers.getInt(OBJECTS + 4)); i++) {
            int at = OBJECTS + 8 + i * 18;
            if (at <= out.length - 18) {
                repair(out, at, 1, 18);
                long offset = numbers.getLong(at + 5);
                if (out[at] == 2 && offset >= 0 && offset <= out.length - TABLE) {
                    table(out, numbers, (int) offset);
                }
            }
        }
        return out;
    }

    private static void table(byte[] out, ByteBuffer numbers, int table) {
        repair(out, table, 6, HEAD);
        int at = table + HEAD;
        while (at < table + TABLE - ENTRY) {
            int size = numbers.getInt(at + 2);
            if (size < ENTRY || size > table + TABLE - at) {
                return;
            }
            int value = ENTRY + (out[at + 20] & 0xff);
            int kind = numbers.getShort(at) & 0xffff;
            int length = switch (kind) {
                case 3, 4, 5 -> 8;
                case 8 -> 4;
                case 6, 7 -> value + 4 <= size ? 4 + numbers.getInt(at + value) : 0;
                default -> 12;
            };
            if (kind != 1 && length >= 0 && value + length <= size) {
                repair(out, at, 12, value + length);
            }
            at += size;
        }
    }

    private static void repair(byte[] out, int at, int field, int length) {
        if (at < 0 || at > out.length - length) {
            return;
        }
        Arrays.fill(out, at + field, at + field + 4, (byte) 0);
        ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putInt(at + field, checksum(out, at, length));
    }

    private static int checksum(byte[] bytes, int at, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, at, length);
        return (int) checksum.getValue();
    }
}
