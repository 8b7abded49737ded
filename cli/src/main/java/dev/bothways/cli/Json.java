package dev.bothways.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results for programs. */
final class Json {
    private static final JsonMapper LINES = JsonMapper.shared();
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** A value over several lines. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** A value on one line. */
    static String line(Object value) {
        return LINES.writeValueAsString(value);
    }
}
