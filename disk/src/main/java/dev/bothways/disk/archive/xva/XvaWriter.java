package dev.bothways.disk.archive.xva;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes an XVA in one pass, into a pipe too: the definition, then one disk after the other, each by a writer for the copy engine,
 * then {@link #finish}. As {@link XvaArchive} has it, with XXH64 sums: for XenServer 8 and XCP-ng 8.3; earlier ones want SHA-1.
 *
 * <p>Chunks without bytes, by which XAPI keeps a slow connection open, are never written: nothing here waits while it looks for
 * data, and the same machine is to give the same archive. {@link #close} without finishing deletes the file.
 */
public final class XvaWriter implements Closeable {
    private static final int END_BLOCKS = 2;
    /** Eight digits. */
    private static final long MOST_CHUNKS = 100_000_000;

    private final HostFile file;
    private final Sums sums;
    private long position;
    private String lastFolder = "";
    private boolean began;
    private boolean shortFirst;
    private boolean inDisk;
    private boolean finished;

    /** Which checksums an archive has. */
    public enum Sums {
        /** XXH64: XenServer 8, XCP-ng 8.3 and later. */
        XXHASH(ChunkSum.XXHASH),
        /** SHA-1: every one since XenServer 4. */
        SHA1(ChunkSum.SHA1);

        private final ChunkSum kind;

        Sums(ChunkSum kind) {
            this.kind = kind;
        }
    }

    private XvaWriter(HostFile file, Sums sums) {
        this.file = file;
        this.sums = sums;
    }

    /**
     * Begins an archive.
     *
     * @param path where no file may be yet; of a pipe, what messages call it
     * @param options for the pipe and for durability; the others do not apply
     * @param definition the content of {@code ova.xml}
     */
    public static XvaWriter create(Path path, CreateOptions options, Sums sums, byte[] definition) throws IOException {
        HostFile file = HostFile.create(path, options);
        XvaWriter writer = new XvaWriter(file, sums);
        try {
            ByteBuffer bytes =
                    ByteBuffer.allocate(NewMember.BLOCK + Math.toIntExact(NewMember.padded(definition.length)));
            NewMember.header(bytes, XvaArchive.DEFINITION, definition.length);
            bytes.put(definition);
            writer.append(bytes.clear());
            return writer;
        } catch (IOException | RuntimeException e) {
            try (writer) {
                throw e;
            }
        }
    }

    /**
     * Begins the next disk; it must be finished before another one begins.
     *
     * @param folder the disk's id in the definition; after those of all disks before, in the order of their texts
     * @param size what the guest sees, in bytes
     */
    public ImageWriter disk(String folder, long size) throws IOException {
        if (inDisk || finished) {
            throw new IllegalStateException("one disk after the other");
        }
        if (folder.compareTo(lastFolder) <= 0) {
            throw new IllegalArgumentException("the disk " + folder + " after " + lastFolder);
        }
        if (Math.ceilDiv(size, ChunkPlaces.CHUNK) > MOST_CHUNKS) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "a disk in an XVA has at most " + MOST_CHUNKS + " MiB, and this one has " + size + " bytes");
        }
        // XAPI's import takes the first chunk of the archive for the length of those left out. If that is a short one,
        // none may be.
        boolean every = began && shortFirst;
        if (!began && size > 0) {
            began = true;
            shortFirst = size < ChunkPlaces.CHUNK;
        }
        lastFolder = folder;
        inDisk = true;
        return new XvaDiskWriter(this, folder, size, sums.kind, every);
    }

    HostFile file() {
        return file;
    }

    /** Gives out the next bytes of the archive. */
    long take(long length) {
        long at = position;
        position += length;
        return at;
    }

    /** Writes the next bytes of the archive. */
    void append(ByteBuffer bytes) throws IOException {
        file.write(take(bytes.remaining()), bytes);
    }

    void diskDone() {
        inDisk = false;
    }

    /** Ends the archive; it is whole when this returns. */
    public void finish() throws IOException {
        if (inDisk || finished) {
            throw new IllegalStateException("an archive ends after its last disk, once");
        }
        append(ByteBuffer.allocate(END_BLOCKS * NewMember.BLOCK));
        file.force();
        finished = true;
    }

    @Override
    public void close() throws IOException {
        if (finished) {
            file.close();
        } else {
            file.discard();
        }
    }
}
