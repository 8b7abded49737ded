package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The record of the VM itself. */
final class VmFields {
    static final String NEVER = "19700101T00:00:00Z";

    private static final long MEBIBYTE = 1L << 20;
    private static final Pattern PCI = Pattern.compile("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");

    private final Machine machine;
    private final XapiWriter writer;
    private final boolean emulated;
    private final Map<String, String> fields = new LinkedHashMap<>(KeptFields.DEFAULTS);
    private final Map<String, Map<String, String>> maps = new LinkedHashMap<>();
    private final List<String> tags = new ArrayList<>();
    private String loader = "";
    private String loaderArguments = "";

    VmFields(Machine machine, XapiWriter writer) {
        this.machine = machine;
        this.writer = writer;
        this.emulated = machine.platform() == Platform.XEN_HVM;
        KeptFields.MAPS.forEach(map -> maps.put(map, new LinkedHashMap<>()));
    }

    /** The record with the ids of its parts. */
    RpcRecord record(List<String> vbds, List<String> vifs, List<String> chips) {
        fields.put("memory_static_min", Long.toString(machine.memory().minimum()));
        fields.put("domain_type", type());
        firmware();
        processors();
        consoles();
        display();
        clock();
        hostDevices();
        if (emulated) {
            KeptFields.PLATFORM.forEach((key, value) -> set("platform", key, value));
        }
        NicObjects.emulatedModel(machine).ifPresent(model -> set("platform", "nic_type", model));
        KeptExtras extras = new KeptExtras(writer, fields, maps, tags);
        machine.extras().forEach(extras::apply);
        defaults();
        RpcRecord record = new RpcRecord();
        head(record);
        memory(record);
        parts(record, vbds, vifs, chips);
        rest(record);
        return record;
    }

    private void set(String map, String key, String value) {
        maps.getOrDefault(map, Map.of()).put(key, value);
    }

    private String type() {
        return switch (machine.platform()) {
            case XEN_HVM -> "hvm";
            case XEN_PVH -> "pvh";
            default -> "pv";
        };
    }

    private void firmware() {
        switch (machine.firmware()) {
            case Firmware.Bios ignored -> requireEmulated("a BIOS");
            case Firmware.Uefi uefi -> {
                requireEmulated("UEFI");
                set("HVM_boot_params", "firmware", "uefi");
                set("platform", "secureboot", Boolean.toString(uefi.secureBoot()));
                uefi.variables()
                        .ifPresent(
                                file -> writer.lose("UEFI variables " + file, "are kept by XAPI in a form of its own"));
            }
            case Firmware.DirectKernel direct -> {
                if (emulated) {
                    writer.lose(
                            "kernel " + direct.kernel() + " of the host", "starts no emulated machine of XenServer");
                } else {
                    fields.put("PV_kernel", writer.expressible("kernel", direct.kernel()));
                    fields.put(
                            "PV_ramdisk",
                            writer.expressible("ramdisk", direct.ramdisk().orElse("")));
                    fields.put("PV_args", writer.expressible("kernel's command line", direct.commandLine()));
                }
            }
            case Firmware.HostBootLoader host -> bootLoader(host);
            case Firmware.ParavirtualGrub grub -> {
                writer.lose(
                        "boot loader " + grub.image(), "is not offered by XenServer; pygrub reads the menu instead");
                bootLoader(new Firmware.HostBootLoader("pygrub", List.of(), Optional.empty(), Optional.empty(), ""));
            }
        }
        if (!emulated && !machine.bootOrder().isEmpty()) {
            writer.lose("boot order", "means nothing without firmware");
        } else if (!machine.bootOrder().isEmpty()) {
            set("HVM_boot_params", "order", order());
        }
    }

    private void bootLoader(Firmware.HostBootLoader host) {
        if (emulated) {
            writer.lose("boot loader " + host.program(), "starts no emulated machine of XenServer");
            return;
        }
        loader = writer.expressible("boot loader", host.program());
        loaderArguments = writer.expressible("boot loader's arguments", PygrubArguments.text(host));
        for (String argument : PygrubArguments.unfit(host)) {
            writer.lose("argument '" + argument + "' of the boot loader", "is empty or has a blank in it");
        }
        fields.put("PV_args", writer.expressible("kernel's command line", host.commandLine()));
    }

    private void requireEmulated(String what) {
        if (!emulated) {
            throw new IllegalArgumentException(machine.platform().id() + " has no room for " + what);
        }
    }

    private String order() {
        return machine.bootOrder().stream()
                .map(device -> switch (device) {
                    case BootDevice.DISK -> "c";
                    case BootDevice.CDROM -> "d";
                    case BootDevice.NETWORK -> "n";
                    case BootDevice.FLOPPY -> "a";
                })
                .collect(Collectors.joining());
    }

