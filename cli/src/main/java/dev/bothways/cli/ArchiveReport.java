package dev.bothways.cli;

import dev.bothways.disk.DiskArchive;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an archive holds, to be told.
 *
 * @param path of the archive, below which its disks are named
 */
record ArchiveReport(Path path, DiskArchive archive) {

    /** For people. */
    void print(PrintWriter out) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of(
                "archive",
                archive.kind()
                        + archive.packing().map(by -> ", packed with " + by).orElse("")));
        archive.details().forEach((name, value) -> facts.add(List.of(name, value)));
        Table.print(facts, out);
        if (archive.disks().isEmpty()) {
            out.println("there is no disk in it");
            return;
        }
        out.println();
        List<List<String>> disks = new ArrayList<>();
        disks.add(List.of("disk", "format", "size", ""));
        for (DiskArchive.Disk disk : archive.disks()) {
            String size = disk.size().isPresent()
                    ? ByteSize.text(disk.size().getAsLong()) + " ("
                            + disk.size().getAsLong() + " bytes)"
                    : "";
            disks.add(List.of(nameOf(disk), disk.format(), size, disk.note()));
        }
        Table.print(disks, out);
    }

    /** For programs. */
    String json() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("archive", archive.kind());
        facts.put("packing", archive.packing());
        facts.put("details", archive.details());
        facts.put("disks", archive.disks().stream().map(this::facts).toList());
        return Json.text(facts);
    }

    private Map<String, Object> facts(DiskArchive.Disk disk) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("image", nameOf(disk));
        facts.put("format", disk.format());
        disk.size().ifPresent(size -> facts.put("size", size));
        if (!disk.note().isEmpty()) {
            facts.put("note", disk.note());
        }
        return facts;
    }

    /** By which every command takes it. */
    private String nameOf(DiskArchive.Disk disk) {
        return path + "/" + disk.name();
    }
}
