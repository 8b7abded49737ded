package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of an object to be written, in order, with the types that XAPI insists on: numbers are texts. */
final class RpcRecord {
    private final Map<String, XmlElement> fields = new LinkedHashMap<>();

    RpcRecord text(String field, Object value) {
        fields.put(field, value(value));
        return this;
    }

    RpcRecord truth(String field, boolean value) {
        return typed(field, "boolean", value ? "1" : "0");
    }

    /** A number with a fraction, or a time. */
    RpcRecord typed(String field, String type, String value) {
        fields.put(field, XmlElement.builder("value").child(type, value).build());
        return this;
    }

    RpcRecord map(String field, Map<String, String> entries) {
        XmlElement.Builder struct = XmlElement.builder("struct");
        entries.forEach((key, value) -> struct.child(member(key, value(value))));
        fields.put(field, XmlElement.builder("value").child(struct).build());
        return this;
    }

    RpcRecord texts(String field, List<String> values) {
        XmlElement.Builder data = XmlElement.builder("data");
        values.forEach(value -> data.child(value(value)));
        fields.put(field, array(data));
        return this;
    }

    /** A field that refers to nothing. */
    RpcRecord none(String field) {
        return text(field, "OpaqueRef:NULL");
    }

    /** Fields that are empty texts. */
    RpcRecord blank(String... names) {
        for (String name : names) {
            text(name, "");
        }
        return this;
    }

    /** Fields that are empty maps. */
    RpcRecord emptyMaps(String... names) {
        for (String name : names) {
            map(name, Map.of());
        }
        return this;
    }

    /** Fields that are empty arrays. */
    RpcRecord emptyArrays(String... names) {
        for (String name : names) {
            texts(name, List.of());
        }
        return this;
    }

    /** The whole as a value. */
    XmlElement value() {
        return structure(fields);
    }

    /** The record as an object with a class and an id. */
    XmlElement object(String type, String id) {
        Map<String, XmlElement> parts = new LinkedHashMap<>();
        parts.put("class", value(type));
        parts.put("id", value(id));
        parts.put("snapshot", value());
        return structure(parts);
    }

    /** An export: the version and the objects. */
    static XmlElement export(RpcRecord version, List<XmlElement> objects) {
        Map<String, XmlElement> parts = new LinkedHashMap<>();
        parts.put("version", version.value());
        parts.put("objects", array(XmlElement.builder("data").children(objects)));
        return structure(parts);
    }

    private static XmlElement structure(Map<String, XmlElement> members) {
        XmlElement.Builder struct = XmlElement.builder("struct");
        members.forEach((name, value) -> struct.child(member(name, value)));
        return XmlElement.builder("value").child(struct).build();
    }

    private static XmlElement member(String name, XmlElement value) {
        return XmlElement.builder("member").child("name", name).child(value).build();
    }

    private static XmlElement array(XmlElement.Builder data) {
        return XmlElement.builder("value")
                .child(XmlElement.builder("array").child(data))
                .build();
    }

    private static XmlElement value(Object text) {
        return XmlElement.builder("value").text(text).build();
    }
}
