package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** Gives the fields of a VM, and of the objects that belong to it, their meaning. */
final class VmReader {
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /** Far above any host, and far below an overflow. */
    private static final long MOST_MEMORY = 1L << 50;

    private static final int MOST_PROCESSORS = 65_535;
    private static final long MEBIBYTE = 1L << 20;

    private final XapiDocument document;
    private final XapiRecord vm;
    private final List<String> warnings;
    /** Maps whose entries are taken out as they are understood. */
    private final Map<String, Map<String, String>> maps = new LinkedHashMap<>();

    private final List<Extra> extras = new ArrayList<>();

    VmReader(XapiDocument document, XapiRecord vm, List<String> warnings) {
        this.document = document;
        this.vm = vm;
        this.warnings = warnings;
    }

    Machine machine() throws DefinitionException {
        for (String field : KeptFields.MAPS) {
            maps.put(field, vm.map(field));
        }
        String name = vm.text("name_label")
                .orElseThrow(() -> vm.error("name_label", "is not there, and every machine has a name"));
        Platform platform = platform();
        Machine.Builder machine = Machine.builder(name, platform);
        vm.text("name_description").filter(text -> !text.isEmpty()).ifPresent(machine::description);
        uuid().ifPresent(machine::uuid);
        Optional<String> guestOs = guestOs();
        guestOs.ifPresent(machine::guestOs);
        dropUsual(platform, guestOs.filter(GuestTemplates::isWindows).isPresent());
        List<BootDevice> bootOrder = bootOrder(platform);
        Optional<String> card = take("platform", "nic_type");
        machine.firmware(firmware(platform))
                .bootOrder(bootOrder)
                .processors(processors())
                .memory(memory())
                .disks(new VbdReader(document, vm, warnings).drives(platform, bootOrder))
                .nics(new VifReader(document, vm).nics(platform, card))
                .consoles(consoles(platform))
                .display(display(platform))
                .clock(clock())
                .securityChip(securityChip())
                .hostDevices(hostDevices());
        leftOver();
        return machine.extras(extras).build();
    }

