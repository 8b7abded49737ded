package dev.bothways.machine.dialect.libvirt;

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
import java.util.Set;

/**
 * libvirt's domain XML, after the documentation of libvirt 11 (formatdomain): domains of QEMU and KVM, Xen, VMware, VirtualBox
 * and Hyper-V are read, alone, in a snapshot's definition ({@code <domainsnapshot>}) or in the record of a running domain
 * ({@code <domstatus>}). Written are those of KVM and Xen.
 *
 * <p>Whatever the record has no word for is kept as XML and comes back when it is written again.
 */
public final class LibvirtDialect implements Dialect {
    public static final String ID = "libvirt";

    private static final Set<String> WRAPPERS = Set.of("domainsnapshot", "domstatus");
    private static final String DOMAIN = "domain";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String described() {
        return "a domain XML of libvirt";
    }

    @Override
    public boolean recognizes(byte[] content) {
        String root = XmlReader.rootOf(content).orElse("");
        return root.equals("{}" + DOMAIN) || WRAPPERS.stream().anyMatch(wrapper -> root.equals("{}" + wrapper));
    }

    @Override
    public List<Parsed> parse(byte[] content, String fileName) throws DefinitionException {
        XmlElement root = XmlReader.read(content, fileName);
        Values values = new Values(fileName);
        XmlElement domain = root;
        if (WRAPPERS.contains(root.name())) {
            domain = root.child(DOMAIN)
                    .orElseThrow(() -> values.wrong(root, "holds no domain, so there is no machine in it"));
        }
        if (!domain.name().equals(DOMAIN) || !domain.namespace().isEmpty()) {
            throw values.wrong(domain, "is not the domain that a definition of libvirt begins with");
        }
        Machine machine = DomainReader.read(domain, values);
        return List.of(new Parsed(machine, values.warnings()));
    }

    @Override
    public Optional<Extra> withoutHost(Extra extra) {
        return HostItems.without(extra);
    }

    @Override
    public Written write(Machine machine) {
        return new DomainWriter(machine).write();
    }
}
