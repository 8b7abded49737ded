package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.NewImageFile;
import dev.bothways.disk.format.packed.DeflatePacker;
import dev.bothways.disk.format.packed.DeflateWrapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A stream-optimised disk being filled, from the beginning of the file to its end, so that it can go into a pipe. Each table
 * follows the grains that it tells of, and the directory and the footer come last: without a footer nobody takes the file for
 * whole. The header has version 3, for ESXi calls older ones too old.
 */
final class StreamVmdkWriter implements ImageWriter {
    private static final int SECTOR = SparseHeader.SECTOR;
    private static final int UNIT = NewSparseExtent.GRAIN_BYTES;
    private static final int TABLE_SECTORS = SparseHeader.TABLE_ENTRIES * Integer.BYTES / SECTOR;
    private static final long MOST_SECTORS = 0xFFFF_FFFFL;
    private static final int VERSION = 3;
    private static final int OVERHEAD = 128;

    private final NewImageFile image;
    private final int[] directory;
    private final int[] table = new int[SparseHeader.TABLE_ENTRIES];
    private long currentTable = -1;
    private long end = OVERHEAD;

    StreamVmdkWriter(NewImageFile image, NewDescriptor descriptor) throws IOException {
        this.image = image;
        this.directory = new int[Math.toIntExact(Math.ceilDiv(image.size(), (long) UNIT * SparseHeader.TABLE_ENTRIES))];
        HostFile file = image.file();
        String text = descriptor.text(List.of(image.size()));
        file.write(0, header(SparseHeader.AT_END).bytes());
        file.write(SECTOR, DescriptorArea.of(file.path(), text, NewSparseExtent.DESCRIPTOR_SECTORS));
    }

    private SparseHeader header(long directoryAt) {
        return new SparseHeader(
                VERSION,
                SparseHeader.NEWLINES | SparseHeader.COMPRESSED | SparseHeader.MARKERS,
                image.size() / SECTOR,
                NewSparseExtent.GRAIN_SECTORS,
                1,
                NewSparseExtent.DESCRIPTOR_SECTORS,
                SparseHeader.TABLE_ENTRIES,
                0,
                directoryAt,
                OVERHEAD,
                false,
                SparseHeader.DEFLATE);
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public long unit() {
        return UNIT;
    }

    @Override
    public boolean sequential() {
        return image.file().isPipe();
    }

    @Override
    public List<Place> place(long offset, long length) {
        throw new UnsupportedOperationException("each grain of a stream is packed before it is placed");
    }

    @Override
    public Optional<Packing> packing() {
        return Optional.of(new GrainPacking());
    }

    private final class GrainPacking implements Packing {
        @Override
        public Packer packer() {
            return new GrainPacker();
        }

        @Override
        public int mostPacked() {
            int most = PackedGrains.MARKER_BYTES + DeflatePacker.mostPacked(UNIT);
            return Math.ceilDiv(most, SECTOR) * SECTOR;
        }

        @Override
        public Place place(long offset, int packedLength) throws IOException {
            long length = Math.min(UNIT, image.size() - offset);
            image.advance(offset, length);
            long grain = offset / UNIT;
            enter(grain / SparseHeader.TABLE_ENTRIES);
            if (end + packedLength / SECTOR > MOST_SECTORS) {
                throw new DiskImageException(
                        Kind.UNSUPPORTED,
                        image.file().path(),
                        "a streamOptimized VMDK has 2 TiB at most, and this disk needs more even when it is packed");
            }
            table[(int) (grain % SparseHeader.TABLE_ENTRIES)] = (int) end;
            Place place = new Place(offset, length, image.file(), end * SECTOR);
            end += packedLength / SECTOR;
            return place;
        }
    }

    /** Packs grains; whole sectors, the guest's sector and the length in front. */
    private static final class GrainPacker implements Packer {
        private final DeflatePacker packer = new DeflatePacker(DeflateWrapping.ZLIB);

        @Override
        public boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) {
            int start = packed.position();
            packed.position(start + PackedGrains.MARKER_BYTES);
            if (!packer.pack(unit, packed)) {
                throw new IllegalArgumentException("a grain has no room in " + packed.remaining() + " bytes");
            }
            int length = packed.position() - start;
            ByteBuffer marker = packed.slice(start, PackedGrains.MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            marker.putLong(offset / SECTOR).putInt(length - PackedGrains.MARKER_BYTES);
            for (int i = length; i % SECTOR != 0; i++) {
                packed.put((byte) 0);
            }
            return true;
        }

        @Override
        public void close() {
            packer.close();
        }
    }

    private void enter(long index) throws IOException {
        if (index == currentTable) {
            return;
        }
        writeTable();
        currentTable = index;
    }

    private void writeTable() throws IOException {
        if (currentTable < 0) {
            return;
        }
        directory[(int) currentTable] = (int) writeMarked(MarkedGrains.TABLE, TABLE_SECTORS, table);
        Arrays.fill(table, 0);
    }

    /** Writes a marker and numbers behind it, and gives the sector of the numbers. */
    private long writeMarked(int type, int sectors, int[] numbers) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((1 + sectors) * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(sectors).putInt(0).putInt(type);
        bytes.position(SECTOR)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(numbers);
        image.file().write(end * SECTOR, bytes.clear());
        long start = end + 1;
        end = start + sectors;
        return start;
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        HostFile file = image.file();
        writeTable();
        currentTable = -1;
        int sectors = Math.ceilDiv(directory.length * Integer.BYTES, SECTOR);
        long directoryAt = writeMarked(MarkedGrains.DIRECTORY, sectors, directory);
        file.force();
        // Marker, footer, and a sector of zeros as the end of the stream.
        ByteBuffer footer = ByteBuffer.allocate(3 * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        footer.putLong(1).putInt(0).putInt(MarkedGrains.FOOTER);
        footer.position(SECTOR).put(header(directoryAt).bytes());
        file.write(end * SECTOR, footer.clear());
        file.force();
        image.finished();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