    private Optional<String> take(String map, String key) {
        Map<String, String> entries = maps.getOrDefault(map, Map.of());
        return Optional.ofNullable(entries.remove(key)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** What the writer gives such a machine anyway. */
    private void dropUsual(Platform platform, boolean windows) {
        Map<String, String> given = maps.getOrDefault("platform", Map.of());
        String viridian = given.get("viridian");
        if (viridian != null && XapiRecord.isTrue(viridian) == windows) {
            given.remove("viridian");
        }
        boolean uefi =
                "uefi".equals(maps.getOrDefault("HVM_boot_params", Map.of()).get("firmware"));
        String model = uefi ? KeptFields.MODEL_FOR_UEFI : KeptFields.MODEL_FOR_BIOS;
        if (platform == Platform.XEN_HVM && model.equals(given.get("device-model"))) {
            given.remove("device-model");
        }
    }

    private void keep(String key, String value) {
        extras.add(new Extra(XapiDialect.ID, key, value));
    }

    private Platform platform() throws DefinitionException {
        String type = vm.word("domain_type").orElse("unspecified");
        return switch (type) {
            case "hvm" -> Platform.XEN_HVM;
            case "pvh" -> Platform.XEN_PVH;
            case "pv" -> Platform.XEN_PV;
            case "pv_in_pvh" -> {
                keep("domain_type", type);
                yield Platform.XEN_PV;
            }
            // As before XenServer 7.5.
            case "unspecified" -> vm.word("HVM_boot_policy").isPresent() ? Platform.XEN_HVM : Platform.XEN_PV;
            default -> throw vm.error("domain_type", "'" + type + "' is none of hvm, pv, pvh and pv_in_pvh");
        };
    }

    private Optional<UUID> uuid() throws DefinitionException {
        Optional<String> text = vm.word("uuid");
        if (text.isPresent() && !UUID_TEXT.matcher(text.get()).matches()) {
            throw vm.error("uuid", "'" + text.get() + "' is no UUID");
        }
        return text.map(UUID::fromString);
    }

    /** By the template it was made from; else as the tools in the guest said it. */
    private Optional<String> guestOs() throws DefinitionException {
        Optional<String> template = take("other_config", "base_template_name");
        Optional<String> label = vm.word("reference_label");
        Optional<XapiRecord> metrics = document.find("VM_guest_metrics", vm.reference("guest_metrics"));
        Map<String, String> system = metrics.isPresent() ? metrics.get().map("os_version") : Map.of();
        Optional<String> found = template.flatMap(
                        name -> GuestOs.ofTemplate(name).text())
                .or(() -> label.flatMap(GuestTemplates::byLabel))
                .or(() -> GuestTemplates.bySystem(system));
        // Words that mean the same, or more, than the one that would be written.
        template.filter(name ->
                        !GuestOs.of(found.orElse("unknown")).words().template().equals(Optional.of(name)))
                .ifPresent(name -> keep("other_config:base_template_name", name));
        label.filter(text -> found.isEmpty() || !GuestTemplates.byLabel(text).equals(found))
                .ifPresent(text -> keep("reference_label", text));
        return found;
    }

    private Firmware firmware(Platform platform) throws DefinitionException {
        String kernel = vm.word("PV_kernel").orElse("");
        Optional<String> ramdisk = vm.word("PV_ramdisk");
        String commandLine = vm.text("PV_args").map(String::strip).orElse("");
        if (platform == Platform.XEN_HVM) {
            keepUnlessDefault("PV_kernel", kernel);
            ramdisk.ifPresent(path -> keep("PV_ramdisk", path));
            keepUnlessDefault("PV_args", commandLine);
            return emulated();
        }
        Optional<String> loader = vm.word("PV_bootloader");
        if (loader.isPresent()) {
            // The boot loader wins over a kernel of the host.
            keepUnlessDefault("PV_kernel", kernel);
            ramdisk.ifPresent(path -> keep("PV_ramdisk", path));
            return PygrubArguments.parse(
                    loader.get(), vm.text("PV_bootloader_args").orElse(""), commandLine);
        }
        if (kernel.isEmpty()) {
            throw vm.error(
                    "PV_bootloader",
                    "is empty and so is PV_kernel, so XAPI could not start it: set PV_bootloader to pygrub");
        }
        return new Firmware.DirectKernel(kernel, ramdisk, commandLine);
    }

    private Firmware emulated() throws DefinitionException {
        String firmware = take("HVM_boot_params", "firmware").orElse("bios");
        Optional<String> secure = take("platform", "secureboot");
        return switch (firmware) {
            case "uefi" -> {
                secure.filter("auto"::equals).ifPresent(word -> keep("platform:secureboot", word));
                yield new Firmware.Uefi(secure.filter(XapiRecord::isTrue).isPresent());
            }
            case "bios" -> new Firmware.Bios();
            default ->
                throw vm.error(
                        "HVM_boot_params", "has the firmware '" + firmware + "', which is neither bios nor uefi");
        };
    }

    private List<BootDevice> bootOrder(Platform platform) throws DefinitionException {
        Optional<String> text = take("HVM_boot_params", "order");
        if (platform != Platform.XEN_HVM) {
            return List.of();
        }
        List<BootDevice> order = new ArrayList<>();
        for (char letter : text.orElse("").toCharArray()) {
            BootDevice device = switch (letter) {
                case 'c' -> BootDevice.DISK;
                case 'd' -> BootDevice.CDROM;
                case 'n' -> BootDevice.NETWORK;
                case 'a' -> BootDevice.FLOPPY;
                default ->
                    throw vm.error(
                            "HVM_boot_params",
                            "has the order '" + text.get() + "', which holds letters other than a, c, d and n");
            };
            if (!order.contains(device)) {
                order.add(device);
            }
        }
        return order;
    }

    private Processors processors() throws DefinitionException {
        int most = (int) vm.number("VCPUs_max", 1, MOST_PROCESSORS).orElse(1);
        int count = (int) vm.number("VCPUs_at_startup", 1, MOST_PROCESSORS).orElse(most);
        if (count > most) {
            throw vm.error("VCPUs_at_startup", count + " is more than VCPUs_max = " + most);
        }
        OptionalInt cap = entry("VCPUs_params", "cap", 0, Integer.MAX_VALUE);
        OptionalInt weight = entry("VCPUs_params", "weight", 1, MOST_PROCESSORS);
        int cores = entry("platform", "cores-per-socket", 0, MOST_PROCESSORS).orElse(0);
        Optional<Processors.Topology> topology = Optional.empty();
        if (cores > 0 && most % cores == 0) {
            topology = Optional.of(new Processors.Topology(most / cores, cores, 1));
        } else if (cores > 0) {
            warnings.add(document.file() + ": " + cores + " cores per socket do not divide the " + most
                    + " processors of " + vm.id() + "; the topology is left out");
        }
        boolean old =
                take("platform", "exp-nested-hvm").filter(XapiRecord::isTrue).isPresent();
        boolean nested =
                take("platform", "nested-virt").filter(XapiRecord::isTrue).isPresent();
        OptionalInt limit = cap.orElse(0) == 0 ? OptionalInt.empty() : cap;
        return new Processors(count, most, topology, limit, weight, old || nested);
    }

    private OptionalInt entry(String map, String key, long least, long most) throws DefinitionException {
        Optional<String> word = take(map, key);
        return word.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int) vm.number(map + ":" + key, word.get(), least, most));
    }

