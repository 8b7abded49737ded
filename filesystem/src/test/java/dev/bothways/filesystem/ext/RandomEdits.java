package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.WritableFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Random edits, done to a file system and to a model of it in memory. */
final class RandomEdits {
    private static final NewFile OWNED = new NewFile(1000, 70_000, 0640);
    private static final int MAX_CONTENT = 1 << 21;

    private final WritableFileSystem edited;
    private final Random random;
    private final Map<String, Node> model = new TreeMap<>();
    private final List<String> done = new ArrayList<>();
    private int names;

    /** What stands at a path. */
    sealed interface Node {}

    record Folder() implements Node {}

    record Link(String target) implements Node {}

    /** A file's beginning, and its size; what is beyond the beginning is zeros. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(byte[] data, long size, int mode) implements Node {}

    RandomEdits(WritableFileSystem edited, Random random) throws IOException {
        this.edited = edited;
        this.random = random;
        learn("/");
    }

    /** Takes what is there already into the model. */
    private void learn(String folder) throws IOException {
        for (String name : edited.list(folder)) {
            String path = folder.equals("/") ? "/" + name : folder + "/" + name;
            FileStatus status = edited.find(path).orElseThrow();
            if (status.isDirectory()) {
                model.put(path, new Folder());
                learn(path);
            } else if (status.isLink()) {
                model.put(path, new Link(edited.readLink(path)));
            } else {
                model.put(path, new Content(edited.readAll(path, MAX_CONTENT), status.size(), status.mode()));
            }
        }
    }

    /** What was done, for the message of a failure. */
    List<String> done() {
        return done;
    }

