package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Extra;
import dev.bothways.machine.Lost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The file being written, and what did not get into it. Everything passes the quoting here. */
final class XlOutput {
    private static final Pattern KEY = Pattern.compile("[a-z][_0-9a-z]*");

    private final StringBuilder content = new StringBuilder();
    private final List<Lost> lost = new ArrayList<>();
    private final Set<String> written = new HashSet<>();
    private boolean gap;

    String content() {
        return content.toString();
    }

    List<Lost> lost() {
        return lost;
    }

    void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }

    /** An empty line before whatever comes next. */
    void gap() {
        gap = content.length() > 0;
    }

    void text(String key, String value) {
        line(key, XlText.quoted(expressible(key, value)));
    }

    /** xl's scanner knows no sign: below zero it must be a text, which xl's reader of numbers takes. */
    void number(String key, long value) {
        line(key, value < 0 ? XlText.quoted(Long.toString(value)) : Long.toString(value));
    }

    /** One item a line. */
    void list(String key, List<String> values) {
        StringBuilder items = new StringBuilder("[\n");
        for (String value : values) {
            items.append("    ").append(XlText.quoted(expressible(key, value))).append(",\n");
        }
        line(key, items.append(']').toString());
    }

    /** An item kept from an xl definition; it is parsed again, so that it cannot smuggle in another setting. */
    void extra(Extra extra) {
        Optional<XlValue> value = XlParser.value(extra.value());
        if (!KEY.matcher(extra.key()).matches() || value.isEmpty()) {
            lose("item of xl", "is not in xl's syntax");
        } else if (written.contains(extra.key())) {
            lose(extra.key(), "is set already by what the record says");
        } else {
            line(extra.key(), value.get().source());
        }
    }

    private String expressible(String key, String value) {
        if (XlText.expressible(value)) {
            return value;
        }
        lose("control characters in " + key, "cannot stand in an xl definition");
        return XlText.expressiblePart(value);
    }

    private void line(String key, String source) {
        if (gap) {
            content.append('\n');
            gap = false;
        }
        written.add(key);
        content.append(key).append(" = ").append(source).append('\n');
    }
}
