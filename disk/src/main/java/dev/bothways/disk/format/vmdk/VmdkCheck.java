package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.FindingList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at the descriptor of an opened disk and at all of its extents. */
final class VmdkCheck {
    private static final int MOST = 100;

    private final HostFile file;
    private final VmdkStructure structure;
    private final FindingList findings;

    VmdkCheck(HostFile file, VmdkStructure structure) {
        this.file = file;
        this.structure = structure;
        this.findings = new FindingList(file.path());
    }

    List<Finding> run() throws IOException {
        checkDescriptor();
        List<Finding> all = new ArrayList<>();
        Set<HostFile> seen = new HashSet<>();
        for (VmdkExtent extent : structure.extents()) {
            extent.notes()
                    .forEach(note ->
                            findings.add(Severity.NOTE, extent.file().path().getFileName() + ": " + note));
            if (extent.grains().isPresent() && !seen.add(extent.file())) {
                findings.add(
                        Severity.ERROR, "two extents lie in " + extent.file().path());
            } else if (extent.grains().isPresent() && all.size() < MOST) {
                all.addAll(new SparseCheck(extent).run());
            }
        }
        all.addAll(0, findings.findings());
        return List.copyOf(all);
    }

    private void checkDescriptor() throws IOException {
        VmdkDescriptor descriptor = structure.descriptor();
        descriptor.notes().forEach(note -> findings.add(Severity.NOTE, note));
        if (descriptor.createType().isEmpty()) {
            findings.add(Severity.NOTE, "the descriptor does not tell the type of disk (createType)");
        }
        if (descriptor.cid().isEmpty()) {
            findings.add(Severity.NOTE, "the descriptor has no CID, so no child can be told from a stranger");
        }
        if (structure.embedded()) {
            long told = descriptor.sectors(file.path());
            long size = structure.extents().getFirst().size() / SparseHeader.SECTOR;
            if (descriptor.extents().isEmpty()) {
                findings.add(Severity.NOTE, "the descriptor within names no extent");
            } else if (told != size) {
                findings.add(
                        Severity.ERROR,
                        "the descriptor tells of %d sectors, the header of %d; the header counts"
                                .formatted(told, size));
            }
        }
    }
}
