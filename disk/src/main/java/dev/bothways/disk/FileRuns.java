package dev.bothways.disk;

import java.io.IOException;

/**
 * The runs of data and holes of a host file, for disks whose bytes lie in it as they are. A file that becomes shorter later is
 * not noticed here; reading notices.
 */
public final class FileRuns {
    private final HostFile file;
    /** The run of data found last. Asking the file system again for every piece of one long run costs too much. */
    private volatile Run last = new Run(0, 0);

    private record Run(long start, long end) {}

    /** The runs of a file. */
    public FileRuns(HostFile file) {
        this.file = file;
    }

    /**
     * What begins at {@code offset} of a disk, where {@code length} bytes of the disk lie in the file from {@code fileOffset}
     * on: zeros where the file has a hole, else stored data. It may end before {@code length}. What lies beyond the end of
     * the file counts as data, so that reading it tells what is wrong.
     */
    public Extent at(long offset, long length, long fileOffset) throws IOException {
        Run run = last;
        if (fileOffset < run.start || fileOffset >= run.end) {
            long fileSize = file.size();
            if (fileOffset >= fileSize) {
                return new Extent.Stored(offset, length, file, fileOffset);
            }
            long start = file.nextData(fileOffset, fileSize);
            if (start > fileOffset) {
                return new Extent.Zero(offset, Math.min(length, start - fileOffset));
            }
            run = new Run(fileOffset, file.nextHole(fileOffset, fileSize));
            last = run;
        }
        return new Extent.Stored(offset, Math.min(length, run.end - fileOffset), file, fileOffset);
    }
}
