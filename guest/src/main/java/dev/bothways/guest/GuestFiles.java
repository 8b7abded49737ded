package dev.bothways.guest;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A guest's tree of files: its root joined with what it mounts below.
 *
 * <p>Paths are absolute paths of the guest. Links are followed as the guest's kernel would, at most {@value #MOST_LINKS} of them;
 * an absolute target begins at the guest's root, and {@code ..} never leads out of it. It reads through to the file systems, so it
 * sees edits made there. Thread-safe as far as they are.
 */
public final class GuestFiles {
    /** As many links as Linux follows in one path. */
    private static final int MOST_LINKS = 40;

    private static final int MOST_NAMES = 4096;

    private final SortedMap<String, Volume> mounts;

    /**
     * A tree.
     *
     * @param mounts volumes with a file system by mount point; {@code /} must be among them
     */
    public GuestFiles(Map<String, Volume> mounts) {
        if (!mounts.containsKey("/")) {
            throw new IllegalArgumentException("no volume is mounted on /");
        }
        this.mounts = new TreeMap<>(mounts);
    }

    /** The volumes by mount point. */
    public SortedMap<String, Volume> mounts() {
        return java.util.Collections.unmodifiableSortedMap(mounts);
    }

    /** Where {@code volume} is mounted. */
    public Optional<String> mountPoint(Volume volume) {
        return mounts.entrySet().stream()
                .filter(mount -> mount.getValue().device().equals(volume.device()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What stands at {@code path}, all links followed; empty where nothing does, or where links go round. */
    public Optional<FileStatus> find(String path) throws IOException {
        Optional<Place> place = resolve(path, true);
        return place.isPresent() ? status(place.get()) : Optional.empty();
    }

    /** What stands at {@code path}, a link in its last part not followed. */
    public Optional<FileStatus> findLink(String path) throws IOException {
        Optional<Place> place = resolve(path, false);
        return place.isPresent() ? status(place.get()) : Optional.empty();
    }

    /** Whether something stands at {@code path}, all links followed. */
    public boolean exists(String path) throws IOException {
        return find(path).isPresent();
    }

    /** Whether a regular file stands at {@code path}, all links followed. */
    public boolean isRegular(String path) throws IOException {
        return find(path).filter(FileStatus::isRegular).isPresent();
    }

    /** Whether a directory stands at {@code path}, all links followed. */
    public boolean isDirectory(String path) throws IOException {
        return find(path).filter(FileStatus::isDirectory).isPresent();
    }

    /** The names in a directory in the order of their bytes; none where no directory is there. */
    public List<String> list(String path) throws IOException {
        Optional<Place> place = resolve(path, true);
        if (place.isEmpty()
                || status(place.get()).filter(FileStatus::isDirectory).isEmpty()) {
            return List.of();
        }
        return fileSystem(place.get()).list(place.get().path());
    }

    /** A whole regular file; refused where it is larger than {@code limit} bytes. */
    public byte[] readAll(String path, int limit) throws IOException {
        Place place = regular(path);
        return fileSystem(place).readAll(place.path(), limit);
    }

    /** The text of a regular file of at most {@code limit} bytes; empty where none is there. Bytes that are no UTF-8 become U+FFFD. */
    public Optional<String> text(String path, int limit) throws IOException {
        if (!isRegular(path)) {
            return Optional.empty();
        }
        return Optional.of(new String(readAll(path, limit), StandardCharsets.UTF_8));
    }

    /** Reads from a regular file as {@link FileSystem#read} does. */
    public int read(String path, long offset, ByteBuffer into) throws IOException {
        Place place = regular(path);
        return fileSystem(place).read(place.path(), offset, into);
    }

    /** A regular file as a stream from its start. It needs no closing. */
    public InputStream open(String path) throws IOException {
        Place place = regular(path);
        FileSystem fileSystem = fileSystem(place);
        return new InputStream() {
            private long position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                int count = fileSystem.read(place.path(), position, ByteBuffer.wrap(into, offset, length));
                position += Math.max(0, count);
                return count;
            }
        };
    }

    /** The target of the link that stands at {@code path}; empty where no link does. */
    public Optional<String> readLink(String path) throws IOException {
        Optional<Place> place = resolve(path, false);
        if (place.isEmpty() || status(place.get()).filter(FileStatus::isLink).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(fileSystem(place.get()).readLink(place.get().path()));
    }

    /**
     * Where {@code path} leads to, all links followed. Where nothing stands there yet but its directory does, the place where it
     * would be made.
     *
     * @throws NoSuchFileException where its directory is not there either
     */
    public Place place(String path) throws IOException {
        return resolve(path, true).orElseThrow(() -> new NoSuchFileException(path));
    }

    /** As {@link #place}, a link in the last part not followed: where the link itself is. */
    public Place placeOfLink(String path) throws IOException {
        return resolve(path, false).orElseThrow(() -> new NoSuchFileException(path));
    }

    private Place regular(String path) throws IOException {
        Place place = place(path);
        FileStatus status = status(place).orElseThrow(() -> new NoSuchFileException(path));
        if (!status.isRegular()) {
            throw new VolumeException(VolumeException.Kind.MALFORMED, path + " is no regular file");
        }
        return place;
    }

    private static Optional<FileStatus> status(Place place) throws IOException {
        return fileSystem(place).find(place.path());
    }

    private static FileSystem fileSystem(Place place) {
        return fileSystem(place.volume());
    }

    private static FileSystem fileSystem(Volume volume) {
        return volume.fileSystem()
                .orElseThrow(() -> new IllegalArgumentException(volume.device() + " has no file system"));
    }

    /** Walks the path name by name. Only the last name may be missing. */
    private Optional<Place> resolve(String path, boolean followLast) throws IOException {
        Deque<String> left = new ArrayDeque<>();
        pushNames(left, path);
        Deque<String> walked = new ArrayDeque<>();
        int links = 0;
        int steps = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (++steps > MOST_NAMES) {
                return Optional.empty();
            }
            if (name.equals("..")) {
                walked.pollLast();
                continue;
            }
            walked.addLast(name);
            Place place = joined(walked);
            Optional<FileStatus> status = status(place);
            if (status.isEmpty()) {
                return left.isEmpty() ? Optional.of(place) : Optional.empty();
            }
            if (status.get().isLink() && (followLast || !left.isEmpty())) {
                if (++links > MOST_LINKS) {
                    return Optional.empty();
                }
                String target = fileSystem(place).readLink(place.path());
                walked.pollLast();
                if (target.startsWith("/")) {
                    walked.clear();
                }
                pushNames(left, target);
            } else if (!status.get().isDirectory() && !left.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(joined(walked));
    }

    private static void pushNames(Deque<String> left, String path) {
        List<String> names = List.of(path.split("/"));
        for (String name : names.reversed()) {
            if (!name.isEmpty() && !name.equals(".")) {
                left.push(name);
            }
        }
    }

    private Place joined(Deque<String> names) {
        String path = "/" + String.join("/", names);
        String best = "/";
        for (String mount : mounts.keySet()) {
            if (mount.length() > best.length() && (path.equals(mount) || path.startsWith(mount + "/"))) {
                best = mount;
            }
        }
        Volume volume = java.util.Objects.requireNonNull(mounts.get(best));
        String inside = best.equals("/") ? path : path.substring(best.length());
        return new Place(volume, inside.isEmpty() ? "/" : inside);
    }
}
