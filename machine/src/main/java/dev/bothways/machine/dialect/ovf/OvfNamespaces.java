package dev.bothways.machine.dialect.ovf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The namespaces of envelopes, and the prefixes that written ones have for them. */
final class OvfNamespaces {
    /** OVF 1.0 and 1.1. */
    static final String OVF = "http://schemas.dmtf.org/ovf/envelope/1";
    /** OVF 2.0 and 2.1. */
    static final String OVF_2 = "http://schemas.dmtf.org/ovf/envelope/2";
    /** The draft that VMware implemented first, 0.9. */
    static final String DRAFT = "http://www.vmware.com/schema/ovf/1/envelope";
    /** oVirt and RHV, whose sections look as in the draft. */
    static final String OVIRT = "http://schemas.dmtf.org/ovf/envelope/1/";

    static final String VMW = "http://www.vmware.com/schema/ovf";
    static final String VBOX = "http://www.virtualbox.org/ovf/machine";
    static final String RASD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";
    static final String VSSD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData";
    static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

    static final Set<String> ENVELOPES = Set.of(OVF, OVF_2, DRAFT, OVIRT);

    private OvfNamespaces() {}

    /** The prefixes of a written envelope. The envelope's own elements have none, its attributes {@code ovf}. */
    static Map<String, String> prefixes() {
        Map<String, String> prefixes = new LinkedHashMap<>();
        prefixes.put(OVF, "ovf");
        prefixes.put(RASD, "rasd");
        prefixes.put(VMW, "vmw");
        // VirtualBox's reader compares prefixes, not namespaces.
        prefixes.put(VBOX, "vbox");
        prefixes.put(VSSD, "vssd");
        return prefixes;
    }
}
