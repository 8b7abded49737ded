package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Guid;
import dev.bothways.disk.format.mapped.ParentPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A parent locator (MS-VHDX 2.6.2.6): keys and values in UTF-16. */
record VhdxParentLocator(UUID type, Map<String, String> values) {
    static final UUID TYPE_VHDX = UUID.fromString("b04aefb7-d19e-4a81-b789-25b8e9445913");
    private static final int HEADER_BYTES = 20;
    private static final int ENTRY_BYTES = 12;
    private static final List<String> PATHS = List.of("relative_path", "absolute_win32_path", "volume_path");
    private static final List<String> LINKAGES = List.of("parent_linkage", "parent_linkage2");

    VhdxParentLocator {
        values = Map.copyOf(values);
    }

    /** The locator in these little-endian bytes, if they hold one. */
    static Optional<VhdxParentLocator> parse(ByteBuffer in) {
        if (in.capacity() < HEADER_BYTES) {
            return Optional.empty();
        }
        int count = Short.toUnsignedInt(in.getShort(18));
        if (HEADER_BYTES + count * ENTRY_BYTES > in.capacity()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int at = HEADER_BYTES + i * ENTRY_BYTES;
            Optional<String> key = text(in, in.getInt(at), Short.toUnsignedInt(in.getShort(at + 8)));
            Optional<String> value = text(in, in.getInt(at + 4), Short.toUnsignedInt(in.getShort(at + 10)));
            if (key.isEmpty() || value.isEmpty()) {
                return Optional.empty();
            }
            values.put(key.get().toLowerCase(Locale.ROOT), value.get());
        }
        return Optional.of(new VhdxParentLocator(Guid.at(in, 0), values));
    }

    private static Optional<String> text(ByteBuffer in, int at, int length) {
        if (at < 0 || at > in.capacity() - length) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        in.get(at, bytes);
        return Optional.of(new String(bytes, StandardCharsets.UTF_16LE));
    }

    /** A locator for a new disk: the parent's data id, its relative path, and its absolute one where it is known. */
    static VhdxParentLocator forNewDisk(UUID parentDataId, ParentPath path) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("parent_linkage", "{" + parentDataId + "}");
        values.put("relative_path", path.relative());
        path.absolute().ifPresent(absolute -> values.put("absolute_win32_path", absolute));
        return new VhdxParentLocator(TYPE_VHDX, values);
    }

    /** The bytes of a locator, its keys in the order of the alphabet. */
    ByteBuffer bytes() {
        SortedMap<String, String> sorted = new TreeMap<>(values);
        int textAt = HEADER_BYTES + sorted.size() * ENTRY_BYTES;
        int textBytes = sorted.entrySet().stream()
                .mapToInt(
                        entry -> 2 * (entry.getKey().length() + entry.getValue().length()))
                .sum();
        ByteBuffer out = ByteBuffer.allocate(textAt + textBytes).order(ByteOrder.LITTLE_ENDIAN);
        Guid.put(out, 0, type);
        out.putShort(18, (short) sorted.size());
        int entryAt = HEADER_BYTES;
        for (Map.Entry<String, String> entry : sorted.entrySet()) {
            byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_16LE);
            byte[] value = entry.getValue().getBytes(StandardCharsets.UTF_16LE);
            out.putInt(entryAt, textAt).putInt(entryAt + 4, textAt + key.length);
            out.putShort(entryAt + 8, (short) key.length).putShort(entryAt + 10, (short) value.length);
            out.put(textAt, key).put(textAt + key.length, value);
            textAt += key.length + value.length;
            entryAt += ENTRY_BYTES;
        }
        return out;
    }

    /** The names the parent had, the likeliest first. */
    List<String> names() {
        return PATHS.stream().flatMap(key -> Stream.ofNullable(values.get(key))).toList();
    }

    /** The ids that the parent's data may have. */
    List<UUID> linkages() {
        return LINKAGES.stream()
                .flatMap(key -> Stream.ofNullable(values.get(key)))
                .flatMap(text -> guid(text).stream())
                .filter(id -> !id.equals(Guid.NONE))
                .toList();
    }

    private static Optional<UUID> guid(String text) {
        try {
            return Optional.of(UUID.fromString(text.replaceAll("[{}]", "")));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }
}
