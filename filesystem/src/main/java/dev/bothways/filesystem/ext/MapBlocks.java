package dev.bothways.filesystem.ext;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The blocks for a map that is made anew: the old map's first, then new ones; what is left over is freed. */
final class MapBlocks {
    private final Allocator allocator;
    private final Deque<Long> old;
    private final List<Long> used = new ArrayList<>();
    private final int before;
    private long goal;

    MapBlocks(Layout layout, Allocator allocator, long goal) {
        this.allocator = allocator;
        this.old = new ArrayDeque<>(layout.maps());
        this.before = layout.maps().size();
        this.goal = goal;
    }

    long take() throws IOException {
        long block = old.isEmpty() ? allocator.allocate(goal, 1).start() : old.removeFirst();
        goal = block + 1;
        used.add(block);
        return block;
    }

    /** Frees what the new map does not need, and sets the inode's count right. */
    void finish(Inode inode, Layout layout, int blockSize) throws IOException {
        for (long block : old) {
            allocator.free(block, 1);
        }
        inode.addBlocks(used.size() - (long) before, blockSize);
        layout.maps().clear();
        layout.maps().addAll(used);
    }
}
