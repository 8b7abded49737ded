package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the GPT behind a protective MBR, from whichever of its two copies is whole. */
final class GptReader {
    private final VirtualDisk disk;
    private final MbrSector mbr;
    private final List<String> warnings = new ArrayList<>();

    GptReader(VirtualDisk disk, MbrSector mbr) {
        this.disk = disk;
        this.mbr = mbr;
    }

    /** A header whose entries are whole too. */
    private record Copy(GptHeader header, ByteBuffer array, int sectorSize) {}

    /** What became of the attempt to read a copy: it, or why not. */
    private record Attempt(Optional<Copy> copy, String fault) {}

    GptTable read() throws IOException {
        // A raw image does not say how large its sectors were: the header's place tells.
        int told = disk.sectorSize();
        int other = told == 512 ? 4096 : 512;
        Attempt first = attempt(told, 1);
        if (first.copy.isEmpty()) {
            Attempt elsewhere = attempt(other, 1);
            first = elsewhere.copy.isPresent() ? elsewhere : first;
        }
        if (first.copy.isPresent()) {
            checkBackup(first.copy.get());
            return table(first.copy.get());
        }
        for (int sectorSize : new int[] {told, other}) {
            Attempt last = attempt(sectorSize, disk.size() / sectorSize - 1);
            if (last.copy.isPresent()) {
                warnings.add("the first GPT header " + first.fault + ", so the one at the disk's end is used");
                return table(last.copy.get());
            }
        }
        throw new VolumeException(
                Kind.MALFORMED,
                "the MBR says that a GPT follows, but its header " + first.fault
                        + " and there is no whole one at the disk's end; if the image was cut short, take the full one,"
                        + " else repair it with gdisk");
    }

    private Attempt attempt(int sectorSize, long lba) throws IOException {
        try {
            GptHeader header = GptHeader.read(disk, sectorSize, lba);
            return new Attempt(Optional.of(new Copy(header, header.readArray(disk, sectorSize), sectorSize)), "");
        } catch (VolumeException e) {
            return new Attempt(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private void checkBackup(Copy primary) throws IOException {
        long end = disk.size() / primary.sectorSize - 1;
        long other = primary.header.other();
        Attempt backup = attempt(primary.sectorSize, other);
        if (backup.copy.isEmpty()) {
            warnings.add("the GPT's backup header " + backup.fault);
        } else if (backup.copy.get().header.entriesSum() != primary.header.entriesSum()) {
            warnings.add("the GPT's backup differs from the GPT");
        } else if (other != end) {
            warnings.add("the GPT's backup lies in sector " + other + ", not in the disk's last, " + end);
        }
    }

    private GptTable table(Copy copy) {
        GptHeader header = copy.header;
        List<GptEntry> entries = new ArrayList<>();
        for (int slot = 0; slot < header.slots(); slot++) {
            ByteBuffer entry = copy.array
                    .slice(slot * header.entrySize(), header.entrySize())
                    .order(copy.array.order());
            if (!Guid.read(entry, 0).equals(Guid.NONE)) {
                entries.add(GptEntry.read(entry, slot + 1));
            }
        }
        long sectors = disk.size() / copy.sectorSize;
        List<Span> spans = entries.stream().map(GptEntry::span).toList();
        List<Span> inside =
                spans.stream().filter(span -> !span.outside(sectors)).toList();
        warnings.addAll(Span.beyond(spans, sectors));
        warnings.addAll(Span.overlaps(inside));
        List<MbrEntry> hybrid = mbr.entries().size() > 1 ? mbr.entries() : List.of();
        // Where the primary was lost its array is made anew in the usual place.
        long entriesAt = header.self() == 1 ? header.entriesAt() : 2;
        GptTable.Array array = new GptTable.Array(entriesAt, header.slots(), header.entrySize());
        return new GptTable(
                copy.sectorSize, sectors, header.disk(), header.firstUsable(), array, entries, hybrid, warnings);
    }
}
