package dev.bothways.guest.linux.initramfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The tree that an initramfs unpacks to: every name, where its links lead, and the text of the small files that say what is
 * done at boot. A name that comes twice counts as the kernel unpacks it: the later one stands.
 */
public final class InitramfsTree {
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;
    private static final int TYPE = 0170000;
    private static final int MOST_LINKS = 40;
    private static final int MOST_LENGTH = 32 << 20;

    /** Bytes of the longest of those files and links. */
    static final int LONGEST_TEXT = 256 << 10;

    /** What decides over drivers and devices, by generator: initramfs-tools, dracut, mkinitcpio. */
    private static final Pattern TEXTS = Pattern.compile(
            "conf/modules|conf/conf\\.d/[^/]+|cryptroot/crypttab|conf/conf\\.d/cryptroot|etc/cmdline\\.d/[^/]+|config");

    private final Map<String, Node> nodes = new HashMap<>();
    private int length;

    private record Node(int type, String text) {}

    InitramfsTree() {
        nodes.put("", new Node(DIRECTORY, ""));
    }

    /** Whether the content counts too. */
    static boolean wants(CpioEntry entry) {
        return (entry.mode() & TYPE) == LINK
                || (entry.isRegular() && TEXTS.matcher(entry.name()).matches());
    }

    /**
     * Takes what an archive unpacks to.
     *
     * @param content empty where it does not count
     * @throws IOException where all of it is longer than any initramfs's
     */
    void add(CpioEntry entry, byte[] content) throws IOException {
        length += entry.name().length() + content.length;
        if (length > MOST_LENGTH) {
            throw new IOException("its names and settings are longer than any initramfs's");
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        nodes.put(entry.name().equals(".") ? "" : entry.name(), new Node(entry.mode() & TYPE, text));
    }

    /** The text of one of the files that decide over drivers and devices, as Latin-1. */
    public Optional<String> text(String path) {
        return Optional.ofNullable(nodes.get(resolved(path)))
                .filter(node -> node.type() != LINK && node.type() != DIRECTORY)
                .map(Node::text);
    }

    /** Paths of those files, in order. */
    public List<String> texts() {
        return nodes.keySet().stream()
                .filter(path -> TEXTS.matcher(path).matches())
                .sorted()
                .toList();
    }

    /** Whether a directory stands there, itself and not by a link. */
    boolean isDirectory(String path) {
        Node node = nodes.get(path);
        return node != null && node.type() == DIRECTORY;
    }

    /** The path with links in it followed, as far as it is there. Only so may names be added below a link to a directory. */
    String resolved(String path) {
        Deque<String> left = new ArrayDeque<>(List.of(path.split("/")));
        List<String> walked = new ArrayList<>();
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (!walked.isEmpty()) {
                    walked.removeLast();
                }
                continue;
            }
            walked.add(name);
            Node node = nodes.get(String.join("/", walked));
            if (node != null && node.type() == LINK && links++ < MOST_LINKS) {
                walked.removeLast();
                if (node.text().startsWith("/")) {
                    walked.clear();
                }
                List.of(node.text().split("/")).reversed().forEach(left::push);
            }
        }
        return String.join("/", walked);
    }
}
