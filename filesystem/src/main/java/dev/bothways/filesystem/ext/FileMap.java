package dev.bothways.filesystem.ext;

import java.io.IOException;

/** Where the blocks of a file lie: an extent tree, or the older block map. */
sealed interface FileMap permits ExtentTree, BlockMap {

    /** Refuses to hold more runs than this in memory. */
    int MAX_RUNS = 1 << 20;

    /** The run, or hole, that covers the block {@code logical} of the file; it may be shorter than the whole run. */
    Run run(Inode inode, long logical) throws IOException;

    /** The whole map in memory. */
    Layout load(Inode inode) throws IOException;

    /**
     * Makes the map anew from a layout, using the blocks of the old map first; the inode's block count follows the
     * map's blocks (not the content's). The caller writes the inode.
     */
    void store(Inode inode, Layout layout, Allocator allocator) throws IOException;

    /** How many blocks a file can have at most under this map. */
    long maxBlocks();
}
