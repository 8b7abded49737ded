package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.util.List;
import java.util.Optional;

/**
 * The {@code ova.xml} that begins an XVA, the export of XenServer and XCP-ng: a value of XML-RPC with a {@code version} and
 * the {@code objects} of XAPI's database that belong to the machine (VM, VBD, VDI, SR, VIF, network ...), each with its
 * class, the id that the others refer to it by ({@code Ref:4}), and its record. After XAPI of XenServer 7.1 to 8 and XCP-ng
 * 8.3; records of XenServer 4 to 7.0 lack fields and are read too, and so is the {@code <appliance>} of XenEnterprise 3.
 *
 * <p>A disk's medium is the folder in the archive that holds its chunks, which is its VDI's id.
 */
public final class XapiDialect implements Dialect {
    static final String ID = "xapi";

    private static final String EXPORT = "{}value";
    private static final String APPLIANCE = "{}appliance";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "an ova.xml of XenServer or XCP-ng";
    }

    @Override
    public boolean recognizes(byte[] content) {
        Optional<String> root = XmlReader.rootOf(content);
        return root.filter(name -> name.equals(EXPORT) || name.equals(APPLIANCE))
                .isPresent();
    }

    /** In the order of the file; several where a whole appliance was exported. */
    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        XmlElement root = XmlReader.read(content, fileName);
        return switch ("{" + root.namespace() + "}" + root.name()) {
            case APPLIANCE -> new ApplianceReader(root, fileName).machines();
            case EXPORT -> new XapiReader(XapiDocument.of(root, fileName)).machines();
            default ->
                throw DefinitionException.of(
                        fileName,
                        "begins with the element " + root.name() + ", and a definition exported by XAPI with value");
        };
    }

    /**
     * The disks in the archive that this definition begins, in the order in which their chunks follow: by the texts of their
     * folders' names ({@code Ref:10} before {@code Ref:4}). CDs are never in there.
     *
     * @param content the definition
     * @param fileName what to call it in messages
     */
    public List<ArchivedDisk> disks(byte[] content, String fileName) throws DefinitionException {
        XmlElement root = XmlReader.read(content, fileName);
        if (root.name().equals("appliance")) {
            throw DefinitionException.of(
                    fileName,
                    "belongs to an export of XenEnterprise 3, whose disks are gzipped pieces that are not read; import it"
                            + " into a XenServer up to 7.6 and export it from there");
        }
        return ArchivedDisks.of(XapiDocument.of(root, fileName));
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    /** As {@link #archive}, with disks of no size, which is reported as lost. */
    @Override
    public Written write(Machine machine) {
        return new XapiWriter(machine, Optional.empty()).write().definition();
    }

    /**
     * Writes the definition that begins an archive.
     *
     * @param sizes of the machine's hard disks in order, in bytes
     * @throws IllegalArgumentException if the machine is for no platform of Xen, or {@code sizes} are not as many as its
     *     disks
     */
    public Archive archive(Machine machine, List<Long> sizes) {
        return new XapiWriter(machine, Optional.of(List.copyOf(sizes))).write();
    }

    /**
     * A disk in the archive.
     *
     * @param folder where its chunks are
     * @param size what the guest sees, in bytes
     */
    public record ArchivedDisk(String folder, long size) {}

    /**
     * What an archive is made of.
     *
     * @param definition its first member
     * @param disks of the machine's hard disks, in their order; one that XenServer cannot have is left out, and lost
     */
    public record Archive(Written definition, List<Optional<ArchivedDisk>> disks) {
        public Archive {
            disks = List.copyOf(disks);
        }
    }
}
