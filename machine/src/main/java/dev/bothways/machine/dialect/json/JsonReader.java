package dev.bothways.machine.dialect.json;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON (RFC 8259) from strangers: size, depth, number of values and length of numbers are bounded, no name comes twice. */
public final class JsonReader {
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 30;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxStringLength(Limits.LARGEST)
                    .build())
            .build();

    private final JsonParser in;
    private final String file;
    private int values;

    private JsonReader(JsonParser in, String file) {
        this.in = in;
        this.file = file;
    }

    /**
     * The one value of a file.
     *
     * @param fileName what to call the content in messages
     */
    public static JsonValue read(byte[] content, String fileName) throws DefinitionException {
        if (content.length > Limits.LARGEST) {
            throw DefinitionException.of(
                    fileName,
                    "has " + content.length + " bytes, and a definition in JSON has at most " + Limits.LARGEST);
        }
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), content)) {
            JsonReader reader = new JsonReader(in, fileName);
            if (in.nextToken() == null) {
                throw DefinitionException.of(fileName, "has no value");
            }
            JsonValue value = reader.value();
            if (in.nextToken() != null) {
                throw reader.here("has more behind its value");
            }
            return value;
        } catch (JacksonException e) {
            throw malformed(fileName, e);
        }
    }

    private JsonValue value() throws DefinitionException {
        if (++values > Limits.MOST_VALUES) {
            throw here("has more than " + Limits.MOST_VALUES + " values");
        }
        int line = in.currentTokenLocation().getLineNr();
        return switch (in.currentToken()) {
            case START_OBJECT -> new JsonValue.Members(members(), line);
            case START_ARRAY -> new JsonValue.Items(items(), line);
            case VALUE_STRING -> new JsonValue.Text(in.getString(), line);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Numeral(in.getString(), line);
            case VALUE_TRUE -> new JsonValue.Truth(true, line);
            case VALUE_FALSE -> new JsonValue.Truth(false, line);
            case VALUE_NULL -> new JsonValue.Null(line);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw here("has " + in.currentToken() + " where a value should be");
        };
    }

    private Map<String, JsonValue> members() throws DefinitionException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            members.put(name, value());
        }
        return members;
    }

    private List<JsonValue> items() throws DefinitionException {
        List<JsonValue> items = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            items.add(value());
        }
        return items;
    }

    private DefinitionException here(String message) {
        TokenStreamLocation at = in.currentTokenLocation();
        return DefinitionException.at(file, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), message);
    }

    private static DefinitionException malformed(String file, JacksonException e) {
        String reason = "is not JSON: "
                + String.valueOf(e.getOriginalMessage()).replaceAll("\\s+", " ").strip();
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? DefinitionException.of(file, reason)
                : DefinitionException.at(file, at.getLineNr(), Math.max(1, at.getColumnNr()), reason);
    }
}