    /** Does one edit; a full file system must have stayed as it was. */
    void step() throws IOException {
        try {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3 -> create(random.nextInt(10) == 0 ? 300_000 : 9000);
                case 4, 5 -> overwrite();
                case 6, 7 -> append();
                case 8, 9 -> truncate();
                case 10, 11 -> makeDirectory();
                case 12 -> makeLink();
                case 13, 14 -> rename();
                case 15, 16 -> remove();
                case 17 -> setMode();
                case 18 -> createMany();
                default -> removeMany();
            }
        } catch (VolumeException e) {
            done.add("  refused: " + e.getMessage());
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(VolumeException.Kind.FULL);
        }
    }

    private String pick(Predicate<Node> wanted) {
        List<String> all = model.entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        return all.isEmpty() ? "" : all.get(random.nextInt(all.size()));
    }

    private String newPath() {
        String folder = random.nextInt(3) == 0 ? "" : pick(node -> node instanceof Folder);
        String name = switch (random.nextInt(4)) {
            case 0 -> "n" + names++;
            case 1 -> "name of middling length " + names++;
            case 2 -> "\u00e9\u4e2d\udc80\udcff" + names++;
            default -> "x".repeat(random.nextInt(230)) + names++;
        };
        return folder + "/" + name;
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void say(String what) {
        done.add(what);
    }

    private void create(int most) throws IOException {
        String path = newPath();
        byte[] content = bytes(most);
        say("create " + path + " " + content.length);
        edited.write(path, content, OWNED);
        model.put(path, new Content(content, content.length, 0640));
    }

    private String pickFile() {
        return pick(node -> node instanceof Content);
    }

    private void overwrite() throws IOException {
        String path = pickFile();
        if (!path.isEmpty() && model.get(path) instanceof Content old) {
            byte[] content = bytes(20_000);
            say("overwrite " + path + " " + content.length);
            edited.write(path, content, NewFile.ROOT_FILE);
            model.put(path, new Content(content, content.length, old.mode()));
        }
    }

    private void append() throws IOException {
        String path = pickFile();
        if (!path.isEmpty() && model.get(path) instanceof Content old && old.size() < MAX_CONTENT) {
            byte[] more = bytes(random.nextInt(4) == 0 ? 100_000 : 500);
            say("append " + path + " " + more.length);
            edited.append(path, more);
            byte[] all = Arrays.copyOf(old.data(), (int) old.size() + more.length);
            System.arraycopy(more, 0, all, (int) old.size(), more.length);
            model.put(path, new Content(all, all.length, old.mode()));
        }
    }

    private void truncate() throws IOException {
        String path = pickFile();
        if (!path.isEmpty() && model.get(path) instanceof Content old) {
            long size = switch (random.nextInt(6)) {
                case 0 -> 0;
                case 1 -> old.size() + random.nextInt(100_000);
                case 2 -> random.nextLong(15L << 30);
                default -> random.nextLong(old.size() + 1);
            };
            say("truncate " + path + " " + size);
            edited.truncate(path, size);
            byte[] data = Arrays.copyOf(old.data(), (int) Math.min(old.data().length, size));
            model.put(path, new Content(data, size, old.mode()));
        }
    }

    private void makeDirectory() throws IOException {
        String path = newPath();
        say("makeDirectory " + path);
        edited.makeDirectory(path, NewFile.ROOT_DIRECTORY);
        model.put(path, new Folder());
    }

    private void makeLink() throws IOException {
        String path = newPath();
        String target = "t".repeat(1 + random.nextInt(random.nextBoolean() ? 100 : 900));
        say("makeLink " + path + " " + target.length());
        edited.makeLink(path, target, NewFile.ROOT_FILE);
        model.put(path, new Link(target));
    }

    private void rename() throws IOException {
        String from = pick(node -> true);
        String to = random.nextInt(4) == 0 ? pickFile() : newPath();
        boolean onto = model.containsKey(to);
        if (from.isEmpty()
                || to.isEmpty()
                || from.equals("/lost+found")
                || to.startsWith(from + "/")
                || to.equals(from)
                || (onto && model.get(from) instanceof Folder)) {
            return;
        }
        say("rename " + from + " to " + to);
        edited.rename(from, to);
        Map<String, Node> moved = new TreeMap<>();
        for (String path : List.copyOf(model.keySet())) {
            if (path.equals(from) || path.startsWith(from + "/")) {
                moved.put(to + path.substring(from.length()), node(path));
                model.remove(path);
            }
        }
        model.putAll(moved);
    }

    private Node node(String path) {
        Node node = model.get(path);
        if (node == null) {
            throw new AssertionError(path);
        }
        return node;
    }

    private void remove() throws IOException {
        String path = pick(node -> true);
        if (path.isEmpty() || path.equals("/lost+found") || !isLeaf(path)) {
            return;
        }
        say("remove " + path);
        edited.remove(path);
        model.remove(path);
    }

    private boolean isLeaf(String path) {
        return model.keySet().stream().noneMatch(other -> other.startsWith(path + "/"));
    }

    private void setMode() throws IOException {
        String path = pickFile();
        if (!path.isEmpty() && model.get(path) instanceof Content old) {
            int mode = random.nextInt(010000);
            say("setMode " + path + " " + mode);
            edited.setMode(path, mode);
            model.put(path, new Content(old.data(), old.size(), mode));
        }
    }

    private void createMany() throws IOException {
        String folder = pick(node -> node instanceof Folder);
        int count = random.nextInt(400);
        int length = random.nextInt(120);
        say("createMany " + folder + " " + count + " of " + length);
        for (int i = 0; i < count; i++) {
            String path = folder + "/" + "m".repeat(length) + names++;
            byte[] content = bytes(5);
            edited.write(path, content, NewFile.ROOT_FILE);
            model.put(path, new Content(content, content.length, 0644));
        }
    }

    private void removeMany() throws IOException {
        String folder = pick(node -> node instanceof Folder);
        say("removeMany " + folder);
        for (String path : List.copyOf(model.keySet())) {
            boolean inside = path.startsWith(folder + "/") && !path.equals("/lost+found");
            if (inside && random.nextInt(3) > 0 && isLeaf(path)) {
                edited.remove(path);
                model.remove(path);
            }
        }
    }

    /** Whether a file system holds what the model holds, and nothing else. */
    void requireSame(FileSystem read) throws IOException {
        List<String> found = new ArrayList<>();
        compare(read, "", found);
        assertThat(found).hasSameElementsAs(model.keySet());
    }

    private void compare(FileSystem read, String folder, List<String> found) throws IOException {
        for (String name : read.list(folder.isEmpty() ? "/" : folder)) {
            String path = folder + "/" + name;
            found.add(path);
            FileStatus status = read.find(path).orElseThrow();
            switch (node(path)) {
                case Folder _ -> {
                    assertThat(status.isDirectory()).as(path).isTrue();
                    compare(read, path, found);
                }
                case Link link -> assertThat(read.readLink(path)).isEqualTo(link.target());
                case Content content -> compare(read, path, status, content);
            }
        }
    }

    private static void compare(FileSystem read, String path, FileStatus status, Content content) throws IOException {
        assertThat(status.size()).as(path).isEqualTo(content.size());
        assertThat(status.mode()).as(path).isEqualTo(content.mode());
        byte[] expected =
                Arrays.copyOf(content.data(), (int) Math.min(content.size(), content.data().length + 50_000L));
        ByteBuffer actual = ByteBuffer.allocate(expected.length);
        while (actual.hasRemaining()) {
            assertThat(read.read(path, actual.position(), actual)).isPositive();
        }
        assertThat(Arrays.mismatch(actual.array(), expected)).as(path).isEqualTo(-1);
        if (content.size() > content.data().length) {
            ByteBuffer last = ByteBuffer.allocate(1);
            assertThat(read.read(path, content.size() - 1, last)).isEqualTo(1);
            assertThat(last.get(0)).isZero();
        }
    }
}
