package dev.bothways.disk.archive.xva;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Where the chunks of an archive belong on their disks, told one after the other. A chunk follows the one before it; where
 * numbers are left out between them, so many chunks of zeros. A chunk without bytes only keeps the line open: it has a number and
 * takes no place, so that from there on numbers times a length would be wrong.
 */
final class ChunkPlaces {
    /** In what XAPI packs disks. */
    static final int CHUNK = 1 << 20;

    /** The largest that is read; XAPI never wrote larger ones than 1 GiB, and none but of 1 MiB since XenServer 4. */
    static final long LARGEST = 64L << 20;

    private final Path archive;
    private final Set<String> done = new HashSet<>();
    private String folder = "";
    private int last = -1;
    private long end;
    private long unit;
    private boolean first = true;

    ChunkPlaces(Path archive) {
        this.archive = archive;
    }

    /**
     * Where the next chunk of the archive begins on its disk, in bytes.
     *
     * @param at where it lies in the archive, for messages
     * @throws DiskImageException where it cannot come next
     */
    long next(ChunkName chunk, long length, long at) throws DiskImageException {
        if (length > LARGEST) {
            throw wrong(Kind.UNSUPPORTED, chunk, at, "has " + length + " bytes, more than " + LARGEST);
        }
        boolean begins = !chunk.folder().equals(folder);
        if (begins) {
            if (!done.add(chunk.folder())) {
                throw wrong(Kind.MALFORMED, chunk, at, "comes after chunks of another disk, apart from its own");
            }
            folder = chunk.folder();
            last = -1;
            end = 0;
        }
        if (chunk.number() <= last) {
            throw wrong(Kind.MALFORMED, chunk, at, "comes after number " + last);
        }
        unit(chunk, length, begins);
        long offset = end + Math.multiplyExact(unit, chunk.number() - last - 1);
        last = chunk.number();
        end = Math.addExact(offset, length);
        return offset;
    }

    /**
     * What a left-out number counts for: the length of the archive's first chunk, says XAPI's import. But where that is all of a
     * disk smaller than a chunk, the export meant the usual length.
     */
    private void unit(ChunkName chunk, long length, boolean begins) {
        if (begins || first) {
            unit = Math.max(unit, CHUNK);
        }
        if (first && length > 0) {
            first = false;
            unit = chunk.number() == 0 ? length : Math.max(CHUNK, length);
        }
    }

    private DiskImageException wrong(Kind kind, ChunkName chunk, long at, String what) {
        return new DiskImageException(kind, archive, at, "the chunk " + XvaText.shown(chunk.chunk()) + " " + what);
    }
}
