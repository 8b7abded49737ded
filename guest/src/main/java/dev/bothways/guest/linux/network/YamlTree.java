package dev.bothways.guest.linux.network;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML document whose parts know where they stand in the text, so that one can be replaced and all others stay as they are. */
final class YamlTree {
    private static final int DEEPEST = 50;

    private final @Nullable Node root;

    private YamlTree(@Nullable Node root) {
        this.root = root;
    }

    /** Data only, and little of it: no tags, no towers of aliases. Empty where it is no YAML. */
    static Optional<YamlTree> parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(DEEPEST);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(Network.LARGEST_FILE);
        options.setAllowRecursiveKeys(false);
        try {
            // Composing alone counts no aliases; loading does.
            new Yaml(new SafeConstructor(options)).load(text);
            return Optional.of(new YamlTree(new Yaml(options).compose(new StringReader(text))));
        } catch (YAMLException e) {
            return Optional.empty();
        }
    }

    /**
     * A node.
     *
     * @param line of its key, from 1
     */
    record Branch(Optional<Node> node, int line) {

        /** The values of a mapping by their keys; none where it is no mapping. */
        Map<String, Branch> children() {
            Map<String, Branch> children = new LinkedHashMap<>();
            if (node.isPresent() && node.get() instanceof MappingNode mapping) {
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key) {
                        children.put(
                                key.getValue(),
                                new Branch(
                                        Optional.of(tuple.getValueNode()),
                                        key.getStartMark().getLine() + 1));
                    }
                }
            }
            return children;
        }

        /** The items of a sequence. */
        List<Branch> items() {
            List<Branch> items = new ArrayList<>();
            if (node.isPresent() && node.get() instanceof SequenceNode sequence) {
                sequence.getValue()
                        .forEach(item -> items.add(new Branch(
                                Optional.of(item), item.getStartMark().getLine() + 1)));
            }
            return items;
        }

        /** A scalar of the mapping. */
        Optional<String> text(String key) {
            Branch child = children().get(key);
            return child == null ? Optional.empty() : child.texts().stream().findFirst();
        }

        /** The scalar, or the scalars of the sequence. */
        List<String> texts() {
            if (node.isPresent() && node.get() instanceof ScalarNode scalar) {
                return List.of(scalar.getValue());
            }
            return items().stream()
                    .flatMap(item -> item.node().stream())
                    .filter(ScalarNode.class::isInstance)
                    .map(item -> ((ScalarNode) item).getValue())
                    .toList();
        }
    }

    /** What stands at a path of keys; an empty branch where nothing does. */
    Branch branch(List<String> path) {
        Branch branch = new Branch(Optional.ofNullable(root), 1);
        for (String key : path) {
            branch = branch.children().getOrDefault(key, new Branch(Optional.empty(), branch.line()));
        }
        return branch;
    }

    /**
     * The text in which the mapping at a path of keys holds only {@code entry}.
     *
     * @return nothing where no mapping is there, or where it stands elsewhere and is only referred to
     */
    Optional<String> replaceMapping(String text, List<String> path, String entry) {
        Branch branch = branch(path);
        if (!(branch.node().orElse(null) instanceof MappingNode mapping)
                || mapping.getValue().isEmpty()) {
            return Optional.empty();
        }
        int line = mapping.getStartMark().getLine() + 1;
        Node last = mapping;
        while (!(last instanceof ScalarNode)) {
            Node inner = lastOf(last);
            if (inner == null || inner.getStartMark().getLine() + 1 < branch.line()) {
                return Optional.empty();
            }
            last = inner;
        }
        boolean flow = mapping.getFlowStyle() == org.yaml.snakeyaml.DumperOptions.FlowStyle.FLOW;
        int from = offset(text, mapping.getStartMark().getIndex());
        int to = offset(text, (flow ? mapping : endOf(mapping)).getEndMark().getIndex());
        boolean elsewhere = line < branch.line() || text.startsWith("&", from) || to <= from;
        String replaced = text.substring(0, from) + (flow ? "{" + entry + "}" : entry) + text.substring(to);
        return elsewhere ? Optional.empty() : Optional.of(replaced);
    }

    /** The last node of a block whose end is the end of its text: blocks themselves end where the next thing begins. */
    private static Node endOf(Node node) {
        Node inner = lastOf(node);
        boolean block = node instanceof org.yaml.snakeyaml.nodes.CollectionNode<?> collection
                && collection.getFlowStyle() != org.yaml.snakeyaml.DumperOptions.FlowStyle.FLOW;
        return block && inner != null ? endOf(inner) : node;
    }

    private static @Nullable Node lastOf(Node node) {
        return switch (node) {
            case MappingNode mapping
            when !mapping.getValue().isEmpty() -> mapping.getValue().getLast().getValueNode();
            case SequenceNode sequence
            when !sequence.getValue().isEmpty() -> sequence.getValue().getLast();
            default -> null;
        };
    }

    private static int offset(String text, int codePoints) {
        return text.offsetByCodePoints(0, codePoints);
    }
}
