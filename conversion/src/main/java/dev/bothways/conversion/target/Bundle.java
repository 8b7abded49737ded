package dev.bothways.conversion.target;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.machine.Machine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How a target has a machine in one file instead of a folder: the definition and the disks go into it, and of the folder only the
 * manifest is left beside it. A disk's file is then {@code ARCHIVE/MEMBER}.
 */
public interface Bundle {

    /** The name that users type: {@code ova}. */
    String id();

    /** The order in which the disks follow each other in the archive, given their files. */
    List<String> order(List<String> diskFiles);

    /**
     * Begins the archive.
     *
     * @param archive where no file may be yet
     * @param machine the machine; the media of its hard disks are the files of {@code disks}, in order
     */
    Packer begin(Path archive, Machine machine, List<Target.ConvertedDisk> disks) throws IOException;

    /** Takes the disks. Closing it before it is finished deletes the archive. */
    interface Packer extends Closeable {
        /** Packs the next disk, in the bundle's order. */
        DiskCopy.Result disk(String diskFile, VirtualDisk disk, CopyOptions copying) throws IOException;

        /** Ends the archive; it is whole when this returns. */
        void finish() throws IOException;
    }
}
