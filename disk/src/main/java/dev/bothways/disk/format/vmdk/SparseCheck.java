package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.FindingList;
import java.io.IOException;
import java.util.List;

/** Looks at all tables of a sparse extent, and at where its grains lie. */
final class SparseCheck {
    private static final int SECTOR = SparseHeader.SECTOR;
    private static final long MOST_GRAINS = 1 << 28;

    private final VmdkExtent extent;
    private final HostFile file;
    private final GrainMap map;
    private final long fileLength;
    private final FindingList findings;
    private final UsedRanges used = new UsedRanges();
    /** Up to the first grain the space is the tables', whether they need it or not. */
    private final long tablesEnd;

    private boolean leaksMatter = true;
    private long unused;

    SparseCheck(VmdkExtent extent) throws IOException {
        this.extent = extent;
        this.file = extent.file();
        this.map = extent.grains().orElseThrow();
        this.fileLength = file.size();
        this.findings = new FindingList(file.path());
        this.tablesEnd =
                extent.header().map(header -> header.overhead() * SECTOR).orElse(0L);
    }

    List<Finding> run() throws IOException {
        if (map.grains().grains() > MOST_GRAINS) {
            findings.add(Severity.NOTE, "the disk has too many grains for all to be looked at");
            return findings.findings();
        }
        takeTables();
        checkGrains();
        used.walk(Math.ceilDiv(fileLength, SECTOR) * SECTOR, new UsedRanges.Finder() {
            @Override
            public void overlap(long start, long end) {
                findings.add(
                        Severity.ERROR, start, "two grains or tables lie over each other, " + (end - start) + " bytes");
            }

            @Override
            public void gap(long start, long end) {
                // Programs round what they write up to whole grains.
                long length = end - Math.max(start, tablesEnd);
                unused += length >= map.grainBytes() ? length : 0;
            }
        });
        if (used.isFull()) {
            findings.add(Severity.NOTE, "the file has too many grains; overlaps were looked for among the first only");
        } else if (unused > 0 && leaksMatter) {
            findings.add(Severity.LEAK, unused + " bytes of the file are used by nothing");
        }
        return findings.findings();
    }

    private void takeTables() throws IOException {
        for (GrainLookup.Range part : map.grains().fixedParts()) {
            used.take(Math.min(fileLength, part.start()), Math.min(fileLength, part.end()));
        }
        switch (map.grains()) {
            case GrainTables tables -> {
                for (GrainLookup.Range table : tables.tables()) {
                    used.take(table.start(), table.end());
                }
                compareDirectories(tables);
            }
            case SeSparseTables tables -> leaksMatter = false; // Journal, bitmap and room to grow.
            case MarkedGrains grains -> {
                leaksMatter = false;
                findings.add(Severity.ERROR, "the footer or the grain directory is damaged");
            }
        }
    }

    private void compareDirectories(GrainTables tables) throws IOException {
        if (tables.usesSpareOnly()) {
            findings.add(Severity.ERROR, "the grain directory lies beyond the end of the file");
        }
        for (long table = 0; table < tables.layout().tables(); table++) {
            long first = tables.tableIn(false, table);
            long second = tables.tableIn(true, table);
            if (first != 0 && !tables.isTable(first)) {
                findings.add(Severity.ERROR, first, "grain table " + table + " is said to lie here, outside the file");
            } else if (first == 0 && tables.isTable(second) && !tables.usesSpareOnly()) {
                findings.add(Severity.ERROR, "grain table " + table + " is named by the spare grain directory only");
            } else if (tables.hasBoth() && first != 0) {
                compareTables(tables, table, first, second);
            }
        }
    }

    private void compareTables(GrainTables tables, long table, long first, long second) throws IOException {
        if (!tables.isTable(second)) {
            findings.add(Severity.LEAK, "the spare grain directory has no table " + table);
        } else if (first != second && !tables.entries(first).equals(tables.entries(second))) {
            findings.add(Severity.LEAK, second, "the spare copy of grain table " + table + " differs from the table");
        }
    }

    private void checkGrains() throws IOException {
        GrainLookup grains = map.grains();
        for (long grain = 0; grain < grains.grains(); ) {
            try {
                long next = grains.behindAbsentTable(grain);
                if (next > grain) {
                    grain = next;
                    continue;
                }
                long place = grains.place(grain);
                if (place >= 0) {
                    checkGrain(grain, place);
                }
            } catch (DiskImageException e) {
                findings.add(Severity.ERROR, withoutPath(e));
            }
            grain++;
        }
    }

    private void checkGrain(long grain, long place) throws IOException {
        map.checkPlace(grain, place);
        if (map.packed().isPresent()) {
            boolean marked =
                    extent.header().isPresent() && extent.header().get().has(SparseHeader.MARKERS);
            long length = map.packed().get().storedBytes(grain, place);
            used.take(place, place + (marked ? length : 1));
            return;
        }
        long needed = Math.min(map.grainBytes(), extent.size() - grain * map.grainBytes());
        if (place + needed > fileLength) {
            findings.add(Severity.ERROR, place, "grain " + grain + " reaches beyond the end of the file");
        }
        used.take(place, place + map.grainBytes());
    }

    private String withoutPath(DiskImageException e) {
        String message = String.valueOf(e.getMessage());
        String path = file.path().toString();
        return message.startsWith(path) ? message.substring(path.length()).replaceFirst("^(, |: )", "") : message;
    }
}
