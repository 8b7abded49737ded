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

    /** In the order in which they are written. */
    static final List<String> SHARES = List.of("Limit", "Reservation", "Weight");

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
        for (String share : SHARES) {
            item.text(share).ifPresent(value -> kept.add(new Extra(OvfDialect.ID, prefix + share, value)));
        }
        for (XmlElement child : item.element().children()) {
            if (mayStand(child) && !parts.ovirt()) {
                boolean standard = !child.namespace().equals(OvfNamespaces.VMW);
                if (standard
                        && child.attribute("required").filter("false"::equals).isEmpty()) {
                    context.breach(
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

    /** Whether an element is none of those that are read and written by their names. */
    static boolean mayStand(XmlElement property) {
        return !UNDERSTOOD.contains(property.name()) && !SHARES.contains(property.name());
    }

    /** Whether a device is there when the machine starts, where that is not as {@code usual}. */
    static void connected(OvfItem item, boolean usual, List<Extra> extras) {
        String text = item.text("AutomaticAllocation").orElse("");
        if (text.equals(String.valueOf(!usual))) {
            extras.add(new Extra(OvfDialect.ID, "AutomaticAllocation", text));
        }
    }
}