    private void processors() {
        Processors processors = machine.processors();
        processors.limit().ifPresent(limit -> set("VCPUs_params", "cap", Integer.toString(limit)));
        processors.weight().ifPresent(weight -> set("VCPUs_params", "weight", Integer.toString(weight)));
        if (processors.nested()) {
            // The name before XCP-ng 8.3, and the one since.
            set("platform", "exp-nested-hvm", "true");
            set("platform", "nested-virt", "true");
        }
        processors.topology().ifPresent(topology -> {
            boolean expressible = topology.threadsPerCore() == 1
                    && topology.coresPerSocket() > 0
                    && (long) topology.sockets() * topology.coresPerSocket() == processors.maximum();
            if (expressible) {
                set("platform", "cores-per-socket", Integer.toString(topology.coresPerSocket()));
            } else {
                writer.lose("processor topology", "is more than cores per socket, all that XAPI has");
            }
        });
    }

    private void consoles() {
        List<Console> ports = new ArrayList<>();
        for (Console console : machine.consoles()) {
            boolean ownOfXen = console.type() == Console.Type.XEN && console.connection() == Console.Connection.PTY;
            if (console.type() == Console.Type.SERIAL && emulated && ports.isEmpty()) {
                ports.add(console);
            } else if (emulated || !ownOfXen) {
                writer.lose(
                        console.type().id() + " console",
                        emulated
                                ? "is more than the one serial port of a machine of XenServer"
                                : "has no counterpart under "
                                        + machine.platform().id());
            }
        }
        if (emulated && ports.isEmpty()) {
            set("other_config", SerialSetting.KEY, SerialSetting.NONE);
        } else if (emulated && !ports.getFirst().equals(Console.pty(Console.Type.SERIAL))) {
            set(
                    "other_config",
                    SerialSetting.KEY,
                    writer.expressible("serial console", SerialSetting.text(ports.getFirst())));
        }
    }

    private void display() {
        machine.display().adapter().ifPresent(adapter -> {
            switch (adapter) {
                case "stdvga", "cirrus" -> {
                    if (emulated) {
                        set("platform", "vga", adapter.equals("stdvga") ? "std" : adapter);
                    } else {
                        writer.lose("screen adapter " + adapter, "is not there without emulation");
                    }
                }
                case "xenfb" -> {
                    if (emulated) {
                        writer.lose("screen adapter xenfb", "is that of a machine without emulation");
                    } else {
                        set("platform", "pvfb", "true");
                    }
                }
                default -> writer.lose("screen adapter " + adapter, "is not offered by XenServer");
            }
        });
        machine.display().videoMemory().ifPresent(bytes -> {
            if (emulated) {
                set("platform", "videoram", Long.toString(Math.ceilDiv(bytes, MEBIBYTE)));
            } else {
                writer.lose("video memory", "is not there without emulation");
            }
        });
        machine.display()
                .viewers()
                .forEach(viewer -> writer.lose(
                        viewer.protocol().id() + " viewer", "is not chosen: XenServer shows every console itself"));
        machine.display().keymap().ifPresent(keymap -> set("platform", "keymap", writer.expressible("keymap", keymap)));
    }

    private void clock() {
        if (machine.clock().base() == Clock.Base.LOCAL_TIME) {
            writer.lose("clock in local time", "is not offered by XAPI: set platform:timeoffset to the zone's seconds");
        }
        set("platform", "timeoffset", Long.toString(machine.clock().offsetSeconds()));
    }

    private void hostDevices() {
        List<String> devices = new ArrayList<>();
        for (HostDevice device : machine.hostDevices()) {
            if (device.kind().equals("pci") && PCI.matcher(device.address()).matches()) {
                devices.add(devices.size() + "/" + device.address());
            } else {
                writer.lose("host device " + device.kind() + " " + device.address(), "stays with its host");
            }
        }
        if (!devices.isEmpty()) {
            set("other_config", "pci", String.join(",", devices));
        }
    }

    /** What XAPI needs said, where no kept item says otherwise. */
    private void defaults() {
        guestOs();
        if (!emulated) {
            return;
        }
        Map<String, String> platform = maps.getOrDefault("platform", Map.of());
        boolean windows = machine.guestOs().filter(GuestTemplates::isWindows).isPresent();
        platform.putIfAbsent("viridian", Boolean.toString(windows));
        if (machine.firmware() instanceof Firmware.Uefi) {
            platform.putIfAbsent("device-model", KeptFields.MODEL_FOR_UEFI);
        }
    }

    private void guestOs() {
        Optional<String> template = machine.guestOs()
                .map(GuestOs::of)
                .filter(GuestOs::known)
                .flatMap(system -> system.words().template());
        Map<String, String> settings = maps.getOrDefault("other_config", Map.of());
        if (machine.guestOs().isPresent()
                && template.isEmpty()
                && field("reference_label").isEmpty()) {
            writer.lose("guest operating system " + machine.guestOs().get(), "has no template of its own in XenServer");
        }
        template.ifPresent(name -> settings.putIfAbsent("base_template_name", name));
    }

