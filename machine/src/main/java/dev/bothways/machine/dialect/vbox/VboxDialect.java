package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.util.List;
import java.util.Optional;

/**
 * VirtualBox's machine settings, {@code .vbox}, of the versions 1.11 (VirtualBox 4.0) to 1.20 (7.1 and 7.2), after {@code
 * VirtualBox-settings.xsd} of VirtualBox 7.1. Before that the media stood in another file. Written is version 1.19, which VirtualBox 7.0
 * and later read, or the version that the machine's own file had.
 */
public final class VboxDialect implements Dialect {
    /** {@link #id}. */
    public static final String ID = "vbox";

    static final String NAMESPACE = "http://www.virtualbox.org/";
    private static final String FIRST_NAMESPACE = "http://www.innotek.de/VirtualBox-settings";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a .vbox of VirtualBox";
    }

    @Override
    public boolean recognizes(byte[] content) {
        Optional<String> root = XmlReader.rootOf(content);
        return root.equals(Optional.of("{" + NAMESPACE + "}VirtualBox"))
                || root.equals(Optional.of("{" + FIRST_NAMESPACE + "}VirtualBox"));
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        XmlElement root = XmlReader.read(content, fileName);
        if (!root.name().equals("VirtualBox")) {
            throw DefinitionException.of(fileName, "is no file of VirtualBox: its root is " + root.name());
        }
        return List.of(new VboxReader(Node.of(root), fileName).read());
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        if (machine.platform() != Platform.VIRTUALBOX) {
            throw new IllegalArgumentException(
                    "vbox defines no machine for " + machine.platform().id());
        }
        return new VboxWriter(machine).write();
    }
}
