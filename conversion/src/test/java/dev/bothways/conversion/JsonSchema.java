package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One of the schemas in the documents, as much of JSON Schema as they use: what is not known of it fails. */
public final class JsonSchema {
    private static final List<String> KNOWN = List.of(
            "$schema",
            "$id",
            "$defs",
            "$ref",
            "title",
            "description",
            "type",
            "const",
            "enum",
            "format",
            "pattern",
            "minLength",
            "minimum",
            "maximum",
            "oneOf",
            "anyOf",
            "items",
            "properties",
            "required",
            "dependentRequired",
            "additionalProperties");

    private final JsonNode root;

    private JsonSchema(JsonNode root) {
        this.root = root;
    }

    /** The schema in {@code docs/formats} of this name. */
    public static JsonSchema of(String name) throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path inModule = here.resolveSibling("docs/formats");
        Path folder = Files.exists(inModule) ? inModule : here.resolve("docs/formats");
        return new JsonSchema(JsonMapper.shared().readTree(Files.readString(folder.resolve(name))));
    }

    /** Fails unless the value is as the schema says. */
    public void accepts(JsonNode value) throws IOException {
        accepts(value, root, "");
    }

    private void accepts(JsonNode value, JsonNode schema, String at) throws IOException {
        assertThat(KNOWN).as("%s in the schema", at).containsAll(schema.propertyNames());
        if (schema.has("$ref")) {
            String to = schema.path("$ref").stringValue();
            if (to.startsWith("#")) {
                accepts(value, root.at(to.substring(1)), at);
            } else {
                of(to).accepts(value);
            }
            return;
        }
        if (schema.has("oneOf") || schema.has("anyOf")) {
            acceptsOne(value, schema.has("oneOf") ? schema.path("oneOf") : schema.path("anyOf"), at);
            return;
        }
        if (schema.has("const")) {
            assertThat(value).as(at).isEqualTo(schema.path("const"));
        }
        if (schema.has("enum")) {
            assertThat(schema.path("enum")).as(at).contains(value);
        }
        if (schema.has("type")) {
            assertThat(type(value)).as(at).isEqualTo(schema.path("type").stringValue());
        }
        if (schema.has("pattern")) {
            assertThat(value.stringValue())
                    .as(at)
                    .containsPattern(schema.path("pattern").stringValue());
        }
        if (schema.has("minLength")) {
            assertThat(value.stringValue().length())
                    .as(at)
                    .isGreaterThanOrEqualTo(schema.path("minLength").intValue());
        }
        if (schema.has("minimum")) {
            assertThat(value.longValue())
                    .as(at)
                    .isGreaterThanOrEqualTo(schema.path("minimum").longValue());
        }
        if (schema.has("maximum")) {
            assertThat(value.longValue())
                    .as(at)
                    .isLessThanOrEqualTo(schema.path("maximum").longValue());
        }
        acceptsParts(value, schema, at);
    }

    private void acceptsParts(JsonNode value, JsonNode schema, String at) throws IOException {
        for (JsonNode required : schema.path("required")) {
            assertThat(value.has(required.stringValue()))
                    .as(at + "/" + required)
                    .isTrue();
        }
        for (String name : schema.path("dependentRequired").propertyNames()) {
            for (JsonNode other : schema.path("dependentRequired").path(name)) {
                assertThat(!value.has(name) || value.has(other.stringValue()))
                        .as(at + "/" + name + " without " + other)
                        .isTrue();
            }
        }
        if (value.isObject() && schema.has("properties")) {
            for (String name : value.propertyNames()) {
                assertThat(schema.path("properties").has(name))
                        .as(at + "/" + name)
                        .isTrue();
                accepts(value.path(name), schema.path("properties").path(name), at + "/" + name);
            }
        }
        if (value.isArray() && schema.has("items")) {
            for (JsonNode each : value) {
                accepts(each, schema.path("items"), at + "/-");
            }
        }
    }

    /** Objects are told apart by their constant {@code type}; other alternatives by their own. */
    private void acceptsOne(JsonNode value, JsonNode alternatives, String at) throws IOException {
        for (JsonNode each : alternatives) {
            JsonNode target =
                    each.has("$ref") ? root.at(each.path("$ref").stringValue().substring(1)) : each;
            boolean meant = value.isObject()
                    ? target.at("/properties/type/const").equals(value.path("type"))
                    : target.path("type").stringValue().equals(type(value));
            if (meant) {
                accepts(value, target, at);
                return;
            }
        }
        throw new AssertionError(at + ": the schema has no alternative for " + value);
    }

    private static String type(JsonNode value) {
        if (value.isObject()) {
            return "object";
        }
        if (value.isArray()) {
            return "array";
        }
        if (value.isNull()) {
            return "null";
        }
        return value.isString() ? "string" : value.isBoolean() ? "boolean" : "integer";
    }
}
