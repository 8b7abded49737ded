package dev.bothways.machine.dialect.yaml;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Limits;
import dev.bothways.machine.dialect.json.JsonValue;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML from strangers, as much of it as JSON can say, which is all that Kubernetes takes. The parser's events are taken one at a
 * time, so size, depth, number of values (also where aliases repeat them) and length of lines are bounded while reading; no name
 * comes twice; tags make nothing.
 */
public final class YamlReader {
    private static final int DEEPEST = 64;
    /** The parser's time grows with the square of a line's length; KubeVirt takes no text of more than 2 KiB within a definition. */
    private static final int LONGEST_LINE = 128 << 10;

    private final String file;
    private final Iterator<Event> events;
    /** What an alias may stand for, in this document. */
    private final Map<String, Anchored> anchors = new HashMap<>();

    private int values;

    private record Anchored(JsonValue value, int values) {}

    private YamlReader(String file, Iterator<Event> events) {
        this.file = file;
        this.events = events;
    }

    /**
     * The documents of a file, without those that are empty.
     *
     * @param fileName what to call the content in messages
     */
    public static List<JsonValue> read(byte[] content, String fileName) throws DefinitionException {
        if (content.length > Limits.LARGEST) {
            throw DefinitionException.of(
                    fileName,
                    "the file has " + content.length + " bytes, and a definition has at most " + Limits.LARGEST);
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
        requireShortLines(text, fileName);
        try {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(Limits.LARGEST);
            Iterator<Event> events =
                    new Yaml(options).parse(new StringReader(text)).iterator();
            return new YamlReader(fileName, events).documents();
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
    }

    private static void requireShortLines(String text, String file) throws DefinitionException {
        int line = 1;
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
            }
            if (c == '\n' || c == '\r') {
                start = at + 1;
            } else if (at - start >= LONGEST_LINE) {
                throw DefinitionException.at(
                        file,
                        line,
                        LONGEST_LINE,
                        "the line is longer than " + LONGEST_LINE + " characters; break it, or take the text out");
            }
        }
    }

    private List<JsonValue> documents() throws DefinitionException {
        List<JsonValue> documents = new ArrayList<>();
        while (events.hasNext()) {
            if (events.next() instanceof DocumentStartEvent) {
                anchors.clear();
                JsonValue document = value(events.next(), 0);
                if (!(document instanceof JsonValue.Null)) {
                    documents.add(document);
                }
            }
        }
        return List.copyOf(documents);
    }

    private JsonValue value(Event event, int depth) throws DefinitionException {
        int before = values;
        count(1, event);
        if (depth > DEEPEST) {
            throw at(event, "the values nest deeper than " + DEEPEST + " levels");
        }
        int line = line(event);
        JsonValue value = switch (event) {
            case AliasEvent alias -> aliased(alias);
            case ScalarEvent scalar -> scalar(scalar, line);
            case SequenceStartEvent sequence -> {
                List<JsonValue> items = new ArrayList<>();
                Event next = events.next();
                while (!(next instanceof SequenceEndEvent)) {
                    items.add(value(next, depth + 1));
                    next = events.next();
                }
                yield new JsonValue.Items(items, line);
            }
            case MappingStartEvent mapping -> members(line, depth);
            default -> throw at(event, "this is nothing that JSON could say");
        };
        if (event instanceof NodeEvent node && !(event instanceof AliasEvent) && node.getAnchor() != null) {
            anchors.put(node.getAnchor(), new Anchored(value, values - before));
        }
        return value;
    }

    private JsonValue aliased(AliasEvent alias) throws DefinitionException {
        Anchored anchored = Optional.ofNullable(anchors.get(alias.getAnchor()))
                .orElseThrow(() -> at(alias, "the alias " + alias.getAnchor() + " stands for nothing before it"));
        count(anchored.values, alias);
        return anchored.value;
    }

    private void count(int more, Event event) throws DefinitionException {
        values += more;
        if (values > Limits.MOST_VALUES) {
            throw at(event, "there are more than " + Limits.MOST_VALUES + " values");
        }
    }

    private JsonValue members(int line, int depth) throws DefinitionException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        Event next = events.next();
        while (!(next instanceof MappingEndEvent)) {
            boolean merging = next instanceof ScalarEvent scalar
                    && scalar.isPlain()
                    && scalar.getValue().equals("<<");
            if (!(next instanceof ScalarEvent key) || merging) {
                throw at(next, "a name is expected here");
            }
            if (members.put(key.getValue(), value(events.next(), depth + 1)) != null) {
                throw at(key, "the name " + key.getValue() + " comes twice");
            }
            next = events.next();
        }
        return new JsonValue.Members(members, line);
    }

    private static int line(Event event) {
        return Optional.ofNullable(event.getStartMark()).map(Mark::getLine).orElse(0) + 1;
    }

    private DefinitionException at(Event event, String message) {
        int column =
                Optional.ofNullable(event.getStartMark()).map(Mark::getColumn).orElse(0) + 1;
        return DefinitionException.at(file, line(event), column, message);
    }

    /** Numbers and truths are told as YAML 1.2 and Kubernetes tell them; what YAML 1.1 knew besides, such as dates, is text. */
    private static JsonValue scalar(ScalarEvent scalar, int line) {
        String text = scalar.getValue();
        boolean tagged = Tag.BINARY.getValue().equals(scalar.getTag())
                || Tag.STR.getValue().equals(scalar.getTag());
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN || tagged) {
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
