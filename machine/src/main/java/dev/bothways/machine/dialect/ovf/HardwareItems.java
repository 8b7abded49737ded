package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The items of a hardware section that count: those of the chosen configuration, without the bounds of ranges. */
final class HardwareItems {
    private static final int MOST_ITEMS = 10_000;

    private final OvfContext context;
    private final Optional<String> configuration;

    HardwareItems(OvfContext context, Optional<String> configuration) {
        this.context = context;
        this.configuration = configuration;
    }

    List<OvfItem> of(XmlElement section) throws DefinitionException {
        List<OvfItem> normal = new ArrayList<>();
        List<OvfItem> bounds = new ArrayList<>();
        for (XmlElement element : section.children()) {
            if (OvfItem.isItem(element) && ofConfiguration(element)) {
                OvfItem item = OvfItem.of(element, context);
                if (!item.bound().equals("normal")) {
                    bounds.add(item);
                } else if (item.type() == 0 && item.text("ResourceType").isEmpty()) {
                    context.breach(element, "an item has no ResourceType and is not read");
                } else {
                    normal.add(item);
                }
            }
        }
        if (normal.size() + bounds.size() > MOST_ITEMS) {
            throw context.error(section, section.name(), "has more than " + MOST_ITEMS + " items");
        }
        checkBounds(normal, bounds);
        return withoutReplaced(normal);
    }

    private boolean ofConfiguration(XmlElement element) {
        String named = element.attribute("configuration").orElse("").strip();
        List<String> names = Arrays.asList(named.split("\\s+"));
        return named.isEmpty() || configuration.filter(names::contains).isPresent();
    }

    /** An item of the configuration replaces one of all configurations that has its id (DSP0243, 9.8). */
    private List<OvfItem> withoutReplaced(List<OvfItem> items) {
        Map<String, OvfItem> byId = new LinkedHashMap<>();
        int unnamed = 0;
        for (OvfItem item : items) {
            String id = item.id();
            if (id.isEmpty()) {
                context.breach(item.element(), "an item has no InstanceID");
                id = "\0" + unnamed++;
            }
            OvfItem before = byId.get(id);
            if (before == null) {
                byId.put(id, item);
            } else if (chosen(before) == chosen(item)) {
                context.breach(item.element(), "there are two items with the InstanceID " + id);
                byId.put(id + "\0" + unnamed++, item);
            } else if (chosen(item)) {
                byId.put(id, item);
            }
        }
        return List.copyOf(byId.values());
    }

    private static boolean chosen(OvfItem item) {
        return item.element().attribute("configuration").isPresent();
    }

    /** Ranges tell within what an installer may choose; the normal item is what is taken. */
    private void checkBounds(List<OvfItem> normal, List<OvfItem> bounds) throws DefinitionException {
        Set<String> seen = new HashSet<>();
        for (OvfItem item : bounds) {
            for (String property : List.of("VirtualQuantity", "Reservation", "Limit")) {
                Optional<String> text = item.text(property);
                if (text.isPresent()) {
                    context.number(item.element(), property, text.get(), Long.MAX_VALUE);
                }
            }
            if (!seen.add(item.bound() + " " + item.id() + " "
                    + item.element().attribute("configuration").orElse(""))) {
                context.breach(
                        item.element(), "there are two items with the bound " + item.bound() + " and one InstanceID");
            }
            if (normal.stream().noneMatch(other -> other.id().equals(item.id()))) {
                context.breach(
                        item.element(),
                        "an item has the bound " + item.bound()
                                + ", and there is none with its InstanceID to be bound");
            }
        }
    }
}
