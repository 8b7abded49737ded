package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the settings of a file into a machine. */
final class VmxReader {
    private static final long MEBIBYTE = 1L << 20;
    private static final long USUAL_MEBIBYTES = 32;
    private static final long MOST_MEBIBYTES = 1L << 26;
    private static final int MOST_PROCESSORS = 4096;
    private static final long MOST_CLOCK_OFFSET = 1L << 40;
    private static final int MOST_PORT = 65_535;
    private static final Pattern PASSTHROUGH =
            Pattern.compile("pcipassthru([0-9]{1,3})\\.present", Pattern.CASE_INSENSITIVE);

    private final VmxSettings settings;
    private final List<String> warnings;

    VmxReader(VmxSettings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    Machine machine() throws DefinitionException {
        refuseEncrypted();
        settings.take(".encoding");
        Machine.Builder machine = Machine.builder(name(), Platform.VMWARE);
        settings.word("annotation").ifPresent(machine::description);
        uuid().ifPresent(machine::uuid);
        guestOs().ifPresent(machine::guestOs);
        List<BootDevice> bootOrder = bootOrder();
        VmxDrives drives = new VmxDrives(settings, warnings);
        machine.firmware(firmware())
                .memory(memory())
                .processors(processors())
                .bootOrder(bootOrder)
                .disks(drives.read(bootOrder))
                .nics(new VmxNics(settings).read())
                .consoles(new VmxPorts(settings, warnings).read())
                .display(display())
                .clock(clock())
                .securityChip(securityChip());
        List<HostDevice> hostDevices = new ArrayList<>(drives.passedThrough());
        hostDevices.addAll(hostDevices());
        machine.hostDevices(hostDevices);
        return machine.extras(extras(machine.build())).build();
    }

    private void refuseEncrypted() throws DefinitionException {
        for (VmxSettings.Setting setting : settings.rest()) {
            if (VmxSettings.small(setting.key()).startsWith("encryption.")) {
                throw settings.error(
                        setting,
                        "says that VMware encrypted the machine; remove its encryption (and with it its TPM) in VMware first");
            }
        }
    }

    /** VMware shows a machine without a name by its file's. */
    private String name() {
        Optional<String> name = settings.word("displayName");
        if (name.isPresent()) {
            return name.get();
        }
        String file = settings.file().replaceAll("^.*[/\\\\]", "").replaceAll("(?i)\\.vmx$", "");
        String fallback = file.isBlank() ? "machine" : file;
        warnings.add(settings.file() + ": has no displayName; the machine is called " + fallback);
        return fallback;
    }

    private Optional<UUID> uuid() throws DefinitionException {
        Optional<VmxSettings.Setting> setting =
                settings.take("uuid.bios").filter(found -> !found.value().isBlank());
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(VmxWords.uuid(setting.get().value())
                .orElseThrow(
                        () -> settings.error(setting.get(), "'" + setting.get().value() + "' is no UUID")));
    }

    private Optional<String> guestOs() {
        Optional<VmxSettings.Setting> setting = settings.take("guestOS");
        Optional<String> text = setting.map(VmxSettings.Setting::value).flatMap(VmxWords::guestOs);
        int version = VmxHardware.version(settings.find(VmxHardware.VERSION).map(VmxSettings.Setting::value));
        setting.filter(word -> !word.value().equalsIgnoreCase(VmxWords.guestOsWord(text, version)))
                .ifPresent(settings::putBack);
        return text;
    }

    private List<BootDevice> bootOrder() {
        Optional<VmxSettings.Setting> setting = settings.take("bios.bootOrder");
        List<BootDevice> order = setting.map(VmxSettings.Setting::value)
                .flatMap(VmxWords::bootOrder)
                .orElse(List.of());
        setting.filter(word -> order.isEmpty() || !word.value().equals(VmxWords.bootOrderWord(order)))
                .ifPresent(settings::putBack);
        return order;
    }

    private Firmware firmware() throws DefinitionException {
        Optional<VmxSettings.Setting> setting = settings.take("firmware");
        boolean secure = settings.truth("uefi.secureBoot.enabled", false);
        String word = setting.map(VmxSettings.Setting::value).orElse("bios");
        return switch (VmxSettings.small(word.strip())) {
            case "bios", "" -> new Firmware.Bios();
            case "efi", "uefi" -> new Firmware.Uefi(secure, settings.word("nvram"));
            default -> throw settings.error(setting.orElseThrow(), "'" + word + "' is neither bios nor efi");
        };
    }

    private Memory memory() throws DefinitionException {
        long mebibytes = settings.number("memsize", 1, MOST_MEBIBYTES).orElse(USUAL_MEBIBYTES);
        return Memory.fixed(mebibytes * MEBIBYTE);
    }

    private Processors processors() throws DefinitionException {
        int count = (int) settings.number("numvcpus", 1, MOST_PROCESSORS).orElse(1);
        return new Processors(
                count, count, topology(count), OptionalInt.empty(), weight(count), settings.truth("vhv.enable", false));
    }

    private Optional<Processors.Topology> topology(int count) throws DefinitionException {
        Optional<VmxSettings.Setting> setting = settings.find("cpuid.coresPerSocket");
        OptionalLong cores = settings.number("cpuid.coresPerSocket", 0, MOST_PROCESSORS);
        if (cores.isEmpty() || cores.getAsLong() == 0) {
            return Optional.empty();
        }
        int coresPerSocket = (int) cores.getAsLong();
        if (count % coresPerSocket != 0) {
            warnings.add(settings.file() + ": cpuid.coresPerSocket is " + coresPerSocket + ", which does not divide "
                    + count + " processors; the topology is left to the hypervisor");
            setting.ifPresent(settings::putBack);
            return Optional.empty();
        }
        return Optional.of(new Processors.Topology(count / coresPerSocket, coresPerSocket, 1));
    }

    private OptionalInt weight(int count) {
        Optional<VmxSettings.Setting> setting = settings.take("sched.cpu.shares");
        Optional<OptionalInt> weight = setting.flatMap(word -> VmxWords.weight(word.value(), count));
        OptionalInt found = weight.orElse(OptionalInt.empty());
        String written = VmxWords.weightWord(found.orElse(256), count);
        setting.filter(word -> weight.isEmpty() || !word.value().equalsIgnoreCase(written))
                .ifPresent(settings::putBack);
        return found;
    }

    private Display display() throws DefinitionException {
        List<Display.Viewer> viewers = new ArrayList<>();
        Optional<String> keymap = Optional.empty();
        if (settings.isTrue("RemoteDisplay.vnc.enabled")) {
            settings.take("RemoteDisplay.vnc.enabled");
            OptionalLong port = settings.number("RemoteDisplay.vnc.port", 1, MOST_PORT);
            viewers.add(new Display.Viewer(
                    Display.Protocol.VNC,
                    settings.word("RemoteDisplay.vnc.ip"),
                    port.isPresent() ? OptionalInt.of((int) port.getAsLong()) : OptionalInt.empty()));
            keymap = settings.word("RemoteDisplay.vnc.keyMap");
        }
        return new Display(Optional.empty(), settings.number("svga.vramSize", 1, Long.MAX_VALUE >> 8), viewers, keymap);
    }

    private Clock clock() throws DefinitionException {
        return new Clock(
                Clock.Base.UTC,
                settings.number("rtc.diffFromUTC", -MOST_CLOCK_OFFSET, MOST_CLOCK_OFFSET)
                        .orElse(0));
    }

    /** {@code vtpm.present} needs an encrypted machine; {@code managedVM.autoAddVTPM} is Workstation 17's way without one. */
    private Optional<SecurityChip> securityChip() throws DefinitionException {
        boolean added = settings.find("managedVM.autoAddVTPM")
                .filter(setting -> setting.value().equalsIgnoreCase("software"))
                .isPresent();
        if (added) {
            settings.take("managedVM.autoAddVTPM");
        }
        return added || settings.isTrue("vtpm.present") ? Optional.of(SecurityChip.TPM_2_0) : Optional.empty();
    }

    /** Their settings stay extras of the machine: only VMware knows what to do with them. */
    private List<HostDevice> hostDevices() throws DefinitionException {
        List<HostDevice> devices = new ArrayList<>();
        for (VmxSettings.Setting setting : settings.rest()) {
            Matcher matcher = PASSTHROUGH.matcher(setting.key());
            if (matcher.matches() && settings.isTrue(setting.key())) {
                String device = "pciPassthru" + matcher.group(1);
                String id = settings.find(device + ".id")
                        .map(found -> " " + found.value())
                        .orElse("");
                devices.add(new HostDevice("pci", device + id));
            }
        }
        return devices;
    }

    private List<Extra> extras(Machine machine) {
        Map<String, String> usual = VmxHardware.usual(machine);
        boolean own = settings.find(VmxHardware.VERSION).isPresent()
                && !usual.entrySet().stream().allMatch(line -> says(line.getKey(), line.getValue()));
        if (!own) {
            usual.forEach((key, value) -> {
                if (says(key, value)) {
                    settings.take(key);
                }
            });
        }
        List<Extra> extras = new ArrayList<>();
        for (VmxSettings.Setting setting : settings.rest()) {
            if (!SilentKeys.saysNothing(setting)) {
                extras.add(new Extra(VmxDialect.ID, setting.key(), setting.value()));
            }
        }
        return extras;
    }

    private boolean says(String key, String value) {
        return settings.find(key)
                .filter(found -> found.value().equalsIgnoreCase(value))
                .isPresent();
    }
}
