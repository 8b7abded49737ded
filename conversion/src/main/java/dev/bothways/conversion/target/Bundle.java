package dev.bothways.conversion.target;

import dev.bothways.disk.ImageWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How a target has a machine in one file instead of a folder: the definition and the disks go into it, and of the folder only the
 * manifest is left beside it. A disk's file is then {@code ARCHIVE/MEMBER}.
 */
public interface Bundle {

    /** The order in which the disks follow each other in the archive, given their files. */
    List<String> order(List<String> diskFiles);

    /**
     * Begins the archive with the definition.
     *
     * @param archive where no file may be yet
     */
    Packer begin(Path archive, Target.Definition definition) throws IOException;

    /** Takes the disks. Closing it before it is finished deletes the archive. */
    interface Packer extends Closeable {
        /**
         * Begins the next disk, in the bundle's order; the caller finishes it before the next.
         *
         * @param size what the guest sees, in bytes
         */
        ImageWriter disk(String diskFile, long size) throws IOException;

        /** Ends the archive; it is whole when this returns. */
        void finish() throws IOException;
    }
}
