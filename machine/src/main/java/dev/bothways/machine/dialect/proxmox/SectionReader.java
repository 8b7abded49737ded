package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** Gives a section's settings their meaning. */
final class SectionReader {
    static final long MEBIBYTE = 1L << 20;
    static final int USUAL_MEBIBYTES = 512;
    static final int MOST_UNITS = 262_144;
    static final int MOST_LIMIT = 128;

    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern LETTERS = Pattern.compile("[acdn]{1,4}");
    /** 16 EiB would overflow; this is far above any host. */
    private static final long MOST_MEBIBYTES = 1L << 34;

    private static final int MOST_PROCESSORS = 8192;

    private final SectionSettings settings;
    private final ConfSection section;
    private final String fallbackName;
    private final List<String> warnings;
    private final List<Extra> extras = new ArrayList<>();

    /**
     * A reader.
     *
     * @param fallbackName what the machine is called if the section does not say
     * @param warnings gets what looks wrong
     */
    SectionReader(String file, ConfSection section, String fallbackName, List<String> warnings) {
        this.settings = new SectionSettings(file, section);
        this.section = section;
        this.fallbackName = fallbackName;
        this.warnings = warnings;
    }

    Machine machine() throws DefinitionException {
        Machine.Builder machine = Machine.builder(settings.text("name").orElse(fallbackName), Platform.KVM);
        section.description().ifPresent(machine::description);
        uuid().ifPresent(machine::uuid);
        Map<String, Disk> drives = drives();
        List<Nic> nics = new NicReader(settings).read();
        List<BootDevice> bootOrder = bootOrder(drives);
        OsType system = OsType.of(settings.oneOf("ostype", OsType.words()).orElse(OsType.OTHER.word()));
        system.guestOs().ifPresent(machine::guestOs);
        machine.memory(memory())
                .processors(processors())
                .firmware(firmware())
                .disks(new ArrayList<>(drives.values()))
                .nics(nics)
                .bootOrder(bootOrder)
                .consoles(consoles())
                .display(new DisplayReader(settings, extras).read())
                .clock(new Clock(
                        settings.truth("localtime").orElse(system.windows()) ? Clock.Base.LOCAL_TIME : Clock.Base.UTC,
                        0))
                .securityChip(securityChip())
                .hostDevices(hostDevices());
        leftOver();
        // Proxmox keeps the keys by name, whatever their order was.
        extras.sort(Comparator.comparing(Extra::key));
        return machine.extras(extras).build();
    }

