package dev.bothways.machine.dialect.hyperv;

import java.util.List;
import java.util.Optional;

/**
 * A key of the tree.
 *
 * @param name as the file writes it; need not be unique among its siblings
 * @param value nothing for a key that only holds others
 * @param children in the order of the file
 * @param line where it stands in a text file, from 1; 0 in a binary one
 */
record HypervNode(String name, Optional<HypervValue> value, List<HypervNode> children, int line) {
    HypervNode {
        children = List.copyOf(children);
    }

    /** The first child of this name; names of devices are written in capitals by some versions, in small letters by others. */
    Optional<HypervNode> child(String child) {
        return children.stream()
                .filter(candidate -> candidate.name.equalsIgnoreCase(child))
                .findFirst();
    }

    /** The key at the end of a way of names with slashes between. */
    Optional<HypervNode> at(String path) {
        Optional<HypervNode> found = Optional.of(this);
        for (String step : path.split("/")) {
            found = found.flatMap(node -> node.child(step));
        }
        return found;
    }
}
