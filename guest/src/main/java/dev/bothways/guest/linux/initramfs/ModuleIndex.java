package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.KernelModules;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The index files that kmod searches ({@code modules.dep.bin}, {@code modules.alias.bin} ...), written from their text.
 *
 * <p>A file is a trie over the keys' bytes, all numbers big-endian: magic B007F457, version 00020001, then the offset of the
 * root node. An offset carries in its upper bits what the node has: 80000000 a prefix (the bytes that all its keys share,
 * NUL-terminated), 20000000 children (first byte, last byte, an offset for each byte between, 0 where there is none),
 * 40000000 values (their number, then for each its priority and its NUL-terminated bytes, least priority first). Nodes stand
 * after their children.
 */
final class ModuleIndex {
    private static final int MAGIC = 0xB007F457;
    private static final int VERSION = 0x0002_0001;
    private static final int PREFIX = 0x8000_0000;
    private static final int VALUES = 0x4000_0000;
    private static final int CHILDREN = 0x2000_0000;
    private static final int OFFSETS = 0x0FFF_FFFF;
    private static final int KEY_LIMIT = 4096;

    private final Node root = new Node(new byte[0]);
    private int next;

    private static final class Node {
        private byte[] prefix;
        private final TreeMap<Integer, Node> children = new TreeMap<>();
        private final List<Value> values = new ArrayList<>();

        private Node(byte[] prefix) {
            this.prefix = prefix;
        }
    }

    private record Value(int priority, String text) {}

    /**
     * The index that belongs to a text file of {@code /lib/modules/RELEASE}: {@code modules.dep}, {@code modules.alias},
     * {@code modules.symbols} or {@code modules.builtin}; empty for a file that has no such form.
     */
    static Optional<byte[]> of(String file, String text) {
        ModuleIndex index = new ModuleIndex();
        for (String line : text.split("\n")) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            switch (file) {
                case "modules.dep" -> index.add(KernelModules.canonical(line.substring(0, colon(line))), line);
                case "modules.builtin" -> index.add(KernelModules.canonical(line), "");
                case "modules.alias", "modules.symbols" -> {
                    String[] words = line.split("\\s+");
                    if (words.length == 3 && words[0].equals("alias")) {
                        index.add(foldedPattern(words[1]), words[2]);
                    }
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(index.bytes());
    }

    private static int colon(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? line.length() : colon;
    }

    /** An alias pattern as kmod compares it: {@code -} is told as {@code _} except between brackets, where it is a range. */
    static String foldedPattern(String pattern) {
        StringBuilder folded = new StringBuilder(pattern.length());
        boolean range = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            range = c == '[' || (range && c != ']');
            folded.append(c == '-' && !range ? '_' : c);
        }
        return folded.toString();
    }

    /** Adds a value under a key. Of values under one key the one added first counts most. */
    void add(String key, String value) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > KEY_LIMIT) {
            return; // No module or hardware has such a name; kmod itself reads none that long.
        }
        Node node = root;
        int at = 0;
        while (true) {
            int shared = shared(node.prefix, bytes, at);
            if (shared < node.prefix.length) {
                split(node, shared);
            }
            at += shared;
            if (at == bytes.length) {
                node.values.add(new Value(next++, value));
                return;
            }
            int first = bytes[at] & 0xFF;
            at++;
            Node child = node.children.get(first);
            if (child == null) {
                child = new Node(Arrays.copyOfRange(bytes, at, bytes.length));
                node.children.put(first, child);
            }
            node = child;
        }
    }

    private static int shared(byte[] prefix, byte[] key, int from) {
        int count = 0;
        while (count < prefix.length && from + count < key.length && prefix[count] == key[from + count]) {
            count++;
        }
        return count;
    }

    private static void split(Node node, int at) {
        Node rest = new Node(Arrays.copyOfRange(node.prefix, at + 1, node.prefix.length));
        rest.children.putAll(node.children);
        rest.values.addAll(node.values);
        int first = node.prefix[at] & 0xFF;
        node.prefix = Arrays.copyOf(node.prefix, at);
        node.children.clear();
        node.values.clear();
        node.children.put(first, rest);
    }

    /** The index file's bytes. */
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, MAGIC);
        number(out, VERSION);
        number(out, 0);
        int offset = write(root, out);
        ByteBuffer whole = ByteBuffer.wrap(out.toByteArray());
        whole.putInt(8, offset);
        return whole.array();
    }

    private static int write(Node node, ByteArrayOutputStream out) {
        Map<Integer, Integer> offsets = new TreeMap<>();
        node.children.forEach((first, child) -> offsets.put(first, write(child, out)));
        if (out.size() > OFFSETS) {
            throw new IllegalArgumentException("a module index cannot be larger than 256 MiB");
        }
        int offset = out.size();
        if (node.prefix.length > 0) {
            out.writeBytes(node.prefix);
            out.write(0);
            offset |= PREFIX;
        }
        if (!node.children.isEmpty()) {
            int first = node.children.firstKey();
            int last = node.children.lastKey();
            out.write(first);
            out.write(last);
            for (int b = first; b <= last; b++) {
                number(out, offsets.getOrDefault(b, 0));
            }
            offset |= CHILDREN;
        }
        if (!node.values.isEmpty()) {
            number(out, node.values.size());
            node.values.sort(Comparator.comparingInt(Value::priority));
            for (Value value : node.values) {
                number(out, value.priority());
                out.writeBytes(value.text().getBytes(StandardCharsets.UTF_8));
                out.write(0);
            }
            offset |= VALUES;
        }
        return offset;
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write(value >>> 24);
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
    }
}