    /** The machine starts with its dynamic maximum; the static one is what it may be given while it runs. */
    private Memory memory() throws DefinitionException {
        OptionalLong staticMost = vm.number("memory_static_max", 1, MOST_MEMORY);
        long most = staticMost.orElseThrow(
                () -> vm.error("memory_static_max", "is not there, and every machine has memory"));
        long start = vm.number("memory_dynamic_max", 1, MOST_MEMORY).orElse(most);
        long least = vm.number("memory_dynamic_min", 1, MOST_MEMORY).orElse(start);
        if (least > start || start > most) {
            throw vm.error(
                    "memory_dynamic_max",
                    start + " is not between memory_dynamic_min = " + least + " and memory_static_max = " + most);
        }
        OptionalLong floor = vm.number("memory_static_min", 0, MOST_MEMORY);
        if (floor.isPresent() && floor.getAsLong() < least) {
            keep("memory_static_min", Long.toString(floor.getAsLong()));
        }
        return new Memory(start, least, most);
    }

    /** XAPI gives an emulated machine one serial port and the others Xen's console. */
    private List<Console> consoles(Platform platform) {
        if (platform != Platform.XEN_HVM) {
            return List.of(Console.pty(Console.Type.XEN));
        }
        return SerialSetting.console(take("other_config", "hvm_serial").orElse("pty"))
                .map(List::of)
                .orElse(List.of());
    }

    private Display display(Platform platform) throws DefinitionException {
        boolean frameBuffer =
                take("platform", "pvfb").filter(XapiRecord::isTrue).isPresent();
        Optional<String> adapter = take("platform", "vga").map(word -> word.equals("std") ? "stdvga" : word);
        if (adapter.isEmpty()
                && take("platform", "stdvga").filter(XapiRecord::isTrue).isPresent()) {
            adapter = Optional.of("stdvga");
        }
        OptionalInt mebibytes = entry("platform", "videoram", 0, 1 << 20);
        Optional<String> keymap = take("platform", "keymap");
        if (platform != Platform.XEN_HVM) {
            return new Display(
                    frameBuffer ? Optional.of("xenfb") : Optional.empty(), OptionalLong.empty(), List.of(), keymap);
        }
        return new Display(
                adapter,
                mebibytes.isEmpty() ? OptionalLong.empty() : OptionalLong.of(mebibytes.getAsInt() * MEBIBYTE),
                List.of(),
                keymap);
    }

    private Clock clock() throws DefinitionException {
        Optional<String> offset = take("platform", "timeoffset");
        return new Clock(
                Clock.Base.UTC,
                offset.isEmpty()
                        ? 0
                        : vm.number("platform:timeoffset", offset.get(), Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    /** XAPI offers version 2.0 alone. What the chip holds is never looked at. */
    private Optional<SecurityChip> securityChip() throws DefinitionException {
        take("platform", "vtpm");
        boolean listed = !vm.texts("VTPMs").isEmpty();
        boolean any = listed
                || !document.of("VTPM", "vTPM'_VM", vm).isEmpty()
                || !document.of("VTPM", "VM", vm).isEmpty();
        return any ? Optional.of(SecurityChip.TPM_2_0) : Optional.empty();
    }

    private List<HostDevice> hostDevices() throws DefinitionException {
        List<HostDevice> devices = new ArrayList<>();
        for (String device : take("other_config", "pci").orElse("").split(",")) {
            // Each has its number in the order before a stroke: 0/0000:04:00.0.
            String address = device.substring(device.indexOf('/') + 1).strip();
            if (!address.isEmpty()) {
                devices.add(new HostDevice("pci", address));
            }
        }
        for (XapiRecord gpu : document.of("VGPU", "VM", vm)) {
            Optional<XapiRecord> type = document.find("VGPU_type", gpu.reference("type"));
            Optional<String> model = type.isPresent() ? type.get().word("model_name") : Optional.empty();
            devices.add(new HostDevice("gpu", model.orElse(gpu.id())));
        }
        for (XapiRecord usb : document.of("VUSB", "VM", vm)) {
            devices.add(new HostDevice("usb", usb.word("path").orElse(usb.id())));
        }
        return devices;
    }

    private void leftOver() throws DefinitionException {
        for (String field : KeptFields.DEFAULTS.keySet().stream().sorted().toList()) {
            boolean understood = (field.startsWith("PV_") && !field.equals("PV_legacy_args"))
                    || field.equals("domain_type")
                    || field.equals("memory_static_min");
            if (!understood) {
                keepUnlessDefault(field, vm.text(field).map(String::strip).orElse(""));
            }
        }
        for (Map.Entry<String, Map<String, String>> map : maps.entrySet()) {
            for (Map.Entry<String, String> entry : map.getValue().entrySet()) {
                if (!KeptFields.saysNothing(map.getKey(), entry.getKey(), entry.getValue())) {
                    keep(map.getKey() + ":" + entry.getKey(), entry.getValue());
                }
            }
        }
        for (String tag : vm.texts(KeptFields.TAGS)) {
            keep(KeptFields.TAGS, tag);
        }
    }

    private void keepUnlessDefault(String field, String value) {
        if (!value.isEmpty() && !KeptFields.isDefault(field, value)) {
            keep(field, value);
        }
    }
}
