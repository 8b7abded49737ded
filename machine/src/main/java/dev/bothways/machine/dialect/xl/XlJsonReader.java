package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.dialect.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes xl's settings of a {@code libxl_domain_config}. */
final class XlJsonReader {
    private static final long KIBIBYTE = 1024;
    /** Far above any host, and far from an overflow in bytes. */
    private static final long MOST_KIBIBYTES = 1L << 44;

    private static final int MOST_PROCESSORS = 65_535;

    /** What libxl works out itself. */
    private static final List<String> WORKED_OUT = List.of(
            "oos",
            "ssidref",
            "poolid",
            "run_hotplug_scripts",
            "cpumap",
            "nodemap",
            "numa_placement",
            "shadow_memkb",
            "iommu_memkb",
            "exec_ssidref",
            "claim_mode",
            "event_channels",
            "stubdomain_memkb");

    private static final SortedMap<String, String> TRUTHS = new TreeMap<>(Map.ofEntries(
            Map.entry("hap", "hap"),
            Map.entry("driver_domain", "driver_domain"),
            Map.entry("localtime", "localtime"),
            Map.entry("disable_migrate", "nomigrate"),
            Map.entry("device_model_stubdomain", "device_model_stubdomain_override"),
            Map.entry("dm_restrict", "dm_restrict"),
            Map.entry("acpi", "acpi"),
            Map.entry("apic", "apic"),
            Map.entry("nested_hvm", "nestedhvm"),
            Map.entry("pae", "pae"),
            Map.entry("nx", "nx"),
            Map.entry("acpi_s3", "acpi_s3"),
            Map.entry("acpi_s4", "acpi_s4"),
            Map.entry("acpi_laptop_slate", "acpi_laptop_slate"),
            Map.entry("viridian", "viridian"),
            Map.entry("hpet", "hpet"),
            Map.entry("vpt_align", "vpt_align"),
            Map.entry("nographic", "nographic"),
            Map.entry("gfx_passthru", "gfx_passthru"),
            Map.entry("usb", "usb"),
            Map.entry("vkb_device", "vkb_device"),
            Map.entry("xen_platform_pci", "xen_platform_pci"),
            Map.entry("e820_host", "e820_host"),
            Map.entry("pvshim", "pvshim")));

    private static final SortedMap<String, String> TEXTS = new TreeMap<>(Map.ofEntries(
            Map.entry("name", "name"),
            Map.entry("uuid", "uuid"),
            Map.entry("pool_name", "pool"),
            Map.entry("passthrough", "passthrough"),
            Map.entry("tsc_mode", "tsc_mode"),
            Map.entry("rtc_timeoffset", "rtc_timeoffset"),
            Map.entry("exec_ssid_label", "seclabel"),
            Map.entry("max_grant_frames", "max_grant_frames"),
            Map.entry("max_maptrack_frames", "max_maptrack_frames"),
            Map.entry("device_model", "device_model_override"),
            Map.entry("stubdomain_kernel", "stubdomain_kernel"),
            Map.entry("stubdomain_ramdisk", "stubdomain_ramdisk"),
            Map.entry("kernel", "kernel"),
            Map.entry("ramdisk", "ramdisk"),
            Map.entry("cmdline", "cmdline"),
            Map.entry("device_tree", "device_tree"),
            Map.entry("bootloader", "bootloader"),
            Map.entry("timer_mode", "timer_mode"),
            Map.entry("bios", "bios"),
            Map.entry("firmware", "firmware_override"),
            Map.entry("altp2m", "altp2m"),
            Map.entry("smbios_firmware", "smbios_firmware"),
            Map.entry("acpi_firmware", "acpi_firmware"),
            Map.entry("system_firmware", "bios_path_override"),
            Map.entry("keymap", "keymap"),
            Map.entry("serial", "serial"),
            Map.entry("boot", "boot"),
            Map.entry("usbdevice", "usbdevice"),
            Map.entry("soundhw", "soundhw"),
            Map.entry("vendor_device", "vendor_device"),
            Map.entry("ms_vm_genid", "ms_vm_genid")));

    /** Values that libxl fills in where nobody asked for any. */
    private static final Map<String, String> USUAL = Map.of(
            "max_grant_frames", "-1",
            "max_maptrack_frames", "-1",
            "rtc_timeoffset", "0",
            "altp2m", "disabled",
            "vendor_device", "none");

