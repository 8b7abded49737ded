package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.dialect.json.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How large the volumes are that a file tells of: DataVolumes and claims beside a machine, and the templates in it. */
final class VolumeSizes {
    private final Map<String, Long> sizes = new HashMap<>();

    private VolumeSizes() {}

    static VolumeSizes of(List<JsonValue.Members> documents) {
        VolumeSizes all = new VolumeSizes();
        for (JsonValue.Members document : documents) {
            all.add(document);
            Optional<JsonValue> templates = at(document, "spec", "dataVolumeTemplates");
            if (templates.orElse(document) instanceof JsonValue.Items items) {
                for (JsonValue template : items.items()) {
                    if (template instanceof JsonValue.Members object) {
                        all.add(object);
                    }
                }
            }
        }
        return all;
    }

    private void add(JsonValue.Members document) {
        Optional<JsonValue> size = at(document, "spec", "storage", "resources", "requests", "storage")
                .or(() -> at(document, "spec", "pvc", "resources", "requests", "storage"))
                .or(() -> at(document, "spec", "resources", "requests", "storage"));
        if (size.isPresent() && at(document, "metadata", "name").orElse(document) instanceof JsonValue.Text name) {
            Quantity.of(size.get()).ifPresent(bytes -> sizes.put(name.text(), bytes));
        }
    }

    private static Optional<JsonValue> at(JsonValue.Members from, String... path) {
        Optional<JsonValue> value = Optional.of(from);
        for (String key : path) {
            value = value.flatMap(
                    found -> found instanceof JsonValue.Members object ? object.member(key) : Optional.empty());
        }
        return value;
    }

    /** The size of a volume, in bytes. */
    OptionalLong of(String name) {
        return sizes.containsKey(name) ? OptionalLong.of(sizes.getOrDefault(name, 0L)) : OptionalLong.empty();
    }
}
