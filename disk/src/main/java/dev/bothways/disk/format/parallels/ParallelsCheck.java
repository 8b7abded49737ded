package dev.bothways.disk.format.parallels;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Looks at the header, the extension and the whole table, and at what its entries say of each other. */
final class ParallelsCheck {
    private static final int MOST_CLUSTERS = 1 << 24;

    private final ParallelsStructure structure;
    private final ParallelsHeader header;
    private final FindingList findings;
    private long[] starts = new long[1024];
    private int used;

    ParallelsCheck(ParallelsStructure structure) {
        this.structure = structure;
        this.header = structure.header();
        this.findings = new FindingList(structure.file().path());
    }

    List<Finding> run() throws IOException {
        structure.notes().forEach(note -> findings.add(Severity.ERROR, 44, note));
        checkHeader();
        checkExtension();
        ParallelsClusterMap map = new ParallelsClusterMap(structure, false);
        for (long cluster = 0; cluster < header.entries(); cluster++) {
            long start = map.start(cluster);
            if (start != 0) {
                checkPlace(map, cluster, start);
            }
        }
        if (used > 0 && (header.flags() & ParallelsHeader.EMPTY) != 0) {
            findings.add(Severity.NOTE, 52, "it is marked as empty, but has clusters; they were read");
        }
        checkOverlaps();
        return findings.findings();
    }

    private void checkHeader() {
        if (header.entries() > structure.clusters()) {
            findings.add(
                    Severity.NOTE,
                    32,
                    "the table has %d entries, of which %d count".formatted(header.entries(), structure.clusters()));
        }
        if ((header.flags() & ~ParallelsHeader.EMPTY) != 0) {
            findings.add(Severity.NOTE, 52, "it has unknown flags, %#x".formatted(header.flags()));
        }
        if (header.extended() && structure.dataOffset() % header.clusterBytes() != 0) {
            findings.add(Severity.NOTE, 48, "its clusters do not begin at a whole cluster");
        }
    }

    private void checkExtension() throws IOException {
        Optional<ParallelsExtension> extension = ParallelsExtension.of(structure);
        extension.flatMap(ParallelsExtension::fault).ifPresent(fault -> findings.add(Severity.NOTE, 56, fault));
    }

    private void checkPlace(ParallelsClusterMap map, long cluster, long start) {
        long at = ParallelsHeader.BYTES + cluster * Integer.BYTES;
        if (cluster >= structure.clusters()) {
            findings.add(Severity.LEAK, at, "cluster " + cluster + " lies beyond the end of the disk");
            return;
        }
        if (map.isOutside(cluster, start)) {
            findings.add(
                    Severity.ERROR,
                    at,
                    "cluster %d is said to lie at byte %d, over header or table or beyond the end of the file"
                            .formatted(cluster, start));
            return;
        }
        if ((start - structure.dataOffset()) % header.clusterBytes() != 0) {
            findings.add(
                    Severity.NOTE, at, "cluster " + cluster + " does not lie at a whole cluster from the first one");
        }
        if (used < MOST_CLUSTERS) {
            if (used == starts.length) {
                starts = Arrays.copyOf(starts, used * 2);
            }
            starts[used] = start;
        } else if (used == MOST_CLUSTERS) {
            findings.add(Severity.NOTE, "more than " + MOST_CLUSTERS + " clusters: overlaps were looked for in these");
        }
        used = Math.min(used + 1, MOST_CLUSTERS + 1);
    }

    private void checkOverlaps() {
        int count = Math.min(used, MOST_CLUSTERS);
        Arrays.sort(starts, 0, count);
        for (int i = 1; i < count; i++) {
            if (starts[i] - starts[i - 1] < header.clusterBytes()) {
                findings.add(
                        Severity.ERROR,
                        starts[i],
                        starts[i] == starts[i - 1] ? "two clusters lie in one place" : "two clusters overlap");
            }
        }
        long end = count == 0 ? structure.dataOffset() : starts[count - 1] + header.clusterBytes();
        boolean extension = header.extensionSector() != 0;
        if (!extension && structure.fileLength() > end) {
            findings.add(Severity.LEAK, end, (structure.fileLength() - end) + " bytes at the end are used by nothing");
        }
    }
}
