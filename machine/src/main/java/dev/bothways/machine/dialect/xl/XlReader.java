package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** Gives the settings their meaning. */
final class XlReader {
    static final Map<String, String> HOST_DEVICES = Map.of(
            "pci", "pci",
            "usbdev", "usb",
            "dtdev", "device-tree",
            "ioports", "io-ports",
            "iomem", "io-memory",
            "irqs", "irq");

    private static final List<String> HOST_DEVICE_KEYS = List.of("pci", "usbdev", "dtdev", "ioports", "iomem", "irqs");
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final long MEBIBYTE = 1L << 20;
    /** 16 EiB would overflow; this is far above any host. */
    private static final long MOST_MEBIBYTES = 1L << 34;

    private static final long USUAL_MEBIBYTES = 128;
    private static final int MOST_PROCESSORS = 65_535;

    private final XlSettings settings;
    private final List<String> warnings;

    XlReader(XlSettings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    Machine machine() throws DefinitionException {
        String name = settings.text("name")
                .orElseThrow(() -> DefinitionException.of(
                        settings.fileName(), "has no name: add a line like name = \"web01\"; is it an xl definition?"));
        Platform platform = platform();
        Machine.Builder machine = Machine.builder(name, platform);
        Optional<UUID> uuid = uuid();
        uuid.ifPresent(machine::uuid);
        XlFirmware.Read firmware = new XlFirmware(settings, warnings, platform).read();
        List<BootDevice> bootOrder = platform == Platform.XEN_HVM ? bootOrder() : List.of();
        machine.firmware(firmware.firmware())
                .bootOrder(bootOrder)
                .memory(memory())
                .processors(processors())
                .disks(new XlDrives(settings).read(firmware.firmware(), bootOrder))
                .nics(nics())
                .consoles(consoles(platform))
                .display(new XlDisplay(settings, platform).read())
                .clock(clock())
                .hostDevices(hostDevices())
                .securityChip(securityChip());
        List<Extra> extras = new ArrayList<>(firmware.extras());
        extras.addAll(leftOver());
        return machine.extras(extras).build();
    }

    private Platform platform() throws DefinitionException {
        int line = settings.find("type").isPresent() ? settings.line("type") : settings.line("builder");
        Optional<String> type = settings.text("type");
        Optional<String> builder = settings.text("builder");
        Optional<Platform> byType = Optional.empty();
        if (type.isPresent()) {
            byType = Optional.of(
                    switch (type.get()) {
                        case "pv" -> Platform.XEN_PV;
                        case "pvh" -> Platform.XEN_PVH;
                        case "hvm" -> Platform.XEN_HVM;
                        default -> throw inKey(line, "type", "'" + type.get() + "' is none of pv, pvh and hvm");
                    });
        }
        if (builder.isEmpty()) {
            return byType.orElse(Platform.XEN_PV);
        }
        Platform byBuilder = switch (builder.get()) {
            case "hvm" -> Platform.XEN_HVM;
            case "generic", "linux" -> Platform.XEN_PV;
            default -> throw inKey(line, "builder", "'" + builder.get() + "' is neither hvm nor generic");
        };
        if (byType.isPresent() && byType.get() != byBuilder) {
            throw inKey(line, "type", "contradicts builder = \"" + builder.get() + "\": remove one of them");
        }
        return byBuilder;
    }

    private Optional<UUID> uuid() throws DefinitionException {
        int line = settings.line("uuid");
        Optional<String> text = settings.text("uuid");
        if (text.isPresent() && !UUID_TEXT.matcher(text.get()).matches()) {
            throw inKey(line, "uuid", "'" + text.get() + "' is no UUID");
        }
        return text.map(UUID::fromString);
    }

    private Memory memory() throws DefinitionException {
        int line = settings.line("maxmem");
        OptionalLong memory = settings.number("memory", 1, MOST_MEBIBYTES);
        OptionalLong most = settings.number("maxmem", 1, MOST_MEBIBYTES);
        long start = memory.orElse(most.orElse(USUAL_MEBIBYTES));
        long maximum = most.orElse(start);
        if (maximum < start) {
            throw inKey(line, "maxmem", maximum + " is less than memory = " + start);
        }
        return new Memory(start * MEBIBYTE, start * MEBIBYTE, maximum * MEBIBYTE);
    }

    private Processors processors() throws DefinitionException {
        int line = settings.line("maxvcpus");
        OptionalLong count = settings.number("vcpus", 1, MOST_PROCESSORS);
        OptionalLong most = settings.number("maxvcpus", 1, MOST_PROCESSORS);
        if (most.isPresent() && most.getAsLong() < count.orElse(1)) {
            throw inKey(line, "maxvcpus", most.getAsLong() + " is less than vcpus = " + count.orElse(1));
        }
        OptionalLong cap = settings.number("cap", 0, Integer.MAX_VALUE);
        OptionalLong weight = settings.number("cpu_weight", 1, MOST_PROCESSORS);
        boolean nested = settings.truth("nestedhvm").orElse(false);
        return new Processors(
                (int) count.orElse(1),
                (int) most.orElse(count.orElse(1)),
                Optional.empty(),
                cap.orElse(0) == 0 ? OptionalInt.empty() : OptionalInt.of((int) cap.getAsLong()),
                weight.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) weight.getAsLong()),
                nested);
    }

    private List<BootDevice> bootOrder() throws DefinitionException {
        int line = settings.line("boot");
        Optional<String> text = settings.text("boot");
        List<BootDevice> order = new ArrayList<>();
        for (char letter : text.orElse("").toCharArray()) {
            BootDevice device = switch (letter) {
                case 'c' -> BootDevice.DISK;
                case 'd' -> BootDevice.CDROM;
                case 'n' -> BootDevice.NETWORK;
                case 'a' -> BootDevice.FLOPPY;
                default -> throw inKey(line, "boot", "'" + text.get() + "' holds letters other than a, c, d and n");
            };
            if (!order.contains(device)) {
                order.add(device);
            }
        }
        return order;
    }

    private List<Nic> nics() throws DefinitionException {
        int line = settings.line("vif");
        List<Nic> nics = new ArrayList<>();
        for (String specification : settings.list("vif").orElse(List.of())) {
            String what = "'" + specification + "' ";
            try {
                nics.add(VifSpecification.parse(
                        specification,
                        problem -> warnings.add(settings.fileName() + ", line " + line + ", vif: " + what + problem)));
            } catch (MalformedSpecificationException e) {
                throw inKey(line, "vif", what + e.getMessage());
            }
        }
        return nics;
    }

    private List<Console> consoles(Platform platform) throws DefinitionException {
        List<Console> consoles = new ArrayList<>();
        if (platform == Platform.XEN_HVM) {
            for (String device : settings.listOrText("serial").orElse(List.of())) {
                SerialDevice.console(device).ifPresent(consoles::add);
            }
        } else {
            consoles.add(Console.pty(Console.Type.XEN));
        }
        return consoles;
    }

    private Clock clock() throws DefinitionException {
        boolean local = settings.truth("localtime").orElse(false);
        long offset = settings.number("rtc_timeoffset", Integer.MIN_VALUE, Integer.MAX_VALUE)
                .orElse(0);
        return new Clock(local ? Clock.Base.LOCAL_TIME : Clock.Base.UTC, offset);
    }

    private List<HostDevice> hostDevices() throws DefinitionException {
        List<HostDevice> devices = new ArrayList<>();
        for (String key : HOST_DEVICE_KEYS) {
            String kind = HOST_DEVICES.getOrDefault(key, key);
            for (String address : settings.list(key).orElse(List.of())) {
                devices.add(new HostDevice(kind, address));
            }
        }
        return devices;
    }

    /** The specification itself stays an extra: its backend means nothing elsewhere. */
    private Optional<SecurityChip> securityChip() {
        boolean any = settings.find("vtpm").isPresent()
                && settings.find("vtpm").get().value() instanceof XlValue.Items list
                && !list.items().isEmpty();
        return any ? Optional.of(SecurityChip.TPM_1_2) : Optional.empty();
    }

    /** What nothing has understood: kept, with a warning where xl would not know it either. */
    private List<Extra> leftOver() {
        List<Extra> extras = new ArrayList<>();
        for (String key : settings.keys()) {
            XlSettings.Setting setting = settings.take(key).orElseThrow();
            if (!KeptKeys.known(key)) {
                warnings.add(settings.fileName() + ", line " + setting.line() + ": xl knows no key " + key
                        + "; it is kept but does nothing");
            }
            if (!KeptKeys.saysNothing(key, setting.value())) {
                extras.add(new Extra(XlDialect.ID, key, setting.value().source()));
            }
        }
        return extras;
    }

    private DefinitionException inKey(int line, String key, String message) {
        return DefinitionException.inKey(settings.fileName(), line, key, message);
    }
}
