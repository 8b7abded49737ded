package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.CountedInput;
import java.io.IOException;
import java.io.InputStream;
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
    private static final int MOST_ENTRIES = 500_000;
    private static final int LONGEST_TEXT = 256 << 10;
    private static final long MOST_UNPACKED = 2L << 30;

    /** What decides over drivers and devices, by generator: initramfs-tools, dracut, mkinitcpio. */
    private static final Pattern TEXTS = Pattern.compile(
            "conf/modules|conf/conf\\.d/[^/]+|cryptroot/crypttab|conf/conf\\.d/cryptroot|etc/cmdline\\.d/[^/]+|config");

    private final Map<String, Node> nodes = new HashMap<>();
    private String lastCompression = "none";

    private record Node(int type, String text) {}

    private InitramfsTree() {
        nodes.put("", new Node(DIRECTORY, ""));
    }

    /**
     * Reads an initramfs.
     *
     * @param path for messages
     * @throws GuestException where it cannot be read whole: what cannot be read cannot be added to
     */
    public static InitramfsTree read(String path, InputStream in) throws IOException {
        InitramfsTree tree = new InitramfsTree();
        try {
            tree.readAll(new CountedInput(in));
        } catch (GuestException e) {
            throw e;
        } catch (IOException e) {
            throw new GuestException(
                    GuestException.Kind.MALFORMED,
                    path + " cannot be read whole, so no driver can be added to it (" + e.getMessage()
                            + "): let the guest make it anew");
        }
        return tree;
    }

    private void readAll(CountedInput in) throws IOException {
        while (in.skipZeros()) {
            byte[] head = in.peek(Compression.MAGIC_BYTES);
            if (CpioArchive.begins(head)) {
                lastCompression = "none";
                readArchive(in);
                continue;
            }
            Compression compression = Compression.detect(head)
                    .orElseThrow(() -> new IOException("something else than cpio archives is in it"));
            lastCompression = compression.id();
            try (InputStream plain = compression.open(in)) {
                CountedInput inner = new CountedInput(plain);
                while (inner.skipZeros()) {
                    readArchive(inner);
                }
            }
        }
    }

    private void readArchive(CountedInput in) throws IOException {
        CpioArchive archive = new CpioArchive(in);
        for (Optional<CpioEntry> entry = archive.next(); entry.isPresent(); entry = archive.next()) {
            if (nodes.size() > MOST_ENTRIES || in.position() > MOST_UNPACKED) {
                throw new IOException("it is larger than any initramfs");
            }
            CpioEntry found = entry.get();
            int type = found.mode() & TYPE;
            boolean wanted = type == LINK
                    || (found.isRegular() && TEXTS.matcher(found.name()).matches());
            String text = wanted ? new String(archive.content(LONGEST_TEXT), StandardCharsets.ISO_8859_1) : "";
            nodes.put(found.name().equals(".") ? "" : found.name(), new Node(type, text));
        }
    }

    /** How the last archive is compressed, in the words of {@link dev.bothways.guest.InitramfsFact.Archive}. */
    public String lastCompression() {
        return lastCompression;
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
