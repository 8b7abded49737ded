package dev.bothways.cli;

import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Results for programs (RFC 8259): maps and records are objects, iterables are arrays, an empty {@link Optional} is null. It
 * writes by itself what a binding library would write too, for that one doubles the classes that a start loads.
 */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** A value over several lines. */
    static String text(Object value) {
        return written(value, new OverLines());
    }

    /** A value on one line. */
    static String line(Object value) {
        return written(value, ObjectWriteContext.empty());
    }

    private static String written(Object value, ObjectWriteContext context) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(context, text)) {
            write(value, out);
        }
        return text.toString();
    }

    private static void write(@Nullable Object value, JsonGenerator out) {
        switch (value) {
            case null -> out.writeNull();
            case Optional<?> optional -> write(optional.orElse(null), out);
            case CharSequence text -> out.writeString(text.toString());
            case Boolean truth -> out.writeBoolean(truth);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Double number -> out.writeNumber(number);
            case Enum<?> constant -> out.writeString(constant.name());
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((name, each) -> {
                    out.writeName(name.toString());
                    write(each, out);
                });
                out.writeEndObject();
            }
            case Iterable<?> values -> {
                out.writeStartArray();
                values.forEach(each -> write(each, out));
                out.writeEndArray();
            }
            case Record components -> {
                out.writeStartObject();
                for (RecordComponent component : components.getClass().getRecordComponents()) {
                    out.writeName(component.getName());
                    write(of(component, components), out);
                }
                out.writeEndObject();
            }
            default -> throw new IllegalArgumentException("JSON has no form for a " + value.getClass());
        }
    }

    private static @Nullable Object of(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("JSON has no form for a " + value.getClass(), e);
        }
    }

    private static final class OverLines extends ObjectWriteContext.Base {
        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }
    }
}
