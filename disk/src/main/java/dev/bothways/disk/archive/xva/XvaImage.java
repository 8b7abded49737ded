package dev.bothways.disk.archive.xva;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A disk in an XVA. */
final class XvaImage extends MappedImage {
    private static final int SECTOR = 512;

    private final HostFile file;
    private final String folder;
    private final ChunkRuns runs;

    XvaImage(HostFile file, String folder, ChunkRuns runs, long size) {
        super(new MappedDisk(size, SECTOR, file, new ChunkMap(file, folder, runs), Optional.empty()), Optional.empty());
        this.file = file;
        this.folder = folder;
        this.runs = runs;
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(file);
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("disk in the archive", XvaText.shown(folder));
        details.put("chunks", Integer.toString(runs.chunks()));
        return new ImageDescription(DiskFormat.RAW, "xva", size(), SECTOR, ChunkPlaces.CHUNK, files, details);
    }

    @Override
    protected List<Finding> checkItself() {
        List<Finding> findings = new ArrayList<>();
        if (runs.unsummed()) {
            findings.add(new Finding(Severity.NOTE, "some chunks have no checksum, without which XAPI imports none"));
        }
        if (runs.end() < size()) {
            findings.add(new Finding(
                    Severity.NOTE,
                    "the last chunk is left out, which XAPI does not import; what is behind byte " + runs.end()
                            + " reads as zeros"));
        }
        return findings;
    }
}
