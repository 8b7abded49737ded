package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.u32;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.util.Arrays;

/** The block map of ext2 and ext3: twelve direct pointers, then trees of one, two and three levels. A pointer 0 is a hole. */
final class BlockMap implements FileMap {
    private static final int DIRECT = 12;
    private static final int LEVELS = 3;

    private final BlockStore store;
    private final long blocks;
    private final int perBlock;

    BlockMap(BlockStore store, long blocks) {
        this.store = store;
        this.blocks = blocks;
        this.perBlock = store.blockSize() / 4;
    }

    private long span(int level) {
        long span = 1;
        for (int i = 0; i < level; i++) {
            span *= perBlock;
        }
        return span;
    }

    @Override
    public Run run(Inode inode, long logical) throws IOException {
        if (logical >= maxBlocks()) {
            return Run.hole(logical, 1L << 32);
        }
        byte[] table = inode.raw();
        int base = Inode.MAP;
        int index = (int) Math.min(logical, DIRECT);
        int entries = DIRECT;
        int level = 0;
        long offset = logical - DIRECT;
        if (logical >= DIRECT) {
            level = 1;
            while (offset >= span(level)) {
                offset -= span(level++);
            }
            index = DIRECT + level - 1;
        }
        while (level > 0) {
            long pointer = pointer(inode, table, base + index * 4);
            if (pointer == 0) {
                return Run.hole(logical, span(level) - offset);
            }
            table = store.read(pointer);
            base = 0;
            entries = perBlock;
            level--;
            index = (int) (offset / span(level));
            offset %= span(level);
        }
        return runAt(inode, table, base, index, entries, logical);
    }

    private Run runAt(Inode inode, byte[] table, int base, int index, int entries, long logical)
            throws VolumeException {
        long first = pointer(inode, table, base + index * 4);
        int length = 1;
        while (index + length < entries
                && u32(table, base + (index + length) * 4) == (first == 0 ? 0 : first + length)
                && (first == 0 || first + length < blocks)) {
            length++;
        }
        return new Run(logical, length, first, false);
    }

    private long pointer(Inode inode, byte[] table, int at) throws VolumeException {
        long pointer = u32(table, at);
        if (pointer >= blocks) {
            throw Faults.malformed(
                    "the block map of inode " + inode.number() + " names block " + pointer + " of " + blocks);
        }
        return pointer;
    }

    @Override
    public Layout load(Inode inode) throws IOException {
        Layout layout = Layout.empty();
        for (int i = 0; i < DIRECT; i++) {
            add(inode, layout, i, pointer(inode, inode.raw(), Inode.MAP + i * 4));
        }
        long logical = DIRECT;
        for (int level = 1; level <= LEVELS; level++) {
            load(inode, pointer(inode, inode.raw(), Inode.MAP + (DIRECT + level - 1) * 4), level, logical, layout);
            logical += span(level);
        }
        return layout;
    }

    private void load(Inode inode, long place, int level, long logical, Layout layout) throws IOException {
        if (place == 0) {
            return;
        }
        layout.maps().add(place);
        if (layout.maps().size() > MAX_RUNS || layout.maps().size() > blocks) {
            throw Faults.unsafe("inode " + inode.number() + " has more than "
                    + layout.maps().size() + " map blocks");
        }
        byte[] table = store.read(place);
        long span = span(level - 1);
        for (int i = 0; i < perBlock; i++) {
            long pointer = pointer(inode, table, i * 4);
            if (level == 1) {
                add(inode, layout, logical + i, pointer);
            } else {
                load(inode, pointer, level - 1, logical + i * span, layout);
            }
        }
    }

    private static void add(Inode inode, Layout layout, long logical, long physical) throws VolumeException {
        if (physical != 0) {
            layout.add(new Run(logical, 1, physical, false));
            if (layout.runs().size() > MAX_RUNS) {
                throw Faults.unsafe("inode " + inode.number() + " has more than " + MAX_RUNS + " runs of blocks");
            }
        }
    }

    @Override
    public void store(Inode inode, Layout layout, Allocator allocator) throws IOException {
        long goal = layout.runs().isEmpty() ? 0 : layout.runs().getFirst().physical();
        MapBlocks places = new MapBlocks(layout, allocator, goal);
        Builder builder = new Builder(layout, places);
        byte[] raw = inode.raw();
        Arrays.fill(raw, Inode.MAP, Inode.MAP + Inode.MAP_SIZE, (byte) 0);
        for (int i = 0; i < DIRECT; i++) {
            put32(raw, Inode.MAP + i * 4, builder.physical(i));
        }
        long logical = DIRECT;
        for (int level = 1; level <= LEVELS; level++) {
            put32(raw, Inode.MAP + (DIRECT + level - 1) * 4, builder.build(level, logical));
            logical += span(level);
        }
        places.finish(inode, layout, store.blockSize());
    }

    /** Walks over the runs in order while the tables are made. */
    private final class Builder {
        private final Layout layout;
        private final MapBlocks places;
        private int current;

        Builder(Layout layout, MapBlocks places) {
            this.layout = layout;
            this.places = places;
        }

        /** The first run that does not end before {@code logical}, or a hole beyond everything. */
        private Run at(long logical) {
            while (current < layout.runs().size() && layout.runs().get(current).end() <= logical) {
                current++;
            }
            return current < layout.runs().size() ? layout.runs().get(current) : Run.hole(Long.MAX_VALUE / 2, 1);
        }

        long physical(long logical) {
            Run run = at(logical);
            return run.logical() <= logical ? run.from(logical).physical() : 0;
        }

        /** A table of {@code level} levels for the blocks from {@code logical} on; 0 where there are none. */
        long build(int level, long logical) throws IOException {
            if (at(logical).logical() >= logical + span(level)) {
                return 0;
            }
            long place = places.take();
            byte[] table = store.fresh(place);
            long span = span(level - 1);
            for (int i = 0; i < perBlock; i++) {
                long from = logical + i * span;
                put32(table, i * 4, level == 1 ? physical(from) : build(level - 1, from));
            }
            return place;
        }
    }

    @Override
    public long maxBlocks() {
        return DIRECT + span(1) + span(2) + span(3);
    }
}