    private static final SortedMap<String, String> LISTS = new TreeMap<>(Map.of(
            "bootloader_args", "bootloader_args",
            "extra", "device_model_args",
            "extra_pv", "device_model_args_pv",
            "extra_hvm", "device_model_args_hvm",
            "serial_list", "serial",
            "usbdevice_list", "usbdevice"));

    private static final List<String> ACTIONS =
            List.of("on_poweroff", "on_reboot", "on_watchdog", "on_crash", "on_soft_reset");

    private static final List<String> ENLIGHTENMENTS = List.of(
            "base",
            "freq",
            "time_ref_count",
            "reference_tsc",
            "hcall_remote_tlb_flush",
            "apic_assist",
            "crash_ctl",
            "synic",
            "stimer",
            "hcall_ipi",
            "ex_processor_masks",
            "no_vp_limit",
            "cpu_hotplug");

    private final JsonItem configuration;
    private final XlSettings settings;
    private final List<Extra> extras = new ArrayList<>();

    XlJsonReader(String file, JsonItem configuration) {
        this.configuration = configuration;
        this.settings = new XlSettings(file);
    }

    Parsed read() throws DefinitionException {
        JsonItem creation = configuration.item("c_info");
        JsonItem build = configuration.item("b_info");
        String type = creation.text("type").orElse("pv");
        boolean emulated = type.equals("hvm");
        JsonItem special = special(build, type);
        text("type", type, creation.line());
        Memory memory = memory(build);
        processors(build);
        if (emulated) {
            emulated(build, special);
        }
        for (JsonItem part : List.of(creation, build, special)) {
            plain(part);
        }
        for (String action : ACTIONS) {
            int line = configuration.line(action);
            configuration.text(action).ifPresent(value -> text(action, value.replace('_', '-'), line));
        }
        XlJsonDevices devices = new XlJsonDevices(settings, emulated);
        devices.read(configuration);
        creation.keep("c_info/", extras);
        special.keep("b_info/type." + type + "/", extras);
        build.keep("b_info/", extras);
        configuration.keep("", extras);
        return parsed(devices, memory);
    }

