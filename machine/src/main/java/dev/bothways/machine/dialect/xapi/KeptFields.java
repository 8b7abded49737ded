package dev.bothways.machine.dialect.xapi;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a VM that the record has no word for and that keep their meaning on another host; an {@code Extra} is called
 * after its field, {@code order}, or after field and key, {@code platform:device_id}, as {@code xe} writes it.
 */
final class KeptFields {
    /** Single values, with what XAPI assumes where nothing is said; in the order of the record. */
    static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("user_version", "1"),
            Map.entry("memory_static_min", ""),
            Map.entry("actions_after_shutdown", "destroy"),
            Map.entry("actions_after_softreboot", "soft_reboot"),
            Map.entry("actions_after_reboot", "restart"),
            Map.entry("actions_after_crash", "restart"),
            Map.entry("PV_kernel", ""),
            Map.entry("PV_ramdisk", ""),
            Map.entry("PV_args", ""),
            Map.entry("PV_legacy_args", ""),
            Map.entry("HVM_shadow_multiplier", "1"),
            Map.entry("PCI_bus", ""),
            Map.entry("recommendations", ""),
            Map.entry("ha_restart_priority", ""),
            Map.entry("start_delay", "0"),
            Map.entry("shutdown_delay", "0"),
            Map.entry("order", "0"),
            Map.entry("generation_id", ""),
            Map.entry("hardware_platform_version", "0"),
            Map.entry("has_vendor_device", "0"),
            Map.entry("domain_type", ""));

    /** Maps. */
    static final List<String> MAPS = List.of(
            "VCPUs_params",
            "HVM_boot_params",
            "platform",
            "other_config",
            "xenstore_data",
            "blocked_operations",
            "bios_strings",
            "NVRAM");

    static final String TAGS = "tags";

    /** What every machine that is written gets, so that it says nothing in one that is read. */
    static final Map<String, String> PLATFORM = Map.of("acpi", "1", "apic", "true", "pae", "true", "nx", "true");

    /** XenServer 7.6 to 8.1 need it said; later ones would choose it. */
    static final String MODEL_FOR_UEFI = "qemu-upstream-uefi";

    /** What XAPI chooses where nothing is said, since XenServer 7.3. */
    static final String MODEL_FOR_BIOS = "qemu-upstream-compat";

    /** They tell of a host, or of the moment of the export. */
    private static final Set<String> MOMENTARY = Set.of("mac_seed", "import_task", "vgpu_pci", "export_task");

    /** What Xen tells a guest that has no texts of its own. */
    private static final Map<String, String> BIOS_STRINGS = Map.of(
            "bios-vendor", "Xen",
            "system-manufacturer", "Xen",
            "system-product-name", "HVM domU",
            "oem-1", "Xen",
            "oem-2", "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d");

    private KeptFields() {}

    /** Whether an entry of a map says nothing that XAPI does not assume anyway, or nothing that lasts. */
    static boolean saysNothing(String map, String key, String value) {
        return switch (map) {
            case "platform" ->
                (PLATFORM.containsKey(key) && XapiRecord.isTrue(value))
                        || key.equals("timeoffset")
                        || (key.equals("stdvga") && !XapiRecord.isTrue(value));
            case "other_config" -> MOMENTARY.contains(key) || key.startsWith("last_shutdown_");
            case "xenstore_data" -> value.isBlank();
            case "bios_strings" -> value.isBlank() || value.equals(BIOS_STRINGS.get(key));
            default -> false;
        };
    }

    /** Whether a field has the value that XAPI assumes. */
    static boolean isDefault(String field, String value) {
        String usual = DEFAULTS.getOrDefault(field, "");
        if (field.equals("has_vendor_device")) {
            return !XapiRecord.isTrue(value);
        }
        return value.equals(usual) || (field.equals("HVM_shadow_multiplier") && value.matches("1(\\.0*)?"));
    }
}