    private void head(RpcRecord record) {
        record.text("uuid", machine.uuid().map(UUID::toString).orElseGet(() -> writer.derived("vm")))
                .emptyArrays("allowed_operations")
                .emptyMaps("current_operations")
                .text("power_state", "Halted")
                .text("name_label", writer.expressible("name", machine.name()))
                .text(
                        "name_description",
                        writer.expressible("description", machine.description().orElse("")))
                .text("user_version", field("user_version"))
                .truth("is_a_template", false)
                .truth("is_default_template", false)
                .none("suspend_VDI")
                .none("resident_on")
                .none("scheduled_to_be_resident_on")
                .none("affinity");
    }

    private String field(String name) {
        return fields.getOrDefault(name, "");
    }

    private void memory(RpcRecord record) {
        record.text("memory_overhead", 0)
                .text("memory_target", machine.memory().startup())
                .text("memory_static_max", machine.memory().maximum())
                .text("memory_dynamic_max", machine.memory().startup())
                .text("memory_dynamic_min", machine.memory().minimum())
                .text("memory_static_min", field("memory_static_min"))
                .map("VCPUs_params", maps.getOrDefault("VCPUs_params", Map.of()))
                .text("VCPUs_max", machine.processors().maximum())
                .text("VCPUs_at_startup", machine.processors().count());
    }

    private void parts(RpcRecord record, List<String> vbds, List<String> vifs, List<String> chips) {
        record.text("actions_after_softreboot", field("actions_after_softreboot"))
                .text("actions_after_shutdown", field("actions_after_shutdown"))
                .text("actions_after_reboot", field("actions_after_reboot"))
                .text("actions_after_crash", field("actions_after_crash"))
                .emptyArrays("consoles")
                .texts("VIFs", vifs)
                .texts("VBDs", vbds)
                .emptyArrays("VUSBs", "crash_dumps")
                .texts("VTPMs", chips)
                .text("PV_bootloader", loader)
                .text("PV_kernel", field("PV_kernel"))
                .text("PV_ramdisk", field("PV_ramdisk"))
                .text("PV_args", field("PV_args"))
                .text("PV_bootloader_args", loaderArguments)
                .text("PV_legacy_args", field("PV_legacy_args"))
                .text("HVM_boot_policy", emulated ? "BIOS order" : "")
                .map("HVM_boot_params", maps.getOrDefault("HVM_boot_params", Map.of()))
                .typed("HVM_shadow_multiplier", "double", field("HVM_shadow_multiplier"))
                .map("platform", maps.getOrDefault("platform", Map.of()))
                .text("PCI_bus", field("PCI_bus"))
                .map("other_config", maps.getOrDefault("other_config", Map.of()));
    }

    private void rest(RpcRecord record) {
        record.text("domid", -1)
                .blank("domarch")
                .emptyMaps("last_boot_CPU_flags")
                .truth("is_control_domain", false)
                .none("metrics")
                .none("guest_metrics")
                .blank("last_booted_record")
                .text("recommendations", field("recommendations"))
                .map("xenstore_data", maps.getOrDefault("xenstore_data", Map.of()))
                .truth("ha_always_run", false)
                .text("ha_restart_priority", field("ha_restart_priority"))
                .truth("is_a_snapshot", false)
                .none("snapshot_of")
                .emptyArrays("snapshots")
                .typed("snapshot_time", "dateTime.iso8601", NEVER)
                .blank("transportable_snapshot_id")
                .emptyMaps("blobs")
                .texts("tags", tags)
                .map("blocked_operations", maps.getOrDefault("blocked_operations", Map.of()))
                .emptyMaps("snapshot_info")
                .blank("snapshot_metadata")
                .none("parent")
                .emptyArrays("children")
                .map("bios_strings", maps.getOrDefault("bios_strings", Map.of()))
                .none("protection_policy")
                .truth("is_snapshot_from_vmpp", false)
                .none("snapshot_schedule")
                .truth("is_vmss_snapshot", false)
                .none("appliance")
                .text("start_delay", field("start_delay"))
                .text("shutdown_delay", field("shutdown_delay"))
                .text("order", field("order"))
                .emptyArrays("VGPUs", "attached_PCIs")
                .none("suspend_SR")
                .text("version", 0)
                .text("generation_id", field("generation_id"))
                .text("hardware_platform_version", field("hardware_platform_version"))
                .truth("has_vendor_device", XapiRecord.isTrue(field("has_vendor_device")))
                .truth("requires_reboot", false)
                .text("reference_label", field("reference_label"))
                .text("domain_type", field("domain_type"))
                .map("NVRAM", maps.getOrDefault("NVRAM", Map.of()));
    }
}
