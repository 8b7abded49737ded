package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.json.JsonReader;
import dev.bothways.machine.dialect.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code xl list -l} prints of the machines of a host, read only: libxl's {@code libxl_domain_config} as JSON (the names are
 * those of {@code libxl_types.idl}, Xen 4.20), a list of them with their numbers or one alone. Domain-0 is passed over.
 *
 * <p>Each becomes the settings of an xl definition first, so that it means what the definition it was made from means.
 */
public final class XlJsonDialect implements Dialect {
    static final String ID = "xl-json";

    private static final int LOOKED_AT = 4096;
    private static final String CREATION = "c_info";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "the output of xl list -l";
    }

    @Override
    public boolean recognizes(byte[] content) {
        String begin = new String(content, 0, Math.min(content.length, LOOKED_AT), StandardCharsets.UTF_8).strip();
        return (begin.startsWith("{") || begin.startsWith("[")) && begin.contains("\"" + CREATION + "\"");
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        JsonValue value = JsonReader.read(content, fileName);
        List<JsonValue> listed = value instanceof JsonValue.Items items ? items.items() : List.of(value);
        List<Parsed> machines = new ArrayList<>();
        for (JsonValue one : listed) {
            Optional<JsonItem> configuration = configuration(one, fileName);
            if (configuration.isPresent()) {
                machines.add(new XlJsonReader(fileName, configuration.get()).read());
            }
        }
        if (machines.isEmpty()) {
            throw DefinitionException.of(
                    fileName, "lists no machine but Domain-0; start the machine, and list it again");
        }
        return machines;
    }

    /** The configuration alone, or in an object with the machine's number. */
    private static Optional<JsonItem> configuration(JsonValue value, String fileName) throws DefinitionException {
        JsonItem item = JsonItem.of(fileName, "", value);
        if (value instanceof JsonValue.Members object && object.member(CREATION).isPresent()) {
            return Optional.of(item);
        }
        boolean host = item.number("domid", 0, Integer.MAX_VALUE).orElse(-1) == 0;
        return host ? Optional.empty() : Optional.of(item.item("config"));
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        throw new UnsupportedOperationException("xl creates machines from .cfg files; its JSON is only printed");
    }
}
