package dev.bothways.disk.format.vdi;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.mapped.Guid;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** Looks at the header and the whole map of blocks, and at what its entries say of each other. */
final class VdiCheck {
    /** A bit a place for a block: 32 MiB of memory at most. */
    private static final long MOST_PLACES = 1L << 28;

    private final VdiStructure structure;
    private final VdiHeader header;
    private final FindingList findings;
    private final BitSet taken = new BitSet();
    private long stored;
    private long highest = -1;

    VdiCheck(VdiStructure structure) {
        this.structure = structure;
        this.header = structure.header();
        this.findings = new FindingList(structure.file().path());
    }

    List<Finding> run() throws IOException {
        structure.notes().forEach(note -> findings.add(Severity.NOTE, note));
        checkIds();
        VdiBlockMap map = new VdiBlockMap(structure);
        for (long block = 0; block < header.blocks(); block++) {
            long entry = map.entry(block);
            if (VdiBlockMap.isStored(entry)) {
                checkPlace(map, block, entry);
            } else if (structure.kind() == VdiKind.FIXED) {
                findings.add(Severity.NOTE, at(block), "block " + block + " has no place, though the disk is fixed");
            }
        }
        checkCounts();
        return findings.findings();
    }

    private void checkIds() {
        if (header.id().equals(Guid.NONE)) {
            findings.add(Severity.NOTE, "it has no id; VirtualBox refuses it");
        } else if (header.dataId().equals(Guid.NONE)) {
            findings.add(Severity.NOTE, "it has no id of its data; VirtualBox refuses it");
        }
        if (header.blocks() > structure.blocks()) {
            findings.add(
                    Severity.NOTE,
                    "the map has %d entries, of which %d count".formatted(header.blocks(), structure.blocks()));
        }
    }

    private long at(long block) {
        return header.tableOffset() + block * Integer.BYTES;
    }

    private void checkPlace(VdiBlockMap map, long block, long entry) {
        if (block >= structure.blocks()) {
            findings.add(Severity.LEAK, at(block), "block " + block + " lies beyond the end of the disk");
        } else if (map.isOutside(block, entry)) {
            findings.add(
                    Severity.ERROR,
                    at(block),
                    "block " + block + " is number " + entry + " of the file, beyond its end");
            return;
        }
        stored++;
        highest = Math.max(highest, entry);
        if (entry < MOST_PLACES) {
            if (taken.get((int) entry)) {
                findings.add(
                        Severity.ERROR,
                        at(block),
                        "block " + block + " is number " + entry + " of the file, as another block is");
            }
            taken.set((int) entry);
        }
    }

    private void checkCounts() {
        if (highest >= MOST_PLACES) {
            findings.add(Severity.NOTE, "the file is too long for all overlaps to be looked for");
        }
        if (highest >= header.allocated()) {
            findings.add(
                    Severity.ERROR,
                    388,
                    "the header counts %d blocks, but one is number %d of the file: a program that writes would put another over it"
                            .formatted(header.allocated(), highest));
        } else if (stored != header.allocated()) {
            findings.add(
                    Severity.LEAK,
                    388,
                    "the header counts %d blocks, but the map has %d".formatted(header.allocated(), stored));
        }
        long places = Math.max(0, structure.fileLength() - header.dataOffset()) / structure.strideBytes();
        long unused = places - Math.max(stored, header.allocated());
        if (unused > 0) {
            findings.add(Severity.LEAK, unused + " blocks of the file are used by nothing");
        }
    }
}
