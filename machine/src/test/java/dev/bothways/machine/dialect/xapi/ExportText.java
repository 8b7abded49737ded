package dev.bothways.machine.dialect.xapi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exports as XAPI writes them, on one line and with every type it uses. Written after the documentation of XML-RPC, apart
 * from the dialect's writer.
 */
final class ExportText {
    private final StringBuilder objects = new StringBuilder();

    /** Adds an object; fields are texts, truths, maps and lists. */
    ExportText object(String type, String id, Map<String, Object> fields) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("class", type);
        object.put("id", id);
        object.put("snapshot", fields);
        objects.append(value(object));
        return this;
    }

    byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    String text() {
        String version = value(Map.of("export_vsn", "2"));
        return "<?xml version=\"1.0\"?><value><struct><member><name>version</name>" + version
                + "</member><member><name>objects</name><value><array><data>" + objects
                + "</data></array></value></member></struct></value>";
    }

    private static String value(Object value) {
        return "<value>"
                + switch (value) {
                    case Boolean truth -> "<boolean>" + (truth ? 1 : 0) + "</boolean>";
                    case Map<?, ?> map -> {
                        StringBuilder struct = new StringBuilder("<struct>");
                        map.forEach((key, item) -> struct.append("<member><name>")
                                .append(key)
                                .append("</name>")
                                .append(value(item))
                                .append("</member>"));
                        yield struct + "</struct>";
                    }
                    case List<?> list -> {
                        StringBuilder array = new StringBuilder("<array><data>");
                        list.forEach(item -> array.append(value(item)));
                        yield array + "</data></array>";
                    }
                    default ->
                        String.valueOf(value)
                                .replace("&", "&amp;")
                                .replace("<", "&lt;")
                                .replace(">", "&gt;");
                }
                + "</value>";
    }

    /** Windows on UEFI with secure boot and a TPM, as XCP-ng 8.3 exports it. */
    static ExportText emulated() {
        return new ExportText()
                .object(
                        "VM",
                        "Ref:0",
                        fields(
                                "uuid", "8a5d1a6b-6c2e-4d0e-9d3b-0f4b1c2d3e4f",
                                "name_label", "win <22> & co",
                                "name_description", "a server",
                                "is_a_template", false,
                                "is_a_snapshot", false,
                                "memory_static_max", "8589934592",
                                "memory_dynamic_max", "4294967296",
                                "memory_dynamic_min", "2147483648",
                                "memory_static_min", "1073741824",
                                "VCPUs_params", Map.of("weight", "512", "cap", "150"),
                                "VCPUs_max", "4",
                                "VCPUs_at_startup", "2",
                                "actions_after_crash", "preserve",
                                "VTPMs", List.of("Ref:9"),
                                "PV_bootloader", "",
                                "HVM_boot_policy", "BIOS order",
                                "HVM_boot_params", fields("firmware", "uefi", "order", "dc"),
                                "HVM_shadow_multiplier", "1.000",
                                "platform",
                                        fields(
                                                "acpi", "1",
                                                "apic", "true",
                                                "nx", "true",
                                                "pae", "true",
                                                "viridian", "true",
                                                "secureboot", "true",
                                                "timeoffset", "-3600",
                                                "cores-per-socket", "2",
                                                "nested-virt", "true",
                                                "vga", "std",
                                                "videoram", "8",
                                                "nic_type", "e1000",
                                                "device-model", "qemu-upstream-uefi",
                                                "device_id", "0002"),
                                "other_config",
                                        fields(
                                                "base_template_name", "Windows Server 2022 (64-bit)",
                                                "mac_seed", "x",
                                                "pci", "0/0000:04:00.0,1/0000:05:00.1"),
                                "has_vendor_device", true,
                                "tags", List.of("web", "prod"),
                                "reference_label", "windows-server-2022-64bit",
                                "domain_type", "hvm",
                                "NVRAM", Map.of("EFI-variables", "VkFSUwE=")))
                .object("VTPM", "Ref:9", fields("vTPM'_VM", "Ref:0", "vTPM'_content", "c2VjcmV0"))
                .object("VBD", "Ref:3", vbd("Ref:4", "0", "Disk", true))
                .object("VBD", "Ref:5", vbd("Ref:10", "1", "Disk", false))
                .object("VBD", "Ref:6", vbd("OpaqueRef:NULL", "3", "CD", false))
                .object("VDI", "Ref:4", vdi("system", "42949672960"))
                .object("VDI", "Ref:10", vdi("data", "1073741824"))
                .object("SR", "Ref:7", fields("content_type", "user"))
                .object(
                        "VIF",
                        "Ref:1",
                        fields(
                                "VM", "Ref:0",
                                "device", "0",
                                "network", "Ref:2",
                                "MAC", "9A:BC:00:11:22:33",
                                "MTU", "1500",
                                "ipv4_allowed", List.of("10.0.0.7"),
                                "locking_mode", "locked"))
                .object("network", "Ref:2", fields("name_label", "Servers", "bridge", "xenbr1"));
    }

    /** A paravirtual Debian with two earlier states, and a template that came along. */
    static ExportText paravirtual() {
        return new ExportText()
                .object("VM", "Ref:20", fields("name_label", "a template", "is_a_template", true))
                .object("VM", "Ref:0", paravirtualVm("db01", false))
                .object("VM", "Ref:11", snapshot("second", "20240502T10:00:00Z"))
                .object("VM", "Ref:12", snapshot("first", "20230502T10:00:00Z"))
                .object("VBD", "Ref:3", vbd("Ref:4", "0", "Disk", true))
                .object("VBD", "Ref:13", fields("VM", "Ref:12", "VDI", "Ref:14", "userdevice", "0"))
                .object("VDI", "Ref:4", vdi("db01 0", "8589934592"))
                .object("VDI", "Ref:14", vdi("then", "8589934592"))
                .object("SR", "Ref:7", fields("content_type", "user"));
    }

    private static Map<String, Object> paravirtualVm(String name, boolean snapshot) {
        return fields(
                "uuid", "",
                "name_label", name,
                "is_a_template", snapshot,
                "is_a_snapshot", snapshot,
                "memory_static_max", "536870912",
                "VCPUs_max", "2",
                "PV_bootloader", "pygrub",
                "PV_bootloader_args", "--kernel=/vmlinuz  -q",
                "PV_args", "root=/dev/xvda1 console=hvc0",
                "HVM_boot_policy", "",
                "reference_label", "debian-8");
    }

    private static Map<String, Object> snapshot(String name, String time) {
        Map<String, Object> fields = paravirtualVm(name, true);
        fields.put("snapshot_of", "Ref:0");
        fields.put("snapshot_time", time);
        return fields;
    }

    private static Map<String, Object> vbd(String vdi, String number, String type, boolean bootable) {
        return fields(
                "VM", "Ref:0",
                "VDI", vdi,
                "userdevice", number,
                "bootable", bootable,
                "mode", "RW",
                "type", type,
                "empty", vdi.equals("OpaqueRef:NULL"));
    }

    private static Map<String, Object> vdi(String name, String size) {
        return fields("name_label", name, "SR", "Ref:7", "virtual_size", size, "type", "user");
    }

    static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }
}
