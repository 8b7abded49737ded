package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/** Looks at all metadata of an opened file, and at what its blocks say of each other. */
final class VhdxCheck {
    private static final long RESERVED_BITS = 0xFFFF8;
    /** A bit a MiB: 32 MiB of memory for what no file system holds in one file. */
    private static final long LONGEST = 1L << 48;

    private final VhdxStructure structure;
    private final VhdxMetadata metadata;
    private final VhdxFile file;
    private final FindingList findings;
    private final BitSet takenMebibytes = new BitSet();

    VhdxCheck(VhdxStructure structure) {
        this.structure = structure;
        this.metadata = structure.metadata();
        this.file = structure.file();
        this.findings = new FindingList(file.host().path());
    }

    List<Finding> run() throws IOException {
        structure.notes().forEach(note -> findings.add(Severity.LEAK, note));
        if (structure.header().hasLog()) {
            findings.add(
                    Severity.NOTE,
                    structure.header().logOffset(),
                    "the log holds changes that are not in place; they are replayed when the disk is opened");
        }
        checkRegionCopies();
        if (file.length() > LONGEST) {
            findings.add(Severity.NOTE, "the file is too long for overlaps to be looked for");
            return findings.findings();
        }
        takeMetadata();
        VhdxBlockMap map = new VhdxBlockMap(structure);
        for (long block = 0; block < metadata.blocks(); block++) {
            checkBlock(map, block, map.entry(block));
        }
        checkUnused();
        return findings.findings();
    }

    private void checkRegionCopies() throws IOException {
        ByteBuffer first = file.structure(VhdxRegion.FIRST_TABLE_AT, VhdxRegion.TABLE_BYTES);
        ByteBuffer second = file.structure(VhdxRegion.SECOND_TABLE_AT, VhdxRegion.TABLE_BYTES);
        if (!VhdxRegion.tableIsValid(second)) {
            findings.add(Severity.LEAK, VhdxRegion.SECOND_TABLE_AT, "the second copy of the region table is damaged");
        } else if (VhdxRegion.tableIsValid(first) && !first.equals(second)) {
            findings.add(Severity.LEAK, VhdxRegion.SECOND_TABLE_AT, "the two copies of the region table differ");
        }
    }

    private void takeMetadata() {
        take(0, VhdxStructure.MEBIBYTE);
        take(structure.header().logOffset(), structure.header().logLength());
        take(structure.table().offset(), structure.table().length());
        take(structure.metadataRegion().offset(), structure.metadataRegion().length());
    }

    private void take(long start, long length) {
        if (start >= 0 && start < file.length()) {
            takenMebibytes.set(mebibytes(start), mebibytes(Math.min(file.length(), start + length)));
        }
    }

    /** How many MiB there are up to a byte, the last one perhaps in part. */
    private static int mebibytes(long bytes) {
        return (int) Math.ceilDiv(bytes, VhdxStructure.MEBIBYTE);
    }

    private void checkBlock(VhdxBlockMap map, long block, long entry) throws IOException {
        long at = structure.table().offset() + metadata.entryOf(block) * Long.BYTES;
        int state = VhdxBlockMap.state(entry);
        if ((entry & RESERVED_BITS) != 0) {
            findings.add(Severity.NOTE, at, "block " + block + " has reserved bits set in the table of blocks");
        }
        if (state == 4) {
            findings.add(Severity.ERROR, at, "block " + block + " is in the unknown state 4");
        } else if (state == VhdxBlockMap.ZERO && VhdxBlockMap.place(entry) != 0) {
            findings.add(Severity.NOTE, at, "block " + block + " is zero but has a place; Hyper-V refuses such a disk");
        } else if (VhdxBlockMap.isStored(state)) {
            checkPlace(map, block, entry, at);
        }
    }

    private void checkPlace(VhdxBlockMap map, long block, long entry, long at) {
        long start = VhdxBlockMap.place(entry);
        if (VhdxBlockMap.state(entry) == VhdxBlockMap.PARTIALLY_PRESENT
                && metadata.parent().isEmpty()) {
            findings.add(Severity.ERROR, at, "block " + block + " lacks sectors, but the disk has no parent");
        }
        if (map.isOutside(block, start)) {
            findings.add(
                    Severity.ERROR,
                    at,
                    "block %d is said to lie at byte %s, over the disk's own metadata or beyond the end of the file"
                            .formatted(block, Long.toUnsignedString(start)));
            return;
        }
        int first = mebibytes(start);
        int end = mebibytes(Math.min(file.length(), start + metadata.blockBytes()));
        int taken = takenMebibytes.nextSetBit(first);
        if (taken >= 0 && taken < end) {
            findings.add(
                    Severity.ERROR,
                    taken * VhdxStructure.MEBIBYTE,
                    "block " + block + " lies where something else does");
        }
        takenMebibytes.set(first, end);
        if (start + metadata.blockBytes() > file.length()) {
            findings.add(
                    Severity.NOTE, start, "the file ends within block " + block + ", behind what the disk needs of it");
        }
    }

    private void checkUnused() throws IOException {
        takeBitmaps();
        int all = mebibytes(file.length());
        int unused = all - takenMebibytes.get(0, all).cardinality();
        if (unused > 0) {
            findings.add(Severity.LEAK, unused + " MiB of the file are used by nothing");
        }
    }

    private void takeBitmaps() throws IOException {
        if (metadata.parent().isEmpty()) {
            return; // Programs leave anything in these entries where they do not count.
        }
        VhdxBlockMap map = new VhdxBlockMap(structure);
        for (long block = 0; block < metadata.blocks(); block += metadata.chunkRatio()) {
            long entry = map.bitmapEntry(block);
            if (VhdxBlockMap.state(entry) == VhdxBlockMap.FULLY_PRESENT) {
                take(VhdxBlockMap.place(entry), VhdxStructure.MEBIBYTE);
            }
        }
    }
}
