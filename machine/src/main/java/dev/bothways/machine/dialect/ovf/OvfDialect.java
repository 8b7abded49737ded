package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OVF envelopes: DSP0243 1.0 to 2.1.1 and the draft 0.9 before it, with the extensions of VMware (vCenter, ovftool, vCloud, Studio),
 * VirtualBox, oVirt and XenServer. Of configurations the author's usual one is taken; {@link OvfEnvelope#read} takes another.
 *
 * <p>A medium's path is the {@code href} of its file as it stands. What leaves open which disk, number or machine is meant is an
 * error; so is what else the specification forbids, except to who asks for it to be read all the same. {@code docs/formats/ovf.md}
 * has the list.
 */
public final class OvfDialect implements Dialect {
    /** The dialect's id. */
    public static final String ID = "ovf";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "an OVF envelope";
    }

    @Override
    public boolean recognizes(byte[] content) {
        Optional<String> root = XmlReader.rootOf(content);
        return root.isPresent()
                && root.get().endsWith("}Envelope")
                && OvfNamespaces.ENVELOPES.contains(
                        root.get().substring(1, root.get().indexOf('}')));
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        return OvfEnvelope.read(content, fileName, Optional.empty(), false).machines();
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        return write(machine, Map.of());
    }

    /**
     * A machine as the importer of its platform can take it: what other products' envelopes require, and it does not know, is
     * optional.
     */
    public static Machine importable(Machine machine) {
        return Foreign.optional(machine);
    }

    /**
     * Writes an envelope that says how large its files are, as ESXi wants it.
     *
     * @param fileSizes in bytes, by the paths of the machine's media
     */
    public Written write(Machine machine, Map<String, Long> fileSizes) {
        return new OvfWriter(machine, fileSizes).write();
    }
}
