package dev.bothways.guest.linux;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.HypervisorTools;
import dev.bothways.guest.HypervisorTools.Product;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds a hypervisor's software: by dpkg's list of packages, else by its programs. */
final class Tools {
    /** Ten times what a desktop has; a larger one is passed over. */
    private static final int LARGEST_STATUS = 48 << 20;

    private static final String STATUS = "/var/lib/dpkg/status";

    private static final Map<String, Product> PACKAGES = Map.ofEntries(
            Map.entry("xe-guest-utilities", Product.XEN_GUEST_UTILITIES),
            Map.entry("xe-guest-utilities-latest", Product.XEN_GUEST_UTILITIES),
            Map.entry("xen-guest-agent", Product.XEN_GUEST_UTILITIES),
            Map.entry("open-vm-tools", Product.OPEN_VM_TOOLS),
            Map.entry("hyperv-daemons", Product.HYPERV_DAEMONS),
            Map.entry("linux-cloud-tools-common", Product.HYPERV_DAEMONS),
            Map.entry("waagent", Product.AZURE_AGENT),
            Map.entry("walinuxagent", Product.AZURE_AGENT),
            Map.entry("qemu-guest-agent", Product.QEMU_GUEST_AGENT),
            Map.entry("spice-vdagent", Product.SPICE_AGENT),
            Map.entry("virtualbox-guest-utils", Product.VIRTUALBOX_ADDITIONS),
            Map.entry("cloud-init", Product.CLOUD_INIT));

    private static final Map<Product, List<String>> PROGRAMS = Map.of(
            Product.XEN_GUEST_UTILITIES, List.of("/usr/sbin/xe-daemon", "/usr/sbin/xen-guest-agent"),
            Product.OPEN_VM_TOOLS, List.of("/usr/bin/vmtoolsd"),
            Product.VMWARE_TOOLS, List.of("/usr/bin/vmware-uninstall-tools.pl", "/etc/vmware-tools/locations"),
            Product.HYPERV_DAEMONS, List.of("/usr/sbin/hypervkvpd", "/usr/sbin/hv_kvp_daemon"),
            Product.AZURE_AGENT, List.of("/usr/sbin/waagent"),
            Product.QEMU_GUEST_AGENT, List.of("/usr/bin/qemu-ga", "/usr/sbin/qemu-ga"),
            Product.SPICE_AGENT, List.of("/usr/sbin/spice-vdagentd"),
            Product.VIRTUALBOX_ADDITIONS, List.of("/usr/sbin/VBoxService", "/var/lib/VBoxGuestAdditions/config"),
            Product.CLOUD_INIT, List.of("/usr/bin/cloud-init"));

    private Tools() {}

    static List<HypervisorTools> read(GuestFiles files) throws IOException {
        Map<Product, String> evidence = new EnumMap<>(Product.class);
        status(files)
                .ifPresent(text -> packages(text)
                        .forEach((name, version) ->
                                evidence.putIfAbsent(PACKAGES.get(name), "package " + name + " " + version)));
        for (Product product : Product.values()) {
            for (String program : PROGRAMS.getOrDefault(product, List.of())) {
                if (!evidence.containsKey(product) && files.exists(program)) {
                    evidence.put(product, program);
                }
            }
        }
        List<HypervisorTools> tools = new ArrayList<>();
        evidence.forEach((product, found) -> tools.add(new HypervisorTools(product, found)));
        return tools;
    }

    private static Optional<String> status(GuestFiles files) throws IOException {
        boolean there = files.find(STATUS)
                .filter(status -> status.isRegular() && status.size() <= LARGEST_STATUS)
                .isPresent();
        // Names and versions of packages are ASCII; one byte a character keeps the text small.
        return there
                ? Optional.of(new String(files.readAll(STATUS, LARGEST_STATUS), StandardCharsets.ISO_8859_1))
                : Optional.empty();
    }

    /** Those of {@link #PACKAGES} that are installed, with their versions. A stanza begins with the package's name. */
    private static Map<String, String> packages(String status) {
        Map<String, String> installed = new HashMap<>();
        for (String name : PACKAGES.keySet()) {
            int start = status.startsWith("Package: " + name + "\n") ? 0 : status.indexOf("\nPackage: " + name + "\n");
            if (start >= 0) {
                int end = status.indexOf("\n\n", start);
                String stanza = status.substring(start, end < 0 ? status.length() : end);
                if (stanza.contains("\nStatus: install ok installed")) {
                    int version = stanza.indexOf("\nVersion: ");
                    installed.put(
                            name,
                            version < 0
                                    ? ""
                                    : stanza.substring(version + 10)
                                            .lines()
                                            .findFirst()
                                            .orElse(""));
                }
            }
        }
        return installed;
    }
}
