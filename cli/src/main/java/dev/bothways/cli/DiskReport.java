package dev.bothways.cli;

import dev.bothways.conversion.InspectedDisk;
import dev.bothways.filesystem.DiskContents;
import dev.bothways.filesystem.VolumeIdentity;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A source's disk and what it holds, as people and programs read it. */
final class DiskReport {
    private DiskReport() {}

    /** A line for the disk, one for each partition, and one for each problem. */
    static List<String> lines(InspectedDisk disk) {
        List<String> lines = new ArrayList<>();
        DiskContents contents = disk.contents();
        lines.add(disk.device() + ": " + disk.file().getFileName() + " ("
                + disk.format().label() + "), "
                + ByteSize.text(disk.size()) + ", " + ByteSize.text(disk.data()) + " of data, "
                + contents.table()
                        .map(table -> table + " partition table"
                                + (contents.contents().isEmpty() ? " without partitions" : ""))
                        .orElse("no partition table: "
                                + contents.contents().getFirst().description()));
        for (DiskContents.Content content : contents.contents()) {
            content.partition().ifPresent(partition -> lines.add("  " + line(partition, content)));
        }
        contents.problems().forEach(problem -> lines.add("  problem: " + problem));
        return lines;
    }

    private static String line(Partition partition, DiskContents.Content content) {
        String type = partition.kind().map(PartitionKind::description).orElse("type " + partition.type());
        return partition.number() + ": " + ByteSize.text(content.size()) + ", " + type
                + partition.name().map(name -> " \"" + name + "\"").orElse("") + ": " + content.description();
    }

    static Map<String, Object> json(InspectedDisk disk) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("device", disk.device());
        facts.put("file", disk.file().toString());
        facts.put("format", disk.format().label());
        facts.put("size", disk.size());
        facts.put("data", disk.data());
        facts.put("partitionTable", disk.contents().table());
        facts.put(
                "contents",
                disk.contents().contents().stream().map(DiskReport::json).toList());
        facts.put("problems", disk.contents().problems());
        return facts;
    }

    private static Map<String, Object> json(DiskContents.Content content) {
        Map<String, Object> facts = new LinkedHashMap<>();
        Optional<Partition> partition = content.partition();
        facts.put("partition", partition.map(Partition::number));
        facts.put("offset", content.offset());
        facts.put("size", content.size());
        facts.put("partitionType", partition.map(Partition::type));
        facts.put("partitionKind", partition.flatMap(Partition::kind).map(PartitionKind::description));
        facts.put("partitionName", partition.flatMap(Partition::name));
        facts.put("partitionUuid", partition.flatMap(Partition::uuid));
        facts.put("bootable", partition.map(Partition::bootable));
        facts.put("type", content.identity().map(VolumeIdentity::type));
        facts.put("uuid", content.identity().flatMap(VolumeIdentity::uuid));
        facts.put("label", content.identity().flatMap(VolumeIdentity::label));
        facts.put("description", content.description());
        facts.put("empty", content.empty());
        return facts;
    }
}
