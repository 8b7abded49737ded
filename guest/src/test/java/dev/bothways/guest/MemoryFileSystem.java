package dev.bothways.guest;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileStatus.FileKind;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.WritableFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A file system in memory, for guests that tests make up. */
public final class MemoryFileSystem implements WritableFileSystem {
    private final String type;
    private final String uuid;
    private final SortedMap<String, Node> nodes = new TreeMap<>();
    private long inodes = 2;

    private static final class Node {
        private final FileKind kind;
        private final long inode;
        private NewFile attributes;
        private byte[] content;

        private Node(FileKind kind, long inode, NewFile attributes, byte[] content) {
            this.kind = kind;
            this.inode = inode;
            this.attributes = attributes;
            this.content = content;
        }
    }

    public MemoryFileSystem(String type, String uuid) {
        this.type = type;
        this.uuid = uuid;
        nodes.put("/", new Node(FileKind.DIRECTORY, inodes, NewFile.ROOT_DIRECTORY, new byte[0]));
    }

    /** Makes a file with this text, and the directories above it. */
    public MemoryFileSystem with(String path, String text) throws IOException {
        return with(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a file, and the directories above it. */
    public MemoryFileSystem with(String path, byte[] content) throws IOException {
        makeParents(path);
        write(path, content, NewFile.ROOT_FILE);
        return this;
    }

    /** Makes a link, and the directories above it. */
    public MemoryFileSystem withLink(String path, String target) throws IOException {
        makeParents(path);
        makeLink(path, target, NewFile.ROOT_FILE);
        return this;
    }

    /** Makes a directory, and those above it. */
    public MemoryFileSystem withDirectory(String path) throws IOException {
        makeParents(path + "/x");
        return this;
    }

    private void makeParents(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!nodes.containsKey(path.substring(0, slash))) {
                makeDirectory(path.substring(0, slash), NewFile.ROOT_DIRECTORY);
            }
        }
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public Optional<String> uuid() {
        return Optional.of(uuid);
    }

    @Override
    public Optional<String> label() {
        return Optional.empty();
    }

    @Override
    public long freeBytes() {
        return 1L << 30;
    }

    @Override
    public Optional<FileStatus> find(String path) {
        return Optional.ofNullable(nodes.get(path))
                .map(node -> new FileStatus(
                        node.kind,
                        node.inode,
                        node.content.length,
                        node.attributes.mode(),
                        node.attributes.user(),
                        node.attributes.group(),
                        1,
                        Instant.EPOCH));
    }

    @Override
    public List<String> list(String path) throws IOException {
        if (node(path).kind != FileKind.DIRECTORY) {
            throw new IOException(path + " is no directory");
        }
        String prefix = path.equals("/") ? "/" : path + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String below : nodes.tailMap(prefix).keySet()) {
            if (!below.startsWith(prefix)) {
                break;
            }
            if (below.length() > prefix.length() && below.indexOf('/', prefix.length()) < 0) {
                names.add(below.substring(prefix.length()));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public int read(String path, long offset, ByteBuffer into) throws IOException {
        byte[] content = node(path, FileKind.REGULAR).content;
        if (offset >= content.length) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), content.length - offset);
        into.put(content, (int) offset, count);
        return count;
    }

    @Override
    public String readLink(String path) throws IOException {
        return new String(node(path, FileKind.SYMBOLIC_LINK).content, StandardCharsets.UTF_8);
    }

    @Override
    public Map<String, byte[]> attributes(String path) {
        return Map.of();
    }

    @Override
    public void write(String path, byte[] content, NewFile attributes) throws IOException {
        if (nodes.containsKey(path)) {
            node(path, FileKind.REGULAR).content = content.clone();
        } else {
            make(path, FileKind.REGULAR, attributes, content.clone());
        }
    }

    @Override
    public void append(String path, byte[] content) throws IOException {
        Node node = node(path, FileKind.REGULAR);
        int before = node.content.length;
        node.content = Arrays.copyOf(node.content, before + content.length);
        System.arraycopy(content, 0, node.content, before, content.length);
    }

    @Override
    public void truncate(String path, long size) throws IOException {
        Node node = node(path, FileKind.REGULAR);
        node.content = Arrays.copyOf(node.content, Math.toIntExact(size));
    }

    @Override
    public void makeDirectory(String path, NewFile attributes) throws IOException {
        make(path, FileKind.DIRECTORY, attributes, new byte[0]);
    }

    @Override
    public void makeLink(String path, String target, NewFile attributes) throws IOException {
        make(path, FileKind.SYMBOLIC_LINK, attributes, target.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Node node = node(from);
        if (node.kind == FileKind.DIRECTORY) {
            throw new IOException("a directory is not renamed here: " + from);
        }
        nodes.remove(from);
        nodes.put(to, node);
    }

    @Override
    public void remove(String path) throws IOException {
        if (node(path).kind == FileKind.DIRECTORY && !list(path).isEmpty()) {
            throw new DirectoryNotEmptyException(path);
        }
        nodes.remove(path);
    }

    @Override
    public void setMode(String path, int mode) throws IOException {
        Node node = node(path);
        node.attributes = new NewFile(node.attributes.user(), node.attributes.group(), mode);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private void make(String path, FileKind kind, NewFile attributes, byte[] content) throws IOException {
        int slash = path.lastIndexOf('/');
        node(slash == 0 ? "/" : path.substring(0, slash), FileKind.DIRECTORY);
        if (nodes.containsKey(path)) {
            throw new FileAlreadyExistsException(path);
        }
        nodes.put(path, new Node(kind, ++inodes, attributes, content));
    }

    private Node node(String path) throws IOException {
        Node node = nodes.get(path);
        if (node == null) {
            throw new NoSuchFileException(path);
        }
        return node;
    }

    private Node node(String path, FileKind kind) throws IOException {
        Node node = node(path);
        if (node.kind != kind) {
            throw new FileNotFoundException(path + " is no " + kind);
        }
        return node;
    }
}
