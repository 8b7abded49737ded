package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.format.encryption.LuksVolume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** What a qcow2 says of itself, in words. */
final class Qcow2Description {
    private static final int SECTOR = 512;
    private static final int MOST_SNAPSHOTS = 20;

    private Qcow2Description() {}

    static ImageDescription of(Qcow2Structure structure, Qcow2Structure.State state, List<Path> files) {
        Qcow2Header header = structure.header();
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("compat", header.version() == 2 ? "0.10" : "1.1");
        details.put(
                "compression type",
                ClusterCompression.of(header.compression()).name().toLowerCase(Locale.ROOT));
        details.put("refcount bits", Integer.toString(1 << header.refcountOrder()));
        if (header.has(Qcow2Header.EXTENDED)) {
            details.put("subclusters", header.clusterBytes() / Qcow2Header.SUBCLUSTERS + " bytes");
        }
        if (header.crypt() != 0) {
            details.put(
                    "encryption",
                    structure
                            .luks()
                            .map(LuksVolume::encryption)
                            .map(mode -> "LUKS, " + mode)
                            .orElse("AES"));
        }
        structure.backingName().ifPresent(name -> details.put("parent", name));
        structure.extensions().backingFormat().ifPresent(name -> details.put("parent's format", name));
        if (header.has(Qcow2Header.DATA_FILE)) {
            details.put("data file", structure.extensions().dataFile().orElse("not named"));
        }
        if (!structure.snapshots().isEmpty()) {
            details.put("snapshots", snapshots(structure.snapshots()));
        }
        if (structure.extensions().bitmapCount() > 0) {
            details.put("bitmaps", Long.toString(structure.extensions().bitmapCount()));
        }
        if (header.has(Qcow2Header.DIRTY)) {
            details.put("refcounts", "not up to date (marked dirty)");
        }
        if (header.has(Qcow2Header.CORRUPT)) {
            details.put("corrupt", "marked as such by a program that found it damaged");
        }
        return new ImageDescription(
                DiskFormat.QCOW2, variant(structure), state.size(), SECTOR, header.clusterBytes(), files, details);
    }

    private static String variant(Qcow2Structure structure) {
        return structure.backingName().isPresent() ? "differencing" : "dynamic";
    }

    private static String snapshots(List<Qcow2Snapshot> snapshots) {
        List<String> words = new ArrayList<>();
        for (Qcow2Snapshot snapshot : snapshots.subList(0, Math.min(MOST_SNAPSHOTS, snapshots.size()))) {
            words.add("%s (%s%s)"
                    .formatted(snapshot.id(), snapshot.name(), snapshot.stateBytes() == 0 ? "" : ", with memory"));
        }
        if (snapshots.size() > MOST_SNAPSHOTS) {
            words.add((snapshots.size() - MOST_SNAPSHOTS) + " more");
        }
        return String.join(", ", words);
    }
}