    private Optional<UUID> uuid() throws DefinitionException {
        Optional<PropertyString> properties = settings.properties("smbios1", "");
        if (properties.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> text = properties.get().value("uuid");
        if (text.isPresent() && !UUID_TEXT.matcher(text.get()).matches()) {
            throw settings.wrong("smbios1", "has the uuid '" + ConfParser.shown(text.get()) + "', which is none");
        }
        Optional<UUID> uuid = text.map(UUID::fromString);
        uuid.ifPresent(some -> properties.get().put("uuid", some.toString()));
        if (properties.get().rest().size() > (text.isPresent() ? 1 : 0)) {
            extra("smbios1", properties.get().toString());
        }
        return uuid;
    }

    private Map<String, Disk> drives() throws DefinitionException {
        Optional<String> word = settings.oneOf("scsihw", ScsiHardware.words());
        ScsiHardware scsi = ScsiHardware.ofWord(word.orElse(ScsiHardware.LSI.word()));
        Map<String, Disk> drives = new DriveReader(settings, scsi).read();
        boolean shown = drives.keySet().stream().anyMatch(key -> key.startsWith("scsi"));
        if (word.isPresent() && (!shown || scsi == ScsiHardware.VIRTIO_SINGLE)) {
            extra("scsihw", word.get());
        }
        return drives;
    }

    /** Reads what is started from, and marks the drives among it. */
    private List<BootDevice> bootOrder(Map<String, Disk> drives) throws DefinitionException {
        List<String> nics = settings.keys("net", ConfKeys.NICS);
        Optional<String> bootDisk = settings.text("bootdisk")
                .filter(key -> drives.containsKey(key)
                        && drives.getOrDefault(key, drives.get(key)).kind() == Disk.Kind.DISK);
        Optional<PropertyString> boot = settings.properties("boot", "legacy");
        BootOrder order;
        if (boot.isEmpty()) {
            order = BootOrder.of(bootDisk.map(List::of).orElse(List.of()), drives, nics);
        } else {
            List<String> keys = bootKeys(boot.get(), bootDisk, drives, nics);
            order = BootOrder.of(keys, drives, nics);
            order.drives().forEach(key -> mark(drives, key));
            if (keys.isEmpty() || !keys.equals(BootOrder.shortest(order.classes(), drives, nics))) {
                extra("boot", keys.isEmpty() ? "" : "order=" + String.join(";", keys));
            }
        }
        order.drives().forEach(key -> mark(drives, key));
        return boot.isEmpty() ? List.of() : order.classes();
    }

    private List<String> bootKeys(
            PropertyString boot, Optional<String> bootDisk, Map<String, Disk> drives, List<String> nics)
            throws DefinitionException {
        Optional<String> letters = boot.value("legacy");
        if (letters.isEmpty()) {
            List<String> keys = new ArrayList<>();
            for (String key : boot.value("order").orElse("").split("[;\\s]+")) {
                if (ConfKeys.bootable(key)) {
                    keys.add(key);
                } else if (!key.isEmpty()) {
                    warnings.add(settings.place("boot") + "'" + ConfParser.shown(key)
                            + "' is no device to boot from; it is passed over");
                }
            }
            return keys;
        }
        if (!LETTERS.matcher(letters.get()).matches()) {
            throw settings.wrong("boot", "is neither order=DEVICE;... nor some of the letters a, c, d and n");
        }
        return BootOrder.ofLetters(letters.get(), bootDisk, drives, nics);
    }

    private static void mark(Map<String, Disk> drives, String key) {
        drives.computeIfPresent(key, (any, disk) -> disk.toBuilder().boot(true).build());
    }

    private Memory memory() throws DefinitionException {
        Optional<PropertyString> properties = settings.properties("memory", "current");
        String text = properties.flatMap(some -> some.value("current")).orElse(Integer.toString(USUAL_MEBIBYTES));
        if (!text.matches("[0-9]{1,12}") || Long.parseLong(text) < 1 || Long.parseLong(text) > MOST_MEBIBYTES) {
            throw settings.wrong("memory", "is not a number of MiB between 1 and " + MOST_MEBIBYTES);
        }
        long mebibytes = Long.parseLong(text);
        OptionalLong balloon = settings.number("balloon", 0, MOST_MEBIBYTES);
        if (balloon.isPresent() && balloon.getAsLong() > mebibytes) {
            throw settings.wrong("balloon", "is more than memory: " + mebibytes);
        }
        if (balloon.isPresent() && balloon.getAsLong() == 0) {
            extra("balloon", "0");
        }
        long least = balloon.orElse(0) == 0 ? mebibytes : balloon.getAsLong();
        return new Memory(mebibytes * MEBIBYTE, least * MEBIBYTE, mebibytes * MEBIBYTE);
    }

    private Processors processors() throws DefinitionException {
        OptionalLong smp = settings.number("smp", 1, MOST_PROCESSORS);
        OptionalLong sockets = settings.number("sockets", 1, MOST_PROCESSORS);
        OptionalLong cores = settings.number("cores", 1, MOST_PROCESSORS);
        int socketCount = (int) sockets.orElse(smp.orElse(1));
        int coreCount = (int) cores.orElse(1);
        int maximum = socketCount * coreCount;
        if (maximum > MOST_PROCESSORS) {
            throw settings.wrong("cores", "times the sockets is more than " + MOST_PROCESSORS);
        }
        OptionalLong plugged = settings.number("vcpus", 1, MOST_PROCESSORS);
        if (plugged.isPresent() && plugged.getAsLong() > maximum) {
            throw settings.wrong("vcpus", "is more than sockets times cores, " + maximum);
        }
        boolean said = smp.isPresent() || sockets.isPresent() || cores.isPresent();
        return new Processors(
                (int) plugged.orElse(maximum),
                maximum,
                said ? Optional.of(new Processors.Topology(socketCount, coreCount, 1)) : Optional.empty(),
                limit(),
                weight(),
                nested());
    }

    /** Of so many processors of the host; zero is none. */
    private OptionalInt limit() throws DefinitionException {
        BigDecimal percent =
                settings.decimal("cpulimit", MOST_LIMIT).orElse(BigDecimal.ZERO).scaleByPowerOfTen(2);
        BigDecimal whole = percent.setScale(0, RoundingMode.CEILING);
        if (percent.compareTo(whole) != 0) {
            extra("cpulimit", settings.text("cpulimit").orElse(""));
        }
        return whole.signum() == 0 ? OptionalInt.empty() : OptionalInt.of(whole.intValueExact());
    }

    /** The usual weight is 100 since Proxmox VE 7, and 256 in the record. */
    private OptionalInt weight() throws DefinitionException {
        OptionalLong units = settings.number("cpuunits", 1, MOST_UNITS);
        return units.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(
                        (int) Math.round(units.getAsLong() * ConfWriter.USUAL_WEIGHT / ConfWriter.USUAL_UNITS));
    }

    private boolean nested() throws DefinitionException {
        Optional<PropertyString> cpu = settings.properties("cpu", "cputype");
        cpu.ifPresent(properties -> extra("cpu", properties.toString()));
        return cpu.flatMap(properties -> properties.value("flags"))
                .filter(flags -> List.of(flags.split(";")).contains("+nested-virt"))
                .isPresent();
    }

    private Firmware firmware() throws DefinitionException {
        boolean uefi = settings.oneOf("bios", List.of("seabios", "ovmf"))
                .filter(word -> word.equals("ovmf"))
                .isPresent();
        Optional<PropertyString> variables = volume("efidisk0");
        if (variables.isPresent()) {
            extra("efidisk0", variables.get().toString());
        }
        if (!uefi) {
            return new Firmware.Bios();
        }
        boolean keys = variables
                .flatMap(properties -> properties.value("pre-enrolled-keys"))
                .flatMap(Truth::of)
                .orElse(false);
        return new Firmware.Uefi(keys, variables.flatMap(properties -> properties.value("file")));
    }

    private Optional<SecurityChip> securityChip() throws DefinitionException {
        Optional<PropertyString> state = volume("tpmstate0");
        if (state.isEmpty()) {
            return Optional.empty();
        }
        extra("tpmstate0", state.get().toString());
        return switch (state.get().value("version").orElse("v1.2")) {
            case "v1.2" -> Optional.of(SecurityChip.TPM_1_2);
            case "v2.0" -> Optional.of(SecurityChip.TPM_2_0);
            default -> throw settings.wrong("tpmstate0", "has a version that is neither v1.2 nor v2.0");
        };
    }

    private Optional<PropertyString> volume(String key) throws DefinitionException {
        Optional<PropertyString> properties = settings.properties(key, "file");
        if (properties.isPresent()) {
            try {
                properties.get().alias("volume", "file");
            } catch (MalformedPropertyException e) {
                throw settings.wrong(key, String.valueOf(e.getMessage()));
            }
            if (properties.get().value("file").isEmpty()) {
                throw settings.wrong(key, "names no volume");
            }
        }
        return properties;
    }

    private List<Console> consoles() throws DefinitionException {
        List<Console> consoles = new ArrayList<>();
        for (String key : settings.keys("serial", ConfKeys.SERIAL_PORTS)) {
            String value = settings.text(key).orElse("");
            if (value.equals("socket")) {
                consoles.add(Console.pty(Console.Type.SERIAL));
            } else if (value.startsWith("/dev/")) {
                consoles.add(new Console(Console.Type.SERIAL, Console.Connection.DEVICE, Optional.of(value)));
            } else {
                throw settings.wrong(key, "is neither socket nor a device of the host, /dev/...");
            }
            if (!key.equals("serial" + (consoles.size() - 1))) {
                warnings.add(settings.place(key) + "the guest counts it as port " + (consoles.size() - 1)
                        + ", and so will it be called when it is written");
            }
        }
        return consoles;
    }

    /** Whose settings mean nothing elsewhere; they are kept whole beside. */
    private List<HostDevice> hostDevices() throws DefinitionException {
        List<HostDevice> devices = new ArrayList<>();
        for (String kind : List.of("pci", "usb")) {
            String prefix = kind.equals("pci") ? "hostpci" : "usb";
            for (String key : settings.keys(prefix, kind.equals("pci") ? ConfKeys.HOST_PCI : ConfKeys.USB)) {
                PropertyString properties = settings.properties(key, "host").orElseThrow();
                extra(key, settings.text(key).orElseThrow());
                hostDevice(kind, properties).ifPresent(devices::add);
            }
        }
        return devices;
    }

    /** The device of the host that a setting names; a port of SPICE is none. */
    static Optional<HostDevice> hostDevice(String kind, PropertyString properties) {
        Optional<String> address =
                properties.value("host").or(() -> properties.value("mapping").map(name -> "mapping=" + name));
        return address.filter(text -> !text.equals("spice")).map(text -> new HostDevice(kind, text));
    }

    private void leftOver() {
        settings.left().forEach((key, setting) -> {
            Optional<String> value = ConfKeys.checked(key, setting.value());
            if (value.isEmpty()) {
                warnings.add(settings.place(key) + "'" + ConfParser.shown(setting.value())
                        + "' is no value for it; it is passed over");
                return;
            }
            if (!ConfKeys.known(key)) {
                warnings.add(settings.place(key) + "Proxmox knows no such key; it is kept but does nothing");
            }
            extra(key, value.get());
        });
    }

    private void extra(String key, String value) {
        extras.add(new Extra(ProxmoxDialect.ID, key, value));
    }
}
