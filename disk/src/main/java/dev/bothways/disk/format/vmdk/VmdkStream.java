package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.DiskStream;
import dev.bothways.disk.PipeInput;
import dev.bothways.disk.format.packed.DeflateUnpacker;
import dev.bothways.disk.format.packed.DeflateWrapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stream-optimised VMDK from its beginning to its end, led by its markers alone: tables, directory and footer, which come when
 * the grains have passed, are not needed. The marker of the end tells that it is whole.
 */
public final class VmdkStream implements DiskStream {
    private static final int SECTOR = SparseHeader.SECTOR;

    private final PipeInput in;
    private final SparseHeader header;
    private final DeflateUnpacker unpacker = new DeflateUnpacker(DeflateWrapping.ZLIB);
    private final ByteBuffer marker = ByteBuffer.allocateDirect(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    private long nextSector;
    private boolean footerSeen;

    private VmdkStream(PipeInput in, SparseHeader header) {
        this.in = in;
        this.header = header;
    }

    /**
     * Begins to read.
     *
     * @param size that of the disk, if somebody knows it: then it must be true
     * @throws DiskImageException where it is a VMDK that cannot be read in one pass
     */
    public static DiskStream open(PipeInput in, OptionalLong size) throws IOException {
        byte[] beginning = in.peek(Integer.BYTES);
        if (beginning.length == Integer.BYTES && !SparseHeader.hasMagic(ByteBuffer.wrap(beginning))) {
            throw notOnePass(in, "only a streamOptimized one can be read so");
        }
        ByteBuffer sector = ByteBuffer.allocate(SparseHeader.BYTES);
        in.read(sector);
        SparseHeader header = SparseHeader.of(in.name(), sector.flip());
        if (!header.has(SparseHeader.COMPRESSED) || !header.has(SparseHeader.MARKERS)) {
            throw notOnePass(in, "its grains have no markers, which a streamOptimized one has");
        }
        long bytes = header.capacity() * SECTOR;
        if (size.isPresent() && size.getAsLong() != bytes) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    in.name(),
                    "the disk has " + bytes + " bytes, not the " + size.getAsLong() + " that it was said to have");
        }
        readDescriptor(in, header);
        return new VmdkStream(in, header);
    }

    private static DiskImageException notOnePass(PipeInput in, String why) {
        return new DiskImageException(
                Kind.UNSUPPORTED,
                in.name(),
                "this VMDK cannot be read from its beginning to its end: " + why + "; save it in a file and name that");
    }

    /** Reads up to the first marker, and judges what the descriptor says. */
    private static void readDescriptor(PipeInput in, SparseHeader header) throws IOException {
        long descriptorEnd = header.descriptorAt() + header.descriptorLength();
        long begin = Math.max(1, header.overhead() > 0 ? header.overhead() : descriptorEnd);
        if (header.descriptorLength() > 0 && header.descriptorAt() >= 1 && descriptorEnd <= begin) {
            if (header.descriptorLength() * SECTOR > VmdkDescriptor.LONGEST) {
                throw new DiskImageException(Kind.UNSAFE, in.name(), "the descriptor is longer than 1 MiB");
            }
            in.skip((header.descriptorAt() - 1) * SECTOR);
            ByteBuffer text = ByteBuffer.allocate((int) header.descriptorLength() * SECTOR);
            in.read(text);
            VmdkDescriptor descriptor = VmdkDescriptor.of(in.name(), text.flip());
            VmdkStructure.refuseWhatIsNotRead(in.name(), descriptor);
            if (descriptor.parentCid().isPresent()) {
                throw notOnePass(in, "it holds only the differences to a parent");
            }
            if (descriptor.extents().size() > 1) {
                throw notOnePass(in, "it is one of several files of a disk");
            }
        }
        in.skip(begin * SECTOR - in.position());
    }

    private final class Grain implements Piece {
        private final long sector;
        private final long at;
        private final ByteBuffer packed;

        Grain(long sector, long at, ByteBuffer packed) {
            this.sector = sector;
            this.at = at;
            this.packed = packed;
        }

        @Override
        public long offset() {
            return sector * SECTOR;
        }

        @Override
        public int length() {
            return (int) Math.min(header.grainBytes(), size() - offset());
        }

        @Override
        public void read(ByteBuffer into) throws IOException {
            if (length() == header.grainBytes()) {
                unpack(into);
                return;
            }
            ByteBuffer whole = ByteBuffer.allocateDirect((int) header.grainBytes());
            unpack(whole);
            into.put(whole.flip().limit(length()));
        }

        private void unpack(ByteBuffer into) throws IOException {
            try {
                PackedGrains.unpack(unpacker, packed, into, length());
            } catch (IOException e) {
                String what = "the grain of sector " + sector + " lies here, but " + e.getMessage();
                throw new DiskImageException(Kind.MALFORMED, in.name(), at, what);
            }
        }
    }

    @Override
    public long size() {
        return header.capacity() * SECTOR;
    }

    @Override
    public Optional<Piece> next() throws IOException {
        while (true) {
            long at = in.position();
            in.read(marker.clear());
            long value = marker.getLong(0);
            long length = Integer.toUnsignedLong(marker.getInt(8));
            if (length > 0) {
                return Optional.of(grain(value, length, at));
            }
            switch (marker.getInt(12)) {
                case MarkedGrains.END -> {
                    if (header.directoryAt() == SparseHeader.AT_END && !footerSeen) {
                        // Zeros look like this marker.
                        throw damaged(at, "its end, before its footer,");
                    }
                    return Optional.empty();
                }
                case MarkedGrains.TABLE, MarkedGrains.DIRECTORY -> skip(value, at);
                case MarkedGrains.FOOTER -> {
                    footerSeen = true;
                    skip(value, at);
                }
                default -> throw damaged(at, "a marker of the unknown type " + marker.getInt(12));
            }
        }
    }

    private void skip(long sectors, long at) throws IOException {
        if (sectors < 0 || sectors > SparseHeader.LARGEST) {
            throw damaged(at, "a marker of " + Long.toUnsignedString(sectors) + " sectors");
        }
        in.skip(sectors * SECTOR);
    }

    private Grain grain(long sector, long length, long at) throws IOException {
        if (sector < 0 || sector >= header.capacity() || sector % header.grain() != 0) {
            throw damaged(at, "a grain for sector " + Long.toUnsignedString(sector));
        }
        if (length > PackedGrains.longest((int) header.grainBytes())) {
            throw damaged(at, "a grain of " + length + " bytes");
        }
        if (sector < nextSector) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    in.name(),
                    at,
                    "the grain of sector " + sector
                            + " comes after later ones; save the stream in a file and name that");
        }
        nextSector = sector + header.grain();
        ByteBuffer packed = ByteBuffer.allocate((int) length);
        int here = (int) Math.min(length, SECTOR - PackedGrains.MARKER_BYTES);
        packed.put(0, marker, PackedGrains.MARKER_BYTES, here).position(here);
        in.read(packed);
        in.skip(Math.floorMod(-in.position(), SECTOR));
        return new Grain(sector, at, packed.flip());
    }

    private DiskImageException damaged(long at, String what) {
        return new DiskImageException(
                Kind.MALFORMED,
                in.name(),
                at,
                "the stream has " + what + " here; send it again from where it came from");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