    private Parsed parsed(XlJsonDevices devices, Memory memory) throws DefinitionException {
        List<String> warnings = new ArrayList<>();
        Machine machine = new XlReader(settings, warnings).machine();
        List<Disk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            List<Extra> all = new ArrayList<>(disk.extras());
            all.addAll(devices.diskExtras().get(disks.size()));
            disks.add(disk.toBuilder().extras(all).build());
        }
        List<Nic> nics = new ArrayList<>();
        for (Nic nic : machine.nics()) {
            List<Extra> all = new ArrayList<>(nic.extras());
            all.addAll(devices.nicExtras().get(nics.size()));
            nics.add(nic.toBuilder().extras(all).build());
        }
        List<Extra> all = new ArrayList<>(machine.extras());
        all.addAll(extras);
        return new Parsed(
                machine.toBuilder()
                        .memory(memory)
                        .disks(disks)
                        .nics(nics)
                        .extras(all)
                        .build(),
                warnings);
    }

    /** What only machines of this type have; Xen 4.5 and earlier called it {@code u}. */
    private static JsonItem special(JsonItem build, String type) throws DefinitionException {
        JsonItem old = build.item("u");
        JsonItem special = build.item("type." + type);
        return special.isEmpty() ? old : special;
    }

    private void text(String key, String value, int line) {
        settings.set(key, line, new XlValue.Text(value));
    }

    /** Exact to the KiB, where xl's own settings are in MiB. */
    private static Memory memory(JsonItem build) throws DefinitionException {
        int line = build.line("max_memkb");
        OptionalLong target = build.number("target_memkb", 1, MOST_KIBIBYTES);
        OptionalLong most = build.number("max_memkb", 1, MOST_KIBIBYTES);
        if (target.isEmpty() && most.isEmpty()) {
            throw build.error(build.line(), "target_memkb", "is not there: is it the JSON of a whole machine?");
        }
        long start = target.orElseGet(most::getAsLong);
        long maximum = most.orElse(start);
        if (maximum < start) {
            throw build.error(line, "max_memkb", maximum + " is less than target_memkb, " + start);
        }
        return new Memory(start * KIBIBYTE, start * KIBIBYTE, maximum * KIBIBYTE);
    }

    private void processors(JsonItem build) throws DefinitionException {
        int line = build.line("max_vcpus");
        long most = build.number("max_vcpus", 1, MOST_PROCESSORS).orElse(1);
        int now = build.texts("avail_vcpus").size();
        text("maxvcpus", Long.toString(most), line);
        text("vcpus", Long.toString(now == 0 ? most : now), line);
        JsonItem share = build.item("sched_params");
        share.number("weight", -1, MOST_PROCESSORS).ifPresent(weight -> {
            if (weight > 0) {
                text("cpu_weight", Long.toString(weight), share.line());
            }
        });
        share.number("cap", -1, Integer.MAX_VALUE).ifPresent(cap -> {
            if (cap > 0) {
                text("cap", Long.toString(cap), share.line());
            }
        });
        share.drop(List.of("sched"));
        share.keep("b_info/sched_params/", extras);
    }

    private void emulated(JsonItem build, JsonItem special) throws DefinitionException {
        int line = special.line();
        JsonItem card = special.item("vga");
        card.text("kind").ifPresent(kind -> text("vga", kind.equals("std") ? "stdvga" : kind, line));
        build.number("video_memkb", 0, 1 << 30)
                .ifPresent(memory -> text("videoram", Long.toString(Math.ceilDiv(memory, KIBIBYTE)), line));
        JsonItem vnc = special.item("vnc");
        Optional<Boolean> shown = vnc.truth("enable");
        shown.ifPresent(on -> text("vnc", on ? "1" : "0", line));
        if (shown.orElse(false)) {
            vnc.text("listen").ifPresent(address -> text("vnclisten", address, line));
            XlJsonDevices.display(vnc).ifPresent(number -> text("vncdisplay", Long.toString(number), line));
            vnc.text("passwd").ifPresent(password -> text("vncpasswd", password, line));
        }
        if (special.item("sdl").truth("enable").orElse(false)) {
            text("sdl", "1", line);
        }
        JsonItem spice = special.item("spice");
        if (spice.truth("enable").orElse(false)) {
            text("spice", "1", line);
            spice.text("host").ifPresent(host -> text("spicehost", host, line));
            spice.number("port", 0, 65_535).ifPresent(port -> text("spiceport", Long.toString(port), line));
            spice.text("passwd").ifPresent(password -> text("spicepasswd", password, line));
            spice.keep("b_info/type.hvm/spice/", extras);
        }
        special.text("hdtype").filter(kind -> !kind.equals("ide")).ifPresent(kind -> text("hdtype", kind, line));
        enlightenments(special);
    }

    /** A set of bits by their numbers; xl's word for all of them sets those too that mean nothing yet. */
    private void enlightenments(JsonItem special) throws DefinitionException {
        int line = special.line("viridian_enable");
        List<String> numbers = special.texts("viridian_enable");
        List<XlValue> names = new ArrayList<>();
        for (int i = 0; i < ENLIGHTENMENTS.size(); i++) {
            if (numbers.contains(Integer.toString(i))) {
                names.add(new XlValue.Text(ENLIGHTENMENTS.get(i)));
            }
        }
        if (names.isEmpty()) {
            return;
        }
        boolean all = names.size() == ENLIGHTENMENTS.size() && numbers.size() > names.size();
        special.drop(List.of("viridian"));
        settings.set("viridian", line, new XlValue.Items(all ? List.of(new XlValue.Text("all")) : names));
    }

    /** What xl has one key for. */
    private void plain(JsonItem part) throws DefinitionException {
        part.drop(WORKED_OUT);
        for (Map.Entry<String, String> known : TRUTHS.entrySet()) {
            int line = part.line(known.getKey());
            part.truth(known.getKey()).ifPresent(truth -> text(known.getValue(), truth ? "1" : "0", line));
        }
        for (Map.Entry<String, String> known : TEXTS.entrySet()) {
            int line = part.line(known.getKey());
            Optional<String> value = part.text(known.getKey());
            if (value.isPresent() && !value.get().equals(USUAL.get(known.getKey()))) {
                text(known.getValue(), value.get(), line);
            }
        }
        for (Map.Entry<String, String> known : LISTS.entrySet()) {
            int line = part.line(known.getKey());
            List<XlValue> values = new ArrayList<>();
            part.texts(known.getKey()).forEach(text -> values.add(new XlValue.Text(text)));
            if (!values.isEmpty()) {
                settings.set(known.getValue(), line, new XlValue.Items(values));
            }
        }
        int line = part.line("device_model_version");
        part.text("device_model_version")
                .filter(version -> !version.equals("qemu_xen"))
                .ifPresent(version -> text("device_model_version", version.replace('_', '-'), line));
    }
}
