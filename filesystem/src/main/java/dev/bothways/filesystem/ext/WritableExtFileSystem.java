package dev.bothways.filesystem.ext;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.WritableFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Edits of an ext file system. Each happens wholly or not at all, among the blocks in memory, and between two reads. */
final class WritableExtFileSystem implements WritableFileSystem {
    private static final int MAX_LINKS = 65000;

    private final Volume volume;
    private final ExtFileSystem reader;
    private final Allocator allocator;
    private final FileEditor files;
    private final DirectoryEditor directories;
    private final Instant time;

    private WritableExtFileSystem(Volume volume, Instant time) {
        this.volume = volume;
        this.time = time;
        this.reader = new ExtFileSystem(volume);
        this.allocator = new Allocator(volume);
        this.files = new FileEditor(volume, allocator, time);
        this.directories = new DirectoryEditor(volume, files, allocator);
    }

    static WritableExtFileSystem open(VirtualDisk disk, Instant time) throws IOException {
        if (!disk.writable()) {
            throw new IllegalArgumentException("the disk is not writable");
        }
        Volume volume = Recovery.soundVolume(disk);
        WritableExtFileSystem writable = new WritableExtFileSystem(volume, time);
        if (volume.superblock().firstOrphan() != 0
                || volume.superblock().features().readOnly(Features.RO_ORPHAN_PRESENT)) {
            writable.edit(new Orphans(volume, writable.files)::finish);
        }
        return writable;
    }

    private interface Edit {
        void run() throws IOException;
    }

    private synchronized void edit(Edit edit) throws IOException {
        boolean done = false;
        try {
            edit.run();
            volume.superblock().writtenAt(time.getEpochSecond());
            volume.storeSuperblock();
            done = true;
        } finally {
            reader.forget();
            if (!done) {
                volume.store().rollback();
                volume.restoreSuperblock();
            }
        }
        volume.store().commit();
    }

    /** A name in its directory. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Place(String path, Inode directory, byte[] name) {}

    private Place place(String path) throws IOException {
        List<byte[]> names = Names.split(path);
        if (names.isEmpty()) {
            throw new FileSystemException(path, null, "the root directory has no name to change");
        }
        if (!Names.possible(names.getLast())) {
            throw new FileSystemException(path, null, "no file can have this name");
        }
        String trimmed = path.replaceFirst("/+$", "");
        String above = trimmed.substring(0, trimmed.lastIndexOf('/') + 1);
        Inode directory = reader.inode(above);
        if (!directory.isDirectory()) {
            throw new NotDirectoryException(above);
        }
        if (directory.has(Inode.FLAG_ENCRYPT | Inode.FLAG_CASEFOLD)) {
            throw Faults.unsupported("has " + above + " encrypted or casefolded, and names in it are not changed");
        }
        return new Place(path, directory, names.getLast());
    }

    private Optional<Inode> existing(Place place) throws IOException {
        long number = volume.directory().find(place.directory(), place.name());
        if (number == 0) {
            return Optional.empty();
        }
        if (number < volume.superblock().firstInode()) {
            throw Faults.malformed(place.path() + " is an inode of the file system itself");
        }
        return Optional.of(volume.inodes().read(number));
    }

    private Inode regular(String path) throws IOException {
        Inode inode = existing(place(path)).orElseThrow(() -> new NoSuchFileException(path));
        requireEditable(inode, path);
        return inode;
    }

    private static void requireEditable(Inode inode, String path) throws IOException {
        if (!inode.isRegular()) {
            throw new FileSystemException(path, null, "it is no regular file");
        }
        if (inode.has(Inode.FLAG_ENCRYPT | Inode.FLAG_VERITY)) {
            throw Faults.unsupported("has " + path + " encrypted or under verity, and its content is not changed");
        }
    }

    @Override
    public void write(String path, byte[] content, NewFile attributes) throws IOException {
        edit(() -> {
            Place place = place(path);
            Optional<Inode> existing = existing(place);
            if (existing.isPresent()) {
                requireEditable(existing.get(), path);
                files.replace(existing.get(), content);
                return;
            }
            Inode inode = create(place, Inode.MODE_REGULAR, attributes);
            files.startMap(inode);
            files.replace(inode, content);
            link(place, inode);
        });
    }

    /** A new inode of the kind, without content and not yet named. */
    private Inode create(Place place, int kind, NewFile attributes) throws IOException {
        Inode parent = place.directory();
        Inode inode = allocator.allocateInode(parent.number(), kind == Inode.MODE_DIRECTORY);
        inode.mode(kind | (attributes.mode() & 07777));
        inode.owner(attributes.user(), attributes.group());
        inode.links(kind == Inode.MODE_DIRECTORY ? 2 : 1);
        inode.created(time);
        if (parent.has(Inode.FLAG_PROJECT_INHERIT)) {
            inode.project(parent.project());
            inode.flags(kind == Inode.MODE_DIRECTORY ? Inode.FLAG_PROJECT_INHERIT : 0);
        }
        return inode;
    }

    private void link(Place place, Inode inode) throws IOException {
        place.directory().modified(time);
        directories.insert(place.directory(), place.name(), inode);
    }

    private Place vacant(String path) throws IOException {
        Place place = place(path);
        if (existing(place).isPresent()) {
            throw new FileAlreadyExistsException(path);
        }
        return place;
    }

    @Override
    public void append(String path, byte[] content) throws IOException {
        edit(() -> files.append(regular(path), content));
    }

