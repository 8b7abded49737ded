package dev.bothways.guest.linux.grub;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What stands behind GRUB's kernel in memory: a header of twelve bytes ("mimg", its own length, the length of all), then objects,
 * each with its type and its length (32 bits each, header and padding to four bytes counted).
 */
final class ModuleArea {
    static final int MAGIC = 0x676d_696d;
    static final int HEADER = 12;
    static final int OBJECT_HEADER = 8;
    static final int ELF = 0;
    static final int CONFIGURATION = 2;
    static final int PREFIX = 3;

    private ModuleArea() {}

    /** The area of these modules, an early configuration (empty for none) and the prefix. */
    static byte[] build(List<byte[]> modules, String configuration, String prefix) {
        ByteArrayOutputStream objects = new ByteArrayOutputStream();
        for (byte[] module : modules) {
            add(objects, ELF, module);
        }
        if (!configuration.isEmpty()) {
            add(objects, CONFIGURATION, text(configuration));
        }
        add(objects, PREFIX, text(prefix));
        byte[] area = new byte[HEADER + objects.size()];
        littleEndian(area).putInt(MAGIC).putInt(HEADER).putInt(area.length).put(objects.toByteArray());
        return area;
    }

    private static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static void add(ByteArrayOutputStream objects, int type, byte[] content) {
        byte[] object = new byte[OBJECT_HEADER + Math.ceilDiv(content.length, 4) * 4];
        littleEndian(object).putInt(type).putInt(object.length).put(content);
        objects.writeBytes(object);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
