package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of an item is kept as it is, because the record has no word for it. */
final class KeptProperties {
    /** Of CIM_ResourceAllocationSettingData 2.22 and, in 0.9, its drafts: read, or of no meaning for a machine. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "Address",
            "AddressOnParent",
            "AllocationUnits",
            "AutomaticAllocation",
            "AutomaticDeallocation",
            "BusNumber",
            "Caption",
            "ChangeableType",
            "ConfigurationName",
            "Connection",
            "ConsumerVisibility",
            "Description",
            "ElementName",
            "Generation",
            "HostResource",
            "InstanceID",
            "InstanceId",
            "MappingBehavior",
            "OtherResourceType",
            "Parent",
            "PoolID",
            "ResourceSubType",
            "ResourceType",
            "SoID",
            "SoOrgID",
            "VirtualQuantity",
            "VirtualQuantityUnits",
            "Config",
            "CoresPerSocket");

    private static final Set<String> SHARES = Set.of("Limit", "Reservation", "Weight");

    private final OvfContext context;
    private final EnvelopeReader.PackageParts parts;

    KeptProperties(OvfContext context, EnvelopeReader.PackageParts parts) {
        this.context = context;
        this.parts = parts;
    }

    /**
     * The extras of an item.
     *
     * @param prefix what their keys begin with
     */
    List<Extra> of(OvfItem item, String prefix) {
        List<Extra> kept = new ArrayList<>(item.settings(prefix + "Config:"));
        for (XmlElement child : item.element().children()) {
            boolean standard = !child.namespace().equals(OvfNamespaces.VMW);
            if (SHARES.contains(child.name()) && standard) {
                kept.add(new Extra(
                        OvfDialect.ID, prefix + child.name(), child.text().strip()));
            } else if (!UNDERSTOOD.contains(child.name()) && !parts.ovirt()) {
                if (standard
                        && child.attribute("required").filter("false"::equals).isEmpty()) {
                    context.warn(
                            child,
                            "the " + item.described() + " has a property " + child.name() + " that is not understood");
                }
                kept.add(new Extra(
                        OvfDialect.ID,
                        prefix + "Property:" + child.name(),
                        KeptXml.text(KeptXml.plain(child, parts.namespace()))));
            }
        }
        return kept;
    }

    /** Whether a device is there when the machine starts, where that is not as {@code usual}. */
    static void connected(OvfItem item, boolean usual, List<Extra> extras) {
        String text = item.text("AutomaticAllocation").orElse("");
        if (text.equals(String.valueOf(!usual))) {
            extras.add(new Extra(OvfDialect.ID, "AutomaticAllocation", text));
        }
    }
}
