package dev.bothways.filesystem.partition;

import dev.bothways.testing.Oracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Partition tables in the words of {@code sfdisk --dump}, from sfdisk and from ours. */
final class Dump {
    private static final Pattern LINE =
            Pattern.compile(".*?(\\d+) : start= *(\\d+), size= *(\\d+), type=([0-9A-Za-z-]+)(.*)");
    private static final Pattern UUID_FIELD = Pattern.compile("uuid=([0-9A-F-]+)");

    private Dump() {}

    /** Disk identity, then each volume as "number first count type [uuid] [bootable]". */
    static List<String> bySfdisk(Path image) {
        List<String> lines = new ArrayList<>();
        String output = Oracle.require("sfdisk").run("--dump", image).orFail().output();
        for (String line : output.lines().toList()) {
            if (line.startsWith("label-id:")) {
                lines.add(line.substring(9).trim().replace("0x", "").toLowerCase(Locale.ROOT));
            }
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches() && !List.of("5", "f", "85").contains(matcher.group(4))) {
                lines.add(String.join(
                        " ",
                        matcher.group(1),
                        matcher.group(2),
                        matcher.group(3),
                        rest(matcher.group(4), matcher.group(5))));
            }
        }
        return lines;
    }

    private static String rest(String type, String fields) {
        StringBuilder text = new StringBuilder();
        text.append(
                type.length() > 2
                        ? type.toLowerCase(Locale.ROOT)
                        : String.format("0x%02x", HexFormat.fromHexDigits(type)));
        Matcher uuid = UUID_FIELD.matcher(fields);
        if (uuid.find()) {
            text.append(' ').append(uuid.group(1).toLowerCase(Locale.ROOT));
        }
        if (fields.contains("bootable") || fields.contains("LegacyBIOSBootable")) {
            text.append(" bootable");
        }
        return text.toString();
    }

    static List<String> ofOurs(PartitionTable table) {
        List<String> lines = new ArrayList<>();
        lines.add(table.uuid());
        for (Partition partition : table.partitions()) {
            StringBuilder text = new StringBuilder();
            text.append(partition.number());
            text.append(' ').append(partition.offset() / table.sectorSize());
            text.append(' ').append(partition.length() / table.sectorSize());
            text.append(' ').append(partition.type());
            if (table instanceof GptTable) {
                text.append(' ').append(partition.uuid().orElseThrow());
            }
            if (partition.bootable()) {
                text.append(" bootable");
            }
            lines.add(text.toString());
        }
        return lines;
    }
}
