package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** An item being written. The schema of OVF 1.x wants the properties in the order of the alphabet, and other elements behind. */
final class OvfItemWriter {
    private final SortedMap<String, String> properties = new TreeMap<>();
    private final List<XmlElement> others = new ArrayList<>();
    private boolean required = true;

    OvfItemWriter(int type, String name) {
        property("ResourceType", type);
        property("ElementName", name);
    }

    OvfItemWriter property(String name, Object value) {
        properties.put(name, String.valueOf(value));
        return this;
    }

    OvfItemWriter setting(String key, String value) {
        return child(setting("Config", key, value));
    }

    OvfItemWriter child(XmlElement element) {
        others.add(element);
        return this;
    }

    OvfItemWriter optional() {
        required = false;
        return this;
    }

    String id() {
        return properties.getOrDefault("InstanceID", "");
    }

    XmlElement build() {
        XmlElement.Builder item = XmlElement.builder(OvfNamespaces.OVF, "Item");
        if (!required) {
            item.attribute(OvfNamespaces.OVF, "required", false);
        }
        properties.forEach((name, value) ->
                item.child(XmlElement.builder(OvfNamespaces.RASD, name).text(value)));
        return item.children(others).build();
    }

    /** A setting of VMware; other products may pass over it. */
    static XmlElement setting(String element, String key, String value) {
        return XmlElement.builder(OvfNamespaces.VMW, element)
                .attribute(OvfNamespaces.OVF, "required", false)
                .attribute(OvfNamespaces.VMW, "key", key)
                .attribute(OvfNamespaces.VMW, "value", value)
                .build();
    }
}
