package dev.bothways.machine.dialect.yaml;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML from strangers, as much of it as JSON can say, which is all that Kubernetes takes: size, depth and number of values
 * are bounded, also where aliases repeat them; no name comes twice; tags make nothing.
 */
public final class YamlReader {
    private static final int LARGEST = 16 << 20;
    private static final int DEEPEST = 64;
    private static final int MOST_VALUES = 500_000;

    private final String file;
    private int values;

    private YamlReader(String file) {
        this.file = file;
    }

    /**
     * The documents of a file, without those that are empty.
     *
     * @param fileName what to call the content in messages
     */
    public static List<JsonValue> read(byte[] content, String fileName) throws DefinitionException {
        if (content.length > LARGEST) {
            throw DefinitionException.of(
                    fileName, "the file has " + content.length + " bytes, and a definition has at most " + LARGEST);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw DefinitionException.of(fileName, "the file is not UTF-8, in which YAML is written");
        }
        YamlReader reader = new YamlReader(fileName);
        List<JsonValue> documents = new ArrayList<>();
        try {
            for (Node root : new Yaml(new SafeConstructor(options())).composeAll(new java.io.StringReader(text))) {
                JsonValue document = reader.value(root, 0);
                if (!(document instanceof JsonValue.Null)) {
                    documents.add(document);
                }
            }
        } catch (MarkedYAMLException e) {
            throw e.getProblemMark() == null
                    ? DefinitionException.of(fileName, String.valueOf(e.getProblem()))
                    : DefinitionException.at(
                            fileName,
                            e.getProblemMark().getLine() + 1,
                            e.getProblemMark().getColumn() + 1,
                            String.valueOf(e.getProblem()).replaceAll("\\s+", " "));
        } catch (YAMLException e) {
            throw DefinitionException.of(
                    fileName,
                    "this is no YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return List.copyOf(documents);
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(LARGEST);
        return options;
    }

    private JsonValue value(Node node, int depth) throws DefinitionException {
        int line = node.getStartMark().getLine() + 1;
        if (++values > MOST_VALUES || depth > DEEPEST) {
            throw DefinitionException.at(
                    file, line, node.getStartMark().getColumn() + 1, "there are more values than a definition has");
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar, line);
            case SequenceNode sequence -> {
                List<JsonValue> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(value(item, depth + 1));
                }
                yield new JsonValue.Items(items, line);
            }
            case MappingNode mapping -> members(mapping, line, depth);
            default ->
                throw DefinitionException.at(
                        file, line, node.getStartMark().getColumn() + 1, "this is nothing that JSON could say");
        };
    }

    private JsonValue members(MappingNode mapping, int line, int depth) throws DefinitionException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            int at = tuple.getKeyNode().getStartMark().getLine() + 1;
            int column = tuple.getKeyNode().getStartMark().getColumn() + 1;
            if (!(tuple.getKeyNode() instanceof ScalarNode key) || key.getTag().equals(Tag.MERGE)) {
                throw DefinitionException.at(file, at, column, "a name is expected here");
            }
            if (members.put(key.getValue(), value(tuple.getValueNode(), depth + 1)) != null) {
                throw DefinitionException.at(file, at, column, "the name " + key.getValue() + " comes twice");
            }
        }
        return new JsonValue.Members(members, line);
    }

    /** Numbers and truths are told as YAML 1.2 and Kubernetes tell them; what YAML 1.1 knew besides, such as dates, is text. */
    private static JsonValue scalar(ScalarNode scalar, int line) {
        String text = scalar.getValue();
        if (!scalar.isPlain() || scalar.getTag().equals(Tag.BINARY)) {
            return new JsonValue.Text(text, line);
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> new JsonValue.Null(line);
            case "true", "True", "TRUE" -> new JsonValue.Truth(true, line);
            case "false", "False", "FALSE" -> new JsonValue.Truth(false, line);
            default ->
                text.length() <= 30 && text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")
                        ? new JsonValue.Numeral(text, line)
                        : new JsonValue.Text(text, line);
        };
    }
}
