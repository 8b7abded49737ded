package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of an {@code ova.xml}, in its order. */
final class XapiDocument {
    private final String file;
    private final Map<String, XapiRecord> byId = new LinkedHashMap<>();

    private XapiDocument(String file) {
        this.file = file;
    }

    /** Reads the value that a file consists of. */
    static XapiDocument of(XmlElement root, String file) throws DefinitionException {
        RpcValue value = RpcValue.of(root, file);
        RpcValue objects =
                value instanceof RpcValue.Struct struct ? struct.members().get("objects") : null;
        if (!(objects instanceof RpcValue.Items items)) {
            throw DefinitionException.of(
                    file, "has no array called objects in a structure, so it is no definition exported by XAPI");
        }
        XapiDocument document = new XapiDocument(file);
        for (RpcValue item : items.items()) {
            document.add(item);
        }
        return document;
    }

    private void add(RpcValue item) throws DefinitionException {
        if (!(item instanceof RpcValue.Struct object)
                || !(object.members().get("class") instanceof RpcValue.Text type)
                || !(object.members().get("id") instanceof RpcValue.Text id)
                || !(object.members().get("snapshot") instanceof RpcValue.Struct fields)) {
            throw DefinitionException.inKey(
                    file,
                    Math.max(1, item.line()),
                    "objects",
                    "holds something else than structures of class, id and snapshot");
        }
        XapiRecord record = new XapiRecord(file, type.text().strip(), id.text().strip(), fields);
        if (record.id().isEmpty()) {
            throw DefinitionException.inKey(file, Math.max(1, item.line()), "objects", "holds an object without an id");
        }
        if (byId.putIfAbsent(record.id(), record) != null) {
            throw DefinitionException.inKey(
                    file, Math.max(1, item.line()), "objects", "holds two objects called " + record.id());
        }
    }

    String file() {
        return file;
    }

    /** The objects of a class. */
    List<XapiRecord> all(String type) {
        return byId.values().stream()
                .filter(record -> record.type().equals(type))
                .toList();
    }

    /** The object of this class that has this reference. */
    Optional<XapiRecord> find(String type, Optional<String> id) {
        return id.map(byId::get).filter(record -> record.type().equals(type));
    }

    /** The objects of a class whose field refers to an owner. */
    List<XapiRecord> of(String type, String field, XapiRecord owner) throws DefinitionException {
        List<XapiRecord> found = new ArrayList<>();
        for (XapiRecord record : all(type)) {
            if (record.reference(field).filter(owner.id()::equals).isPresent()) {
                found.add(record);
            }
        }
        return found;
    }
}
