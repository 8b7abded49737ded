package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Extra;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The extras of a drive or network card, sorted into the fields they came from; the others are lost. */
final class KeptParts {
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> maps = new LinkedHashMap<>();

    /**
     * Sorts them.
     *
     * @param single the fields that hold one text
     * @param several the fields that hold maps
     * @param item whose extras they are
     */
    static KeptParts of(List<Extra> extras, List<String> single, List<String> several, String item, XapiWriter writer) {
        KeptParts parts = new KeptParts();
        several.forEach(map -> parts.maps.put(map, new LinkedHashMap<>()));
        for (Extra extra : extras) {
            int colon = extra.key().indexOf(':');
            Map<String, String> map =
                    colon < 0 ? null : parts.maps.get(extra.key().substring(0, colon));
            if (!extra.dialect().equals(XapiDialect.ID)) {
                writer.lose(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in XAPI");
            } else if (map != null && colon < extra.key().length() - 1) {
                map.put(
                        writer.expressible(extra.key(), extra.key().substring(colon + 1)),
                        writer.expressible(extra.key() + " of " + item, extra.value()));
            } else if (single.contains(extra.key())) {
                parts.fields.put(extra.key(), writer.expressible(extra.key() + " of " + item, extra.value()));
            } else {
                writer.lose("item " + extra.key() + " of " + item, "is not one that XAPI has");
            }
        }
        return parts;
    }

    String field(String name, String otherwise) {
        return fields.getOrDefault(name, otherwise);
    }

    Map<String, String> map(String name) {
        return maps.getOrDefault(name, Map.of());
    }
}
