package dev.bothways.cli;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.Extent;
import dev.bothways.disk.ImageDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results as {@code qemu-img --output=json} prints them, for scripts that read those. What is not known here is left out, never
 * made up: the space that a file takes, the depth of a run in a chain.
 */
final class QemuReport {

    private QemuReport() {}

    /** Of {@code info}. */
    static Map<String, Object> info(DiskImage image, Path file) throws IOException {
        ImageDescription description = image.describe();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("virtual-size", description.size());
        facts.put("filename", file.toString());
        facts.put("format", word(description.format()));
        if (description.unit() > 1) {
            facts.put("cluster-size", description.unit());
        }
        if (image.parent().isPresent()) {
            ImageDescription parent = image.parent().get().describe();
            facts.put("full-backing-filename", parent.files().getFirst().toString());
            facts.put("backing-filename-format", word(parent.format()));
        }
        return facts;
    }

    /** Of {@code map}, a run. */
    static Map<String, Object> run(Extent extent) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("start", extent.offset());
        facts.put("length", extent.length());
        facts.put("zero", extent instanceof Extent.Zero);
        facts.put("data", !(extent instanceof Extent.Zero));
        if (extent instanceof Extent.Stored stored) {
            facts.put("offset", stored.fileOffset());
        }
        return facts;
    }

    /** Of {@code check}. */
    static Map<String, Object> check(Path file, DiskFormat format, List<DiskImage.Finding> findings) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("filename", file.toString());
        facts.put("format", word(format));
        facts.put("check-errors", 0);
        facts.put("corruptions", count(findings, DiskImage.Severity.ERROR));
        facts.put("leaks", count(findings, DiskImage.Severity.LEAK));
        return facts;
    }

    private static long count(List<DiskImage.Finding> findings, DiskImage.Severity severity) {
        return findings.stream().filter(each -> each.severity() == severity).count();
    }

    /** QEMU's word for a format. */
    private static String word(DiskFormat format) {
        return format == DiskFormat.VHD ? "vpc" : format.label();
    }
}
