package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An image of units in the order in which they came, some packed: a plain one that shows what the copy engine does. */
final class UnitWriter implements ImageWriter {
    static final int UNIT = 64 << 10;

    /** A unit or part: where it lies in the file, and whether it is packed. Of length -1: zeros over a parent. */
    record Entry(long length, long position, int packed) {}

    private final HostFile file;
    private final long size;
    private final Optional<VirtualDisk> parent;
    private final boolean packs;
    private final Map<Long, Entry> entries = new TreeMap<>();
    private final List<Long> order = new ArrayList<>();
    private long end;

    UnitWriter(Path path, long size, Optional<VirtualDisk> parent, boolean packs) throws IOException {
        this.file = HostFile.create(path, false);
        this.size = size;
        this.parent = parent;
        this.packs = packs;
    }

    /** Where placing was asked for, in order. */
    List<Long> order() {
        return order;
    }

    /** What was placed. */
    Map<Long, Entry> entries() {
        return entries;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long unit() {
        return UNIT;
    }

    @Override
    public Optional<VirtualDisk> parent() {
        return parent;
    }

    @Override
    public long grain() {
        return parent.isPresent() ? UNIT : 1;
    }

    @Override
    public List<Place> place(long offset, long length) {
        return List.of(take(offset, length, length, 0));
    }

    @Override
    public void zero(long offset, long length) {
        order.add(offset);
        entries.put(offset, new Entry(length, 0, -1));
    }

    private Place take(long offset, long length, long inFile, int packed) {
        order.add(offset);
        entries.put(offset, new Entry(length, end, packed));
        end += inFile;
        return new Place(offset, length, file, end - inFile);
    }

    @Override
    public Optional<Packing> packing() {
        return packs ? Optional.of(new HalfPacking()) : Optional.empty();
    }

    /** Packs units whose second half is zeros, by leaving that out. */
    private final class HalfPacking implements Packing {
        @Override
        public Packer packer() {
            return new Packer() {
                @Override
                public boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) {
                    if (unit.remaining() != UNIT || packed.remaining() < mostPacked()) {
                        throw new AssertionError("not a whole unit, or no room");
                    }
                    if (!ZeroBytes.all(unit, unit.position() + UNIT / 2, UNIT / 2)) {
                        packed.putLong(offset);
                        return false;
                    }
                    packed.put(unit.slice(unit.position(), UNIT / 2));
                    return true;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public int mostPacked() {
            return UNIT;
        }

        @Override
        public Place place(long offset, int packedLength) {
            return take(offset, Math.min(UNIT, size - offset), packedLength, packedLength);
        }
    }

    /** What a guest sees of it. */
    byte[] guest() throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) size);
        if (parent.isPresent()) {
            parent.get().read(0, all.limit((int) Math.min(size, parent.get().size())));
        }
        for (Map.Entry<Long, Entry> each : entries.entrySet()) {
            Entry entry = each.getValue();
            byte[] bytes = new byte[(int) Math.max(entry.length, UNIT)];
            if (entry.packed >= 0) {
                long stored = entry.packed > 0 ? entry.packed : entry.length;
                file.read(entry.position, ByteBuffer.wrap(bytes, 0, (int) stored));
            }
            all.clear().position(each.getKey().intValue()).put(bytes, 0, (int) entry.length);
        }
        return all.array();
    }

    @Override
    public void finish() {}

    @Override
    public void close() throws IOException {
        file.discard();
    }
}
