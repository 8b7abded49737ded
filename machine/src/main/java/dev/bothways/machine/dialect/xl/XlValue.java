package dev.bothways.machine.dialect.xl;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A value of a setting. Numbers are texts too: xl decides by the key what a value is. */
sealed interface XlValue {
    /** What xl's scanner takes for a number, and so needs no quotes. */
    Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}|0x[0-9a-f]{1,15}");

    record Text(String text) implements XlValue {}

    record Items(List<XlValue> items) implements XlValue {
        public Items {
            items = List.copyOf(items);
        }

        /** The texts among the items; xl itself passes over nested lists where it expects texts. */
        List<String> texts() {
            return items.stream()
                    .filter(Text.class::isInstance)
                    .map(item -> ((Text) item).text())
                    .toList();
        }
    }

    /** The value in xl's syntax, on one line. */
    default String source() {
        return switch (this) {
            case Text atom -> NUMBER.matcher(atom.text()).matches() ? atom.text() : XlText.quoted(atom.text());
            case Items list ->
                list.items().isEmpty()
                        ? "[ ]"
                        : list.items().stream().map(XlValue::source).collect(Collectors.joining(", ", "[ ", " ]"));
        };
    }
}
