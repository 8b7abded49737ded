package dev.bothways.machine.dialect.hyperv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a tree of keys, in the order in which they are put. */
final class HypervTree {
    private final String name;
    private final Map<String, HypervTree> children = new LinkedHashMap<>();
    private Optional<HypervValue> value = Optional.empty();
    private int line;

    HypervTree(String name) {
        this.name = name;
    }

    /** Puts a value at the end of a way of names with slashes between; one that is there gives way. */
    void put(String path, HypervValue found, int foundLine) {
        HypervTree node = this;
        for (String step : path.split("/")) {
            node = node.children.computeIfAbsent(step, HypervTree::new);
        }
        node.value = Optional.of(found);
        node.line = foundLine;
    }

    HypervNode build() {
        List<HypervNode> built = new ArrayList<>();
        children.values().forEach(child -> built.add(child.build()));
        return new HypervNode(name, value, built, line);
    }
}
