package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.Written;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes a file: the machine's section, changes yet to come, and the snapshots by name, as Proxmox does. */
final class ConfWriter {
    static final double USUAL_WEIGHT = 256;
    static final double USUAL_UNITS = 100;

    private ConfWriter() {}

    static Written write(Machine machine, List<Snapshot> snapshots) {
        List<Lost> lost = new ArrayList<>();
        Set<String> names = new HashSet<>();
        snapshots.forEach(snapshot -> names.add(snapshot.name()));
        StringBuilder text = new StringBuilder(new SectionWriter(machine, names, lost).content());
        section(ConfSection.Kind.PENDING, machine, text);
        section(ConfSection.Kind.CLOUDINIT, machine, text);
        List<Snapshot> sorted = new ArrayList<>(snapshots);
        sorted.sort(Comparator.comparing(Snapshot::name));
        for (Snapshot snapshot : sorted) {
            if (!ConfParser.snapshotName(snapshot.name())) {
                lost.add(new Lost("snapshot " + snapshot.name(), "has a name that Proxmox does not take"));
                continue;
            }
            List<Lost> lostInside = new ArrayList<>();
            text.append("\n[").append(snapshot.name()).append("]\n");
            text.append(new SectionWriter(snapshot.machine(), names, lostInside).content());
            lostInside.forEach(item -> lost.add(new Lost(item.item() + " of snapshot " + snapshot.name(), item.why())));
        }
        return new Written(text.toString(), lost);
    }

    /** The lines of a section that is kept line by line; each is read again first, so that it is one. */
    private static void section(ConfSection.Kind kind, Machine machine, StringBuilder text) {
        StringBuilder lines = new StringBuilder();
        machine.extras().stream()
                .filter(extra -> ProxmoxDialect.ID.equals(extra.dialect()))
                .filter(extra -> extra.key().equals(kind.header()))
                .filter(extra -> SectionWriter.isLine(extra.value()))
                .forEach(extra -> lines.append(extra.value()).append('\n'));
        if (!lines.isEmpty()) {
            text.append('\n').append(kind.header()).append('\n').append(lines);
        }
    }
}
