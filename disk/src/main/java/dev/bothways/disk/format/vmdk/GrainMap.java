package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import java.io.IOException;
import java.util.Optional;

/** Where the bytes of a sparse extent are. A grain that was never written is the parent's. */
final class GrainMap implements RangeMap {
    private static final int LONGEST_WALK = 1 << 14;
    private static final long MOST_COUNTED = 1 << 28;

    private final HostFile file;
    private final long fileLength;
    private final GrainLookup grains;
    private final long grainBytes;
    private final Optional<PackedGrains> packed;

    GrainMap(HostFile file, GrainLookup grains, long grainBytes, Optional<PackedGrains> packed) throws IOException {
        this.file = file;
        this.fileLength = file.size();
        this.grains = grains;
        this.grainBytes = grainBytes;
        this.packed = packed;
    }

    GrainLookup grains() {
        return grains;
    }

    long grainBytes() {
        return grainBytes;
    }

    Optional<PackedGrains> packed() {
        return packed;
    }

    /** How many grains have a place in the file; zero where there are too many to count. */
    long countStored() throws IOException {
        long count = 0;
        if (grains.grains() > MOST_COUNTED) {
            return 0;
        }
        for (long grain = 0; grain < grains.grains(); ) {
            long next = grains.behindAbsentTable(grain);
            if (next > grain) {
                grain = next;
                continue;
            }
            count += grains.place(grain) >= 0 ? 1 : 0;
            grain++;
        }
        return count;
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long grain = offset / grainBytes;
        long place = grains.place(grain);
        if (place == GrainLookup.ABSENT) {
            return new Piece.Below(Math.min(limit, endOf(grain, place, limit) * grainBytes) - offset);
        }
        if (place == GrainLookup.ZERO) {
            return new Piece.Zeros(Math.min(limit, endOf(grain, place, limit) * grainBytes) - offset);
        }
        checkPlace(grain, place);
        long skip = offset - grain * grainBytes;
        if (packed.isPresent()) {
            PackedGrains source = packed.get();
            long length = Math.min(limit, (grain + 1) * grainBytes) - offset;
            return new Piece.Packed(length, into -> source.read(grain, place, (int) skip, into));
        }
        long length = Math.min(limit, endOfNeighbours(grain, place, limit) * grainBytes) - offset;
        long start = place + skip;
        if (start + length > fileLength) {
            long first = Math.min(length, grainBytes - skip);
            if (start + first > fileLength) {
                throw cut(grain, place);
            }
            length = first;
        }
        return new Piece.InFile(length, start);
    }

    private long endOf(long grain, long kind, long limit) throws IOException {
        long last = Math.ceilDiv(limit, grainBytes);
        long next = grain;
        for (int steps = 0; steps < LONGEST_WALK && next < last; steps++) {
            long behind = kind == GrainLookup.ABSENT ? grains.behindAbsentTable(next) : next;
            if (behind > next) {
                next = behind;
            } else if (grains.place(next) == kind) {
                next++;
            } else {
                return next;
            }
        }
        return next;
    }

    private long endOfNeighbours(long grain, long place, long limit) throws IOException {
        long last = Math.min(grain + LONGEST_WALK, Math.ceilDiv(limit, grainBytes));
        long next = grain + 1;
        while (next < last
                && place + (next - grain + 1) * grainBytes <= fileLength
                && grains.place(next) == place + (next - grain) * grainBytes) {
            next++;
        }
        return next;
    }

    /** Refuses a grain beyond the end of the file or over the header or a directory. */
    void checkPlace(long grain, long place) throws DiskImageException {
        if (place >= fileLength) {
            throw cut(grain, place);
        }
        for (GrainLookup.Range part : grains.fixedParts()) {
            if (part.overlaps(place, place + (packed.isPresent() ? 1 : grainBytes))) {
                throw new DiskImageException(
                        Kind.MALFORMED,
                        file.path(),
                        place,
                        "grain %d is said to lie over %s; its grain table is damaged".formatted(grain, part.name()));
            }
        }
    }

    private DiskImageException cut(long grain, long place) {
        return new DiskImageException(
                Kind.TRUNCATED,
                file.path(),
                place,
                "grain " + grain
                        + " is said to lie here, beyond the end of the file; copy it again from where it came from");
    }
}
