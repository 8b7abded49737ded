package dev.bothways.disk.format.vhd;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ZeroBytes;
import dev.bothways.disk.format.mapped.FindingList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Looks at all metadata of an opened file, and at what its blocks say of each other. */
final class VhdCheck {
    private static final int MOST_BLOCKS = 1 << 24;

    private final HostFile file;
    private final VhdStructure structure;
    private final FindingList findings;

    VhdCheck(HostFile file, VhdStructure structure) {
        this.file = file;
        this.structure = structure;
        this.findings = new FindingList(file.path());
    }

    List<Finding> run() throws IOException {
        structure.notes().forEach(note -> findings.add(Severity.LEAK, note));
        VhdGeometry geometry = structure.footer().geometry();
        if (geometry.sectors() == 0) {
            findings.add(Severity.NOTE, "the footer gives no geometry; old guests cannot boot from it");
        }
        if (structure.kind() == VhdKind.FIXED) {
            checkFixed();
        } else {
            checkCopies();
            checkBlocks();
        }
        return findings.findings();
    }

    private void checkFixed() {
        long extra = structure.footerStart() - structure.size();
        if (extra > 0) {
            findings.add(Severity.NOTE, structure.size(), extra + " bytes lie between the disk and the footer, unused");
        }
    }

    private void checkCopies() throws IOException {
        ByteBuffer start = read(0);
        ByteBuffer end = read(structure.fileLength() - VhdFooter.BYTES);
        if (!VhdFooter.hasCookie(start) || !VhdFooter.checksumHolds(start)) {
            findings.add(Severity.LEAK, 0, "the copy of the footer at the beginning is damaged");
        } else if (VhdFooter.hasCookie(end) && VhdFooter.checksumHolds(end) && !start.equals(end)) {
            findings.add(Severity.LEAK, 0, "the copy of the footer at the beginning differs from the footer");
        }
        long entries = structure.header().orElseThrow().tableEntries();
        long blocks = new VhdBlockMap(file, structure).blocks();
        if (entries > blocks) {
            findings.add(
                    Severity.NOTE, "the allocation table has " + entries + " entries, of which " + blocks + " count");
        }
    }

    private ByteBuffer read(long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(VhdFooter.BYTES);
        file.read(at, bytes);
        return bytes.flip();
    }

    private void checkBlocks() throws IOException {
        VhdBlockMap map = new VhdBlockMap(file, structure);
        long blockBytes = structure.header().orElseThrow().blockBytes();
        long length = VhdBlockMap.bitmapBytes(blockBytes) + blockBytes;
        long[] starts = new long[1024];
        int used = 0;
        for (long block = 0; block < map.blocks(); block++) {
            long start = map.blockStart(block);
            if (start < 0) {
                continue;
            }
            checkPlace(map, block, start, start + length);
            if (used == MOST_BLOCKS) {
                findings.add(Severity.NOTE, "more than " + MOST_BLOCKS + " blocks: overlaps were looked for in these");
                break;
            }
            if (used == starts.length) {
                starts = Arrays.copyOf(starts, used * 2);
            }
            starts[used++] = start;
        }
        checkOverlaps(Arrays.copyOf(starts, used), length);
    }

    private void checkPlace(VhdBlockMap map, long block, long start, long end) throws IOException {
        if (map.overlapsMetadata(start, end)) {
            findings.add(Severity.ERROR, start, "block " + block + " lies over the disk's own metadata");
        } else if (end > structure.fileLength()) {
            findings.add(Severity.ERROR, start, "block " + block + " reaches beyond the end of the file");
        } else if (end > structure.footerStart()) {
            findings.add(Severity.ERROR, start, "block " + block + " lies over the footer");
        } else {
            checkUnwrittenSectors(map, block, start);
        }
    }

    /** Programs differ in whether they look at the bitmap; where it hides data, the disk is another one to each. */
    private void checkUnwrittenSectors(VhdBlockMap map, long block, long start) throws IOException {
        BitSet written = map.writtenSectors(start);
        long blockBytes = structure.header().orElseThrow().blockBytes();
        int sectors = (int) (Math.min(blockBytes, structure.size() - block * blockBytes) / VhdFooter.SECTOR_BYTES);
        ByteBuffer run = ByteBuffer.allocate(64 << 10);
        int sector = written.nextClearBit(0);
        while (sector < sectors && structure.kind() == VhdKind.DYNAMIC) {
            int next = written.nextSetBit(sector);
            int end = Math.min(
                    Math.min(next < 0 ? sectors : next, sectors), sector + run.capacity() / VhdFooter.SECTOR_BYTES);
            run.clear().limit((end - sector) * VhdFooter.SECTOR_BYTES);
            long at = start + VhdBlockMap.bitmapBytes(blockBytes) + (long) sector * VhdFooter.SECTOR_BYTES;
            file.read(at, run);
            if (!ZeroBytes.all(run, 0, run.limit())) {
                findings.add(Severity.NOTE, at, "block " + block + " holds data in sectors marked as never written");
                return;
            }
            sector = written.nextClearBit(end);
        }
    }

    private void checkOverlaps(long[] starts, long length) {
        Arrays.sort(starts);
        for (int i = 1; i < starts.length; i++) {
            if (starts[i] - starts[i - 1] < length) {
                findings.add(
                        Severity.ERROR,
                        starts[i],
                        starts[i] == starts[i - 1] ? "two blocks lie in one place" : "two blocks overlap");
            }
        }
    }
}
