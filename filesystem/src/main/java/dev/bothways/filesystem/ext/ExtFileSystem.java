package dev.bothways.filesystem.ext;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.VolumeIdentity;
import dev.bothways.filesystem.WritableFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ext2, ext3 or ext4 file system, read after the kernel's {@code Documentation/filesystems/ext4}.
 *
 * <p>A journal that was not played back when the machine stopped is read through: every block shows its newest committed
 * copy, and the disk stays as it is. What cannot be read is refused by its feature's name. The disk stays the caller's to
 * close.
 */
public final class ExtFileSystem implements FileSystem {
    private static final int MAX_LINK = 65536;
    private static final int REMEMBERED = 4096;

    private final Volume volume;
    private final Map<String, Long> remembered = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    ExtFileSystem(Volume volume) {
        this.volume = volume;
    }

    /** Whether an ext file system is on the disk; whether it can be opened is another matter. */
    public static boolean recognises(VirtualDisk disk) throws IOException {
        return identify(disk).isPresent();
    }

    /** Its type, UUID and label, without opening it. */
    public static Optional<VolumeIdentity> identify(VirtualDisk disk) throws IOException {
        if (disk.size() < Superblock.POSITION + Superblock.SIZE) {
            return Optional.empty();
        }
        return Superblock.identify(superblock(disk));
    }

    /** When it was written to last, by its own account; it must be recognised. */
    public static Instant lastWritten(VirtualDisk disk) throws IOException {
        return Superblock.written(superblock(disk));
    }

    private static byte[] superblock(VirtualDisk disk) throws IOException {
        byte[] raw = new byte[Superblock.SIZE];
        disk.read(Superblock.POSITION, ByteBuffer.wrap(raw));
        return raw;
    }

    /** Opens for reading; the disk is not written to. */
    public static ExtFileSystem open(VirtualDisk disk) throws IOException {
        Volume volume = Volume.open(disk);
        if (!volume.needsRecovery()) {
            return new ExtFileSystem(volume);
        }
        volume.store().readThroughJournal(Journal.open(volume).replay().copies());
        return new ExtFileSystem(volume.reopened());
    }

    /**
     * Opens for reading and writing. A journal that was not played back is played back first, and files that were being
     * deleted are gone: in memory, until {@link WritableFileSystem#flush}.
     *
     * @param disk a writable one, usually an overlay
     * @param time what new and changed inodes get
     */
    public static WritableFileSystem openWritable(VirtualDisk disk, Instant time) throws IOException {
        return WritableExtFileSystem.open(disk, time);
    }

    @Override
    public String type() {
        return volume.superblock().features().kind().type();
    }

    @Override
    public Optional<String> uuid() {
        return volume.superblock().uuid();
    }

    @Override
    public Optional<String> label() {
        return volume.superblock().label();
    }

    @Override
    public long freeBytes() {
        Superblock superblock = volume.superblock();
        return Math.max(0, superblock.freeBlocks()) * superblock.blockSize();
    }

    @Override
    public Optional<FileStatus> find(String path) throws IOException {
        long number = number(path);
        return number == 0
                ? Optional.empty()
                : Optional.of(volume.inodes().read(number).status());
    }

    /** The inode of what stands at {@code path}; a {@link NoSuchFileException} where nothing does. */
    Inode inode(String path) throws IOException {
        long number = number(path);
        if (number == 0) {
            throw new NoSuchFileException(path);
        }
        return volume.inodes().read(number);
    }

    /** The number of its inode; 0 where nothing is there. */
    private long number(String path) throws IOException {
        List<byte[]> names = Names.split(path);
        long number = Inode.ROOT;
        StringBuilder walked = new StringBuilder();
        for (int i = 0; i < names.size() && number != 0; i++) {
            walked.append('/').append(new String(names.get(i), StandardCharsets.ISO_8859_1));
            number = step(number, names.get(i), walked.toString());
        }
        return number;
    }

    private long step(long parent, byte[] name, String walked) throws IOException {
        synchronized (remembered) {
            Long known = remembered.get(walked);
            if (known != null) {
                return known;
            }
        }
        Inode directory = volume.inodes().read(parent);
        if (!directory.isDirectory() || !Names.possible(name)) {
            return 0;
        }
        requirePlain(directory, walked);
        long number = volume.directory().find(directory, name);
        if (number != 0) {
            synchronized (remembered) {
                remembered.put(walked, number);
            }
        }
        return number;
    }

    /** Forgets which inodes stand at which paths; after every edit. */
    void forget() {
        synchronized (remembered) {
            remembered.clear();
        }
    }

    private static void requirePlain(Inode inode, String path) throws IOException {
        if (inode.has(Inode.FLAG_ENCRYPT)) {
            throw Faults.unsupported("holds " + path + " encrypted (fscrypt), which cannot be read without its key");
        }
    }

    @Override
    public List<String> list(String path) throws IOException {
        Inode inode = inode(path);
        if (!inode.isDirectory()) {
            throw new NotDirectoryException(path);
        }
        requirePlain(inode, path);
        return volume.directory().entries(inode).stream()
                .map(Directory.Entry::name)
                .sorted(Arrays::compareUnsigned)
                .map(Names::decode)
                .toList();
    }

    @Override
    public int read(String path, long offset, ByteBuffer into) throws IOException {
        if (offset < 0) {
            throw new IndexOutOfBoundsException("offset " + offset);
        }
        Inode inode = inode(path);
        if (!inode.isRegular()) {
            throw new FileSystemException(path, null, "it is no regular file");
        }
        requirePlain(inode, path);
        return volume.readContent(inode, offset, into);
    }

    @Override
    public String readLink(String path) throws IOException {
        Inode inode = inode(path);
        if (!inode.isLink()) {
            throw new NotLinkException(path);
        }
        requirePlain(inode, path);
        return Names.decode(linkTarget(inode));
    }

    private byte[] linkTarget(Inode inode) throws IOException {
        long size = inode.size();
        if (size > MAX_LINK) {
            throw Faults.malformed("the symbolic link of inode " + inode.number() + " is " + size + " bytes long");
        }
        if (volume.isFastLink(inode)) {
            return Arrays.copyOfRange(inode.raw(), Inode.MAP, Inode.MAP + (int) size);
        }
        ByteBuffer target = ByteBuffer.allocate((int) size);
        volume.readContent(inode, 0, target);
        return target.array();
    }

    @Override
    public Map<String, byte[]> attributes(String path) throws IOException {
        return volume.attributes().all(inode(path));
    }

    @Override
    public void close() {
        forget();
    }
}
