package dev.bothways.disk;

import java.io.IOException;

/** The map of a disk: its runs of data and zeros, neighbours of one kind joined. */
public final class DiskMap {

    private DiskMap() {}

    /** Takes the runs of a map. */
    public interface Reader {
        /** The next run, in order. */
        void run(Extent extent) throws IOException;
    }

    /** Tells all runs of the disk, in order and without gaps. Nothing is kept, however many they are. */
    public static void walk(VirtualDisk disk, Reader reader) throws IOException {
        if (disk.size() == 0) {
            return;
        }
        VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
        Extent run = extents.next();
        while (extents.hasNext()) {
            Extent next = extents.next();
            if (continues(run, next)) {
                run = lengthened(run, next.length());
            } else {
                reader.run(run);
                run = next;
            }
        }
        reader.run(run);
        disk.requireUnchanged();
    }

    /** How many bytes of the disk may be data. */
    public static long dataBytes(VirtualDisk disk) throws IOException {
        long[] sum = new long[1];
        walk(disk, extent -> sum[0] += extent instanceof Extent.Zero ? 0 : extent.length());
        return sum[0];
    }

    private static boolean continues(Extent run, Extent next) {
        return switch (run) {
            case Extent.Zero zero -> next instanceof Extent.Zero;
            case Extent.Data data -> next instanceof Extent.Data;
            case Extent.Stored stored ->
                next instanceof Extent.Stored more
                        && more.file().equals(stored.file())
                        && more.fileOffset() == stored.fileOffset() + stored.length();
        };
    }

    private static Extent lengthened(Extent run, long by) {
        return switch (run) {
            case Extent.Zero zero -> new Extent.Zero(zero.offset(), zero.length() + by);
            case Extent.Data data -> new Extent.Data(data.offset(), data.length() + by);
            case Extent.Stored stored ->
                new Extent.Stored(stored.offset(), stored.length() + by, stored.file(), stored.fileOffset());
        };
    }
}
