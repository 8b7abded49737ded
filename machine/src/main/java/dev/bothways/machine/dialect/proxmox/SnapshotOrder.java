package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.dialect.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts snapshots into the order in which they were made: each after its parent, those of one parent by their time. */
final class SnapshotOrder {
    private SnapshotOrder() {}

    static List<Snapshot> sorted(List<Snapshot> snapshots) {
        List<Snapshot> byTime = new ArrayList<>(snapshots);
        byTime.sort(Comparator.comparingLong(SnapshotOrder::time).thenComparing(Snapshot::name));
        Set<String> names = new HashSet<>();
        byTime.forEach(snapshot -> names.add(snapshot.name()));
        Map<String, List<Snapshot>> children = new HashMap<>();
        ArrayDeque<Snapshot> ready = new ArrayDeque<>();
        for (Snapshot snapshot : byTime) {
            Optional<String> parent = parent(snapshot).filter(names::contains);
            if (parent.isPresent()) {
                children.computeIfAbsent(parent.get(), any -> new ArrayList<>()).add(snapshot);
            } else {
                ready.add(snapshot);
            }
        }
        List<Snapshot> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            Snapshot next = ready.remove();
            sorted.add(next);
            ready.addAll(children.getOrDefault(next.name(), List.of()));
        }
        // Parents that go round in a circle have no order but time's.
        Set<Snapshot> placed = new HashSet<>(sorted);
        byTime.stream().filter(snapshot -> !placed.contains(snapshot)).forEach(sorted::add);
        return sorted;
    }

    private static Optional<String> parent(Snapshot snapshot) {
        return SectionWriter.kept(snapshot.machine(), "parent");
    }

    private static long time(Snapshot snapshot) {
        return SectionWriter.kept(snapshot.machine(), "snaptime")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }
}
