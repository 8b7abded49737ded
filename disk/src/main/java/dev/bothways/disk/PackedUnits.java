package dev.bothways.disk;

import dev.bothways.disk.CopyParts.Part;
import dev.bothways.disk.DataChunks.Chunk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The units of one piece after the other on their way into a compressed image. One thread has it. */
final class PackedUnits implements Closeable {
    private final ImageWriter.Packing packing;
    private final ImageWriter.Packer packer;
    private final int unit;
    private final ByteBuffer packed;
    private final List<Unit> units = new ArrayList<>();

    /** A unit of the piece: packed bytes {@code [from, to)}, or none where it goes as it is, or is zeros. */
    private record Unit(long offset, Part part, int from, int to) {}

    /** Where packed bytes {@code [from, to)} go. */
    private record Run(HostFile file, long position, int from, int to) {}

    private final List<Run> runs = new ArrayList<>();

    PackedUnits(ImageWriter.Packing packing, int unit, int chunkBytes) {
        this.packing = packing;
        this.packer = packing.packer();
        this.unit = unit;
        this.packed =
                ByteBuffer.allocateDirect(Math.multiplyExact(Math.ceilDiv(chunkBytes, unit), packing.mostPacked()));
    }

    /** Packs the units of a piece that hold any of its parts. */
    void pack(ByteBuffer piece, Chunk chunk, CopyParts parts) throws IOException {
        units.clear();
        runs.clear();
        packed.clear();
        for (Part part : parts.units(unit, (int) chunk.length())) {
            int from = packed.position();
            boolean gained = !part.zeros()
                    && packer.pack(
                            chunk.offset() + part.start(),
                            piece.clear().position(part.start()).limit(part.start() + unit),
                            packed);
            int to = gained ? packed.position() : from;
            packed.position(to);
            units.add(new Unit(chunk.offset() + part.start(), part, from, to));
        }
    }

    /** Gives every unit its place; those that go as they are are added to {@code plain}. */
    void place(ImageWriter target, List<ImageWriter.Place> plain) throws IOException {
        for (Unit each : units) {
            int length = each.part.end() - each.part.start();
            if (each.part.zeros()) {
                target.zero(each.offset, length);
            } else if (each.from == each.to) {
                plain.addAll(target.place(each.offset, length));
            } else {
                ImageWriter.Place place = packing.place(each.offset, each.to - each.from);
                add(new Run(place.file(), place.fileOffset(), each.from, each.to));
            }
        }
    }

    private void add(Run run) {
        if (!runs.isEmpty()) {
            Run last = runs.getLast();
            if (last.to == run.from
                    && last.file.equals(run.file)
                    && last.position + (last.to - last.from) == run.position) {
                runs.set(runs.size() - 1, new Run(last.file, last.position, last.from, run.to));
                return;
            }
        }
        runs.add(run);
    }

    /** Writes what was packed and placed. How many bytes. */
    long write() throws IOException {
        long written = 0;
        for (Run run : runs) {
            run.file.write(run.position, packed.clear().position(run.from).limit(run.to));
            written += run.to - run.from;
        }
        return written;
    }

    @Override
    public void close() throws IOException {
        packer.close();
    }
}
