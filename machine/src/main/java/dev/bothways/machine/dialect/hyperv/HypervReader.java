package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** Gives the tree of keys its meaning. */
final class HypervReader {
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)\\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}}?");
    private static final String NO_GUID = "00000000-0000-0000-0000-000000000000";
    private static final long MEBIBYTE = 1L << 20;
    /** Far above any host, and far from an overflow in bytes. */
    private static final long MOST_MEBIBYTES = 1L << 34;

    private static final int MOST_PROCESSORS = 65_535;
    /** A limit is in thousandths of a percent of the machine's processors. */
    private static final int NO_LIMIT = 100_000;

    private static final int USUAL_WEIGHT = 100;
    private static final int USUAL_WEIGHT_OF_RECORD = 256;
    private static final long TICKS_A_SECOND = 10_000_000;
    private static final String BANK = "settings/memory/bank/";
    private static final String PROCESSORS = "settings/processors/";

    private static final Map<String, String> TEMPLATES = Map.of(
            "1734c6e8-3154-4dda-ba5f-a874cc483422", "MicrosoftWindows",
            "272e7447-90a4-4563-a4b9-8e4ab00526ce", "MicrosoftUEFICertificateAuthority",
            "4292ae2b-ee2c-42b5-a969-dd8f8689f6f3", "OpenSourceShieldedVM");

    private final HypervSettings settings;
    private final HypervDevices devices;
    private final HypervLeftOver leftOver;
    private final String bios;
    private final List<String> warnings = new ArrayList<>();
    private final List<Extra> extras = new ArrayList<>();

    HypervReader(HypervSettings settings) {
        this.settings = settings;
        this.devices = HypervDevices.read(settings);
        this.leftOver = new HypervLeftOver(settings);
        this.bios = devices.pathOf(HypervDevices.BIOS) + "/";
    }

    Parsed read() throws DefinitionException {
        if (settings.find("properties").isEmpty() || settings.find("settings").isEmpty()) {
            throw DefinitionException.of(
                    settings.fileName(), "has no properties and settings of a machine; is it a definition of Hyper-V?");
        }
        String name = settings.text("properties/name")
                .orElseThrow(() ->
                        DefinitionException.of(settings.fileName(), "has no properties/name: give the machine a name"));
        Platform platform = platform();
        Machine.Builder machine = Machine.builder(name, platform);
        settings.text("properties/notes").ifPresent(machine::description);
        uuid().ifPresent(machine::uuid);
        List<BootDevice> bootOrder = bootOrder();
        HypervDrives.Read drives = new HypervDrives(settings, leftOver, warnings).read(devices, bootOrder);
        machine.firmware(firmware(platform))
                .processors(processors())
                .memory(memory())
                .bootOrder(bootOrder)
                .disks(drives.disks())
                .nics(new HypervNetwork(settings, leftOver, warnings).read(devices))
                .consoles(consoles())
                .clock(clock())
                .securityChip(securityChip())
                .hostDevices(hostDevices(drives.hostDisks()));
        checkpointsAndStates();
        extras.addAll(leftOver.ofMachine(devices));
        return new Parsed(machine.extras(extras).build(), warnings);
    }

    /** Windows Server 2012 R2 brought the second generation, and the key. */
    private Platform platform() throws DefinitionException {
        OptionalLong subtype = settings.number("properties/subtype", 0, Integer.MAX_VALUE);
        return switch ((int) subtype.orElse(0)) {
            case 0 -> Platform.HYPERV_GEN1;
            case 1 -> Platform.HYPERV_GEN2;
            default ->
                throw settings.error(
                        "properties/subtype",
                        subtype.getAsLong() + " is no virtual machine but a container or a part of one");
        };
    }

    /** What the guest sees; the machine's number on its host says nothing elsewhere, but where there is nothing else. */
    private Optional<UUID> uuid() throws DefinitionException {
        Optional<UUID> number = uuid("properties/global_id");
        Optional<UUID> seen = uuid(bios + "bios_guid");
        return seen.isPresent() ? seen : number;
    }

    private Optional<UUID> uuid(String key) throws DefinitionException {
        Optional<String> text = settings.text(key);
        if (text.isPresent() && !UUID_TEXT.matcher(text.get()).matches()) {
            throw settings.error(key, "'" + text.get() + "' is no UUID");
        }
        return text.map(found -> UUID.fromString(found.replace("{", "").replace("}", "")));
    }

    private Firmware firmware(Platform platform) throws DefinitionException {
        boolean secure = settings.truth(bios + "secure_boot_enabled");
        Optional<String> template = settings.text(bios + "secure_boot_template_id")
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> !text.equals(NO_GUID));
        Optional<String> state = settings.text(devices.pathOf(HypervDevices.GUEST_STATE) + "/StateFilePath");
        identity();
        if (platform == Platform.HYPERV_GEN1) {
            return new Firmware.Bios();
        }
        template.ifPresent(id -> extras.add(
                new Extra(HypervDialect.ID, HypervDialect.SECURE_BOOT_TEMPLATE, TEMPLATES.getOrDefault(id, id))));
        return new Firmware.Uefi(secure, state);
    }

    /** The serial numbers that the firmware shows; Hyper-V writes one and the same into all of them. */
    private void identity() {
        String first = "bios_serial_number";
        Optional<String> serial = settings.text(bios + first);
        serial.ifPresent(text -> extras.add(new Extra(HypervDialect.ID, first, text)));
        for (String key : List.of("base_board/serial_number", "chassis/serial_number", "chassis/asset_tag")) {
            Optional<String> other = settings.text(bios + key);
            if (!other.equals(serial)) {
                other.ifPresent(text -> extras.add(new Extra(HypervDialect.ID, key, text)));
            }
        }
    }

    private Processors processors() throws DefinitionException {
        int count =
                (int) settings.number(PROCESSORS + "count", 1, MOST_PROCESSORS).orElse(1);
        long limit = settings.number(PROCESSORS + "limit", 0, NO_LIMIT).orElse(NO_LIMIT);
        long weight = settings.number(PROCESSORS + "weight", 0, 10_000).orElse(USUAL_WEIGHT);
        boolean nested = settings.truth(PROCESSORS + "nested_virtualization/enabled");
        return new Processors(
                count,
                count,
                Optional.empty(),
                limit == NO_LIMIT || limit == 0
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) Math.max(1, Math.ceilDiv(limit * count, 1000))),
                weight == USUAL_WEIGHT || weight == 0
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) Math.ceilDiv(weight * USUAL_WEIGHT_OF_RECORD, USUAL_WEIGHT)),
                nested);
    }

    private Memory memory() throws DefinitionException {
        long size = settings.number(BANK + "size", 1, MOST_MEBIBYTES)
                .orElseThrow(() -> settings.error(BANK + "size", "is not there; give the machine its memory in MiB"));
        boolean dynamic = settings.truth(BANK + "dynamic_memory_enabled");
        long least = settings.number(BANK + "reservation", 0, MOST_MEBIBYTES).orElse(size);
        long most = settings.number(BANK + "limit", 0, MOST_MEBIBYTES).orElse(size);
        if (!dynamic) {
            return Memory.fixed(size * MEBIBYTE);
        }
        if (least < 1 || least > size || most < size) {
            throw settings.error(
                    BANK + "size",
                    size + " is not between reservation = " + least + " and limit = " + most
                            + ", as dynamic memory must be");
        }
        return new Memory(size * MEBIBYTE, least * MEBIBYTE, most * MEBIBYTE);
    }

    private List<BootDevice> bootOrder() throws DefinitionException {
        List<BootDevice> order = new ArrayList<>();
        for (HypervNode entry : settings.children(bios + "boot")) {
            if (!entry.name().toLowerCase(Locale.ROOT).startsWith("device")
                    || entry.value().isEmpty()) {
                continue;
            }
            String text = entry.value().get().shown();
            BootDevice device = switch (text.toLowerCase(Locale.ROOT)) {
                case "harddrive", "ide" -> BootDevice.DISK;
                case "optical", "cd" -> BootDevice.CDROM;
                case "network", "legacynetworkadapter" -> BootDevice.NETWORK;
                case "floppy" -> BootDevice.FLOPPY;
                default -> throw settings.error(bios + "boot", "'" + text + "' is nothing that a machine starts from");
            };
            if (!order.contains(device)) {
                order.add(device);
            }
        }
        settings.take(bios + "boot");
        return order;
    }

    /** Ports that lead nowhere are not named, unless one behind them does. */
    private List<Console> consoles() {
        List<Console> consoles = new ArrayList<>();
        String serial = devices.pathOf(HypervDevices.SERIAL);
        int used = 0;
        for (HypervNode port : settings.children(serial)) {
            if (!port.name().toLowerCase(Locale.ROOT).startsWith("port")) {
                continue;
            }
            Optional<String> pipe = settings.text(serial + "/" + port.name() + "/connection");
            consoles.add(new Console(
                    Console.Type.SERIAL, pipe.isPresent() ? Console.Connection.PIPE : Console.Connection.NULL, pipe));
            used = pipe.isPresent() ? consoles.size() : used;
        }
        return consoles.subList(0, used);
    }

    /** How far the guest has set the clock from UTC, in units of 100 ns. */
    private Clock clock() throws DefinitionException {
        long skew = settings.number(
                        devices.pathOf(HypervDevices.CLOCK) + "/RtcDevice/CmosUtcSkew", Long.MIN_VALUE, Long.MAX_VALUE)
                .orElse(0);
        return new Clock(Clock.Base.UTC, Math.round((double) skew / TICKS_A_SECOND));
    }

    private Optional<SecurityChip> securityChip() throws DefinitionException {
        boolean asked = settings.truth("security/settings/tpm_enabled");
        boolean there = !devices.of(HypervDevices.SECURITY_CHIP).isEmpty();
        return asked || there ? Optional.of(SecurityChip.TPM_2_0) : Optional.empty();
    }

    private List<HostDevice> hostDevices(List<HostDevice> disks) {
        List<HostDevice> found = new ArrayList<>(disks);
        for (HypervDevices.Device device : devices.of(HypervDevices.PCI)) {
            String address = settings.text(device.path() + "/HostResources/HostResource/Instance")
                    .orElse("of a pool");
            found.add(new HostDevice("pci", address));
        }
        for (HypervDevices.Device device : devices.of(HypervDevices.GRAPHICS_PARTITION)) {
            found.add(new HostDevice(
                    "gpu-partition",
                    settings.text(device.path() + "/HostResource").orElse("of a pool")));
        }
        return found;
    }

    private void checkpointsAndStates() throws DefinitionException {
        long checkpoints = settings.number("global_settings/snapshots/list/size", 0, Integer.MAX_VALUE)
                .orElse(0);
        settings.take("global_settings/snapshots/list");
        if (checkpoints > 0) {
            warnings.add(settings.fileName() + ": has " + checkpoints
                    + " checkpoints, whose definitions are files of their own in the folder Snapshots");
        }
        Optional<String> state = settings.text("savedstate/vsvlocation")
                .or(() -> settings.text("savedstate/memlocation"))
                .or(() -> settings.text("savedstate/type"));
        state.ifPresent(text -> warnings.add(settings.fileName() + ": the machine is saved (" + text
                + "), and its memory stays behind: its disks are as after a power cut; shut it down on Hyper-V first"));
        settings.take("savedstate");
        if (settings.truth("global_settings/disk_merge_pending")) {
            warnings.add(
                    settings.fileName()
                            + ": disks of deleted checkpoints are still to be merged; start and shut down the machine on Hyper-V");
        }
    }
}