    @Override
    public void truncate(String path, long size) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("size " + size);
        }
        edit(() -> files.truncate(regular(path), size));
    }

    @Override
    public void makeDirectory(String path, NewFile attributes) throws IOException {
        edit(() -> {
            Place place = vacant(path);
            Inode inode = create(place, Inode.MODE_DIRECTORY, attributes);
            files.startMap(inode);
            directories.start(inode, place.directory().number());
            countUp(place.directory());
            link(place, inode);
        });
    }

    /** One more directory names this one as its parent. */
    private void countUp(Inode directory) throws IOException {
        if (directory.links() == 1) {
            return;
        }
        if (directory.links() >= MAX_LINKS) {
            if (!volume.superblock().features().readOnly(Features.RO_DIR_NLINK)) {
                throw Faults.full("directory inode " + directory.number() + " holds as many directories as it can");
            }
            directory.links(1);
            return;
        }
        directory.links(directory.links() + 1);
    }

    private static void countDown(Inode directory) {
        if (directory.links() > 2) {
            directory.links(directory.links() - 1);
        }
    }

    @Override
    public void makeLink(String path, String target, NewFile attributes) throws IOException {
        byte[] bytes = Names.encode(target);
        if (bytes.length == 0 || bytes.length >= volume.store().blockSize()) {
            throw new FileSystemException(path, null, "a symbolic link cannot hold " + bytes.length + " bytes");
        }
        edit(() -> {
            Place place = vacant(path);
            Inode inode = create(place, Inode.MODE_LINK, attributes);
            if (bytes.length < Inode.MAP_SIZE) {
                System.arraycopy(bytes, 0, inode.raw(), Inode.MAP, bytes.length);
                inode.size(bytes.length);
                volume.inodes().write(inode);
            } else {
                files.startMap(inode);
                files.replace(inode, bytes);
            }
            link(place, inode);
        });
    }

    @Override
    public void rename(String from, String to) throws IOException {
        edit(() -> {
            Place source = place(from);
            Inode inode = existing(source).orElseThrow(() -> new NoSuchFileException(from));
            Place asked = place(to);
            boolean sameDirectory =
                    asked.directory().number() == source.directory().number();
            Place target = sameDirectory ? new Place(to, source.directory(), asked.name()) : asked;
            Optional<Inode> replaced = existing(target);
            if (replaced.isPresent() && replaced.get().number() == inode.number()) {
                return;
            }
            if (replaced.isPresent() && (replaced.get().isDirectory() || inode.isDirectory())) {
                throw new FileAlreadyExistsException(to);
            }
            if (inode.isDirectory() && isBelow(from, to)) {
                throw new FileSystemException(from, to, "a directory cannot be moved into itself");
            }
            move(source, target, inode, replaced);
        });
    }

    private static boolean isBelow(String from, String to) {
        List<byte[]> above = Names.split(from);
        List<byte[]> below = Names.split(to);
        if (below.size() < above.size()) {
            return false;
        }
        for (int i = 0; i < above.size(); i++) {
            if (!Arrays.equals(above.get(i), below.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void move(Place source, Place target, Inode inode, Optional<Inode> replaced) throws IOException {
        source.directory().modified(time);
        target.directory().modified(time);
        boolean climbs = inode.isDirectory()
                && source.directory().number() != target.directory().number();
        if (climbs) {
            countUp(target.directory());
            countDown(source.directory());
        }
        if (replaced.isPresent()) {
            directories.replace(target.directory(), target.name(), inode);
        } else {
            directories.insert(target.directory(), target.name(), inode);
        }
        directories.remove(source.directory(), source.name());
        inode.changed(time);
        volume.inodes().write(inode);
        if (climbs) {
            directories.parent(inode, target.directory().number());
        }
        if (replaced.isPresent()) {
            unlink(replaced.get());
        }
    }

    private void unlink(Inode inode) throws IOException {
        if (inode.links() > 1) {
            inode.links(inode.links() - 1);
            inode.changed(time);
            volume.inodes().write(inode);
        } else {
            files.delete(inode);
        }
    }

    @Override
    public void remove(String path) throws IOException {
        edit(() -> {
            Place place = place(path);
            Inode inode = existing(place).orElseThrow(() -> new NoSuchFileException(path));
            place.directory().modified(time);
            if (inode.isDirectory()) {
                if (inode.has(Inode.FLAG_ENCRYPT) || !directories.isEmpty(inode)) {
                    throw new DirectoryNotEmptyException(path);
                }
                countDown(place.directory());
                directories.remove(place.directory(), place.name());
                files.delete(inode);
            } else {
                directories.remove(place.directory(), place.name());
                unlink(inode);
            }
        });
    }

    @Override
    public void setMode(String path, int mode) throws IOException {
        edit(() -> {
            Inode inode = reader.inode(path);
            inode.mode((inode.mode() & ~07777) | (mode & 07777));
            inode.changed(time);
            volume.inodes().write(inode);
        });
    }

    @Override
    public synchronized void flush() throws IOException {
        volume.store().flush();
    }

    @Override
    public synchronized String type() {
        return reader.type();
    }

    @Override
    public synchronized Optional<String> uuid() {
        return reader.uuid();
    }

    @Override
    public synchronized Optional<String> label() {
        return reader.label();
    }

    @Override
    public synchronized long freeBytes() {
        return reader.freeBytes();
    }

    @Override
    public synchronized Optional<FileStatus> find(String path) throws IOException {
        return reader.find(path);
    }

    @Override
    public synchronized List<String> list(String path) throws IOException {
        return reader.list(path);
    }

    @Override
    public synchronized int read(String path, long offset, ByteBuffer into) throws IOException {
        return reader.read(path, offset, into);
    }

    @Override
    public synchronized String readLink(String path) throws IOException {
        return reader.readLink(path);
    }

    @Override
    public synchronized Map<String, byte[]> attributes(String path) throws IOException {
        return reader.attributes(path);
    }

    @Override
    public synchronized void close() {
        reader.close();
    }
}
