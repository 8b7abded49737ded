package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes one machine, in its present state or an earlier one. */
final class SectionWriter {
    private static final Pattern NAME = Pattern.compile(
            "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");
    private static final int LONGEST_NAME = 200;

    private final Machine machine;
    private final Set<String> snapshots;
    private final ConfOutput out;

    /**
     * A writer.
     *
     * @param snapshots the names of those that will be in the same file
     * @param lost gets what does not get into the section
     */
    SectionWriter(Machine machine, Set<String> snapshots, List<Lost> lost) {
        this.machine = machine;
        this.snapshots = snapshots;
        this.out = new ConfOutput(lost);
    }

    String content() {
        name();
        machine.description().ifPresent(out::describe);
        system();
        memory();
        processors();
        firmware();
        Map<String, Disk> drives = new DriveWriter(machine, out).write();
        Map<String, Nic> nics = NicWriter.write(machine.nics(), out);
        new BootWriter(machine, out).write(drives, List.copyOf(nics.keySet()));
        consoles();
        display();
        new HostDeviceWriter(machine, out).write();
        extras();
        return out.content();
    }

    private void name() {
        String name = hostName(machine.name());
        if (!name.equals(machine.name())) {
            out.lose("name", "is no name of a host on a network, which Proxmox asks for; " + name + " is taken");
        }
        out.put("name", name);
    }

    /** A name that Proxmox takes, near to the one given. */
    static String hostName(String name) {
        if (name.length() <= LONGEST_NAME && NAME.matcher(name).matches()) {
            return name;
        }
        String plain = name.replaceAll("[^a-zA-Z0-9-]+", "-");
        plain = plain.substring(0, Math.min(plain.length(), 63)).replaceAll("^-+|-+$", "");
        return plain.isEmpty() ? "vm" : plain;
    }

    private void system() {
        OsType system = OsType.ofGuest(machine.guestOs());
        if (system != OsType.OTHER || kept("ostype").isPresent()) {
            out.put("ostype", system.word());
        }
        if (!machine.guestOs().equals(system.guestOs()) && system == OsType.OTHER) {
            out.lose(
                    "guest operating system " + machine.guestOs().orElse(""), "has no word in a definition of Proxmox");
        }
        boolean local = machine.clock().base() == Clock.Base.LOCAL_TIME;
        if (local != system.windows()) {
            out.put("localtime", local ? 1 : 0);
        }
        if (machine.clock().offsetSeconds() != 0) {
            out.lose("clock offset", "has no key in a definition of Proxmox");
        }
        String uuids = machine.uuid().map(uuid -> "uuid=" + uuid).orElse("");
        Optional<PropertyString> smbios = keptProperties("smbios1", "");
        if (smbios.isPresent()) {
            smbios.get().take("uuid");
            machine.uuid().ifPresent(uuid -> smbios.get().put("uuid", uuid.toString()));
            out.text("smbios1", smbios.get().toString());
        } else if (!uuids.isEmpty()) {
            out.put("smbios1", uuids);
        }
    }

    private void memory() {
        Memory memory = machine.memory();
        long mebibytes = Math.ceilDiv(memory.startup(), SectionReader.MEBIBYTE);
        out.put("memory", mebibytes);
        long least = Math.ceilDiv(memory.minimum(), SectionReader.MEBIBYTE);
        if (least < mebibytes) {
            out.put("balloon", least);
        } else if (kept("balloon").filter("0"::equals).isPresent()) {
            out.put("balloon", 0);
        }
        if (memory.maximum() > memory.startup()) {
            out.lose("maximum of dynamic memory", "has no key in a definition of Proxmox, which starts with the most");
        }
    }

    private void processors() {
        Processors processors = machine.processors();
        Processors.Topology topology = processors
                .topology()
                .filter(some ->
                        (long) some.sockets() * some.coresPerSocket() * some.threadsPerCore() == processors.maximum())
                .orElse(new Processors.Topology(1, processors.maximum(), 1));
        boolean usual = processors.maximum() == 1 && processors.topology().isEmpty();
        if (!usual) {
            out.put("sockets", topology.sockets());
            out.put("cores", (long) topology.coresPerSocket() * topology.threadsPerCore());
        }
        if (topology.threadsPerCore() > 1) {
            out.lose("threads of processor cores", "have no key in a definition of Proxmox; they become cores");
        }
        if (processors.count() != processors.maximum()) {
            out.put("vcpus", processors.count());
        }
        limit(processors.limit());
        if (processors.weight().isPresent()) {
            long units = Math.round(processors.weight().getAsInt() * ConfWriter.USUAL_UNITS / ConfWriter.USUAL_WEIGHT);
            out.put("cpuunits", Math.clamp(units, 1, SectionReader.MOST_UNITS));
        }
        Optional<String> cpu = keptProperties("cpu", "cputype").map(PropertyString::toString);
        if (cpu.isPresent()) {
            out.text("cpu", cpu.get());
        } else if (processors.nested()) {
            out.put("cpu", "host");
        }
    }

    private void limit(OptionalInt limit) {
        if (limit.isEmpty()) {
            return;
        }
        BigDecimal processors = BigDecimal.valueOf(limit.getAsInt(), 2);
        Optional<BigDecimal> exact = kept("cpulimit")
                .filter(text -> text.matches("[0-9]{1,3}\\.[0-9]{3,9}"))
                .map(BigDecimal::new)
                .filter(text -> text.compareTo(processors) < 0
                        && processors.subtract(text).compareTo(new BigDecimal("0.01")) < 0);
        BigDecimal value = exact.orElse(processors).stripTrailingZeros();
        if (value.compareTo(BigDecimal.valueOf(SectionReader.MOST_LIMIT)) > 0) {
            out.lose("limit of processors", "is above " + SectionReader.MOST_LIMIT + ", the most that Proxmox takes");
        } else {
            out.put("cpulimit", value.toPlainString());
        }
    }

    private void firmware() {
        switch (machine.firmware()) {
            case Firmware.Bios bios ->
                keptProperties("efidisk0", "file").ifPresent(left -> out.text("efidisk0", left.toString()));
            case Firmware.Uefi uefi -> uefi(uefi);
            case Firmware.DirectKernel kernel ->
                out.lose("kernel " + kernel.kernel() + " of the host", "has no key in a definition of Proxmox");
            case Firmware.HostBootLoader loader ->
                out.lose("boot loader " + loader.program() + " of the host", "is not run by Proxmox");
            case Firmware.ParavirtualGrub grub ->
                out.lose("boot loader " + grub.image() + " of the host", "is not run by Proxmox");
        }
        Optional<PropertyString> state = keptProperties("tpmstate0", "file");
        String version = machine.securityChip()
                .map(chip -> chip == SecurityChip.TPM_2_0 ? "v2.0" : "v1.2")
                .orElse("");
        if (state.isPresent() && state.get().value("version").orElse("v1.2").equals(version)) {
            out.text("tpmstate0", state.get().toString());
        } else if (machine.securityChip().isPresent()) {
            out.lose(
                    "security chip",
                    "needs a volume for its state: qm set VMID --tpmstate0 STORAGE:1,version=" + version);
        }
    }

    private void uefi(Firmware.Uefi uefi) {
        out.put("bios", "ovmf");
        Optional<PropertyString> volume = keptProperties("efidisk0", "file")
                .filter(some -> some.value("file").equals(uefi.variables()));
        if (uefi.variables().isEmpty()) {
            if (uefi.secureBoot()) {
                out.lose(
                        "secure boot",
                        "needs a volume for its keys: qm set VMID --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=1");
            }
            return;
        }
        if (!DriveWriter.expressiblePath(uefi.variables().get())) {
            out.lose("UEFI variables " + uefi.variables().get(), "have a path that Proxmox cannot have");
            return;
        }
        PropertyString properties = volume.orElseGet(() -> {
            PropertyString fresh = new PropertyString("file");
            fresh.put("file", uefi.variables().get());
            return fresh;
        });
        boolean keys = properties.value("pre-enrolled-keys").flatMap(Truth::of).orElse(false);
        if (keys != uefi.secureBoot()) {
            properties.put("pre-enrolled-keys", uefi.secureBoot() ? "1" : "0");
        }
        out.text("efidisk0", properties.toString());
    }

    private void consoles() {
        int number = 0;
        for (Console console : machine.consoles()) {
            if (console.type() != Console.Type.SERIAL) {
                out.lose(console.type().id() + " console", "is no device that Proxmox gives a machine");
            } else if (number == ConfKeys.SERIAL_PORTS) {
                out.lose("serial port", "is one more than Proxmox gives a machine");
            } else {
                out.put("serial" + number, serial(console, number));
                number++;
            }
        }
    }

    private String serial(Console console, int number) {
        String device = console.target().orElse("");
        boolean ofHost = console.connection() == Console.Connection.DEVICE && device.startsWith("/dev/");
        if (ofHost && ProxmoxText.expressible(device)) {
            return device;
        }
        if (console.connection() != Console.Connection.PTY) {
            out.lose(
                    "connection of serial port " + number + " to "
                            + console.connection().id(),
                    "becomes a socket, which qm terminal opens");
        }
        return "socket";
    }

    private void display() {
        Display display = machine.display();
        PropertyString vga = DisplayReader.written(display);
        if (display.adapter().isPresent() && vga.value("type").isEmpty()) {
            out.lose("display adapter " + display.adapter().get(), "is none that Proxmox has");
        }
        PropertyString written = keptProperties("vga", "type")
                .filter(some -> sameDisplay(some, display))
                .orElse(vga);
        if (!written.rest().isEmpty()) {
            out.text("vga", written.toString());
        }
        display.keymap().ifPresent(keymap -> {
            if (keymap.matches("[a-z]{2}(-[a-z]{2})?")) {
                out.put("keyboard", keymap);
            } else {
                out.lose("keymap " + keymap, "is none that Proxmox knows");
            }
        });
        for (Display.Viewer viewer : display.viewers()) {
            out.lose(
                    viewer.protocol().id().toUpperCase(Locale.ROOT) + " viewer",
                    "is not set by a definition; Proxmox shows the screen by its own means");
        }
    }

    private static boolean sameDisplay(PropertyString vga, Display display) {
        try {
            Display meant = DisplayReader.display(vga, display.keymap());
            return meant.adapter().equals(display.adapter())
                    && meant.videoMemory().equals(display.videoMemory());
        } catch (MalformedPropertyException e) {
            return false;
        }
    }

    private void extras() {
        for (Extra extra : machine.extras()) {
            boolean ours = extra.dialect().equals(ProxmoxDialect.ID);
            if (!ours) {
                out.lose(extra.key(), "is an item of " + extra.dialect() + " without a counterpart in Proxmox");
            } else if (extra.key().startsWith("[")) {
                if (!isLine(extra.value())) {
                    out.lose("item of proxmox", "is not in the syntax of a definition");
                }
            } else if (!ConfKeys.readAndKept(extra.key())) {
                extra(extra);
            }
        }
    }

    private void extra(Extra extra) {
        Optional<String> value = ConfKeys.checked(extra.key(), extra.value());
        if (!ConfKeys.kept(extra.key()) || value.isEmpty()) {
            out.lose("item of proxmox", "is not in the syntax of a definition");
        } else if (extra.key().equals("parent") && !snapshots.contains(extra.value())) {
            out.lose("parent", "is a snapshot that is not in the definition");
        } else if (!out.has(extra.key())) {
            out.put(extra.key(), value.get());
        }
    }

    /** Whether a text is a line as it stands in a section, and nothing more. */
    static boolean isLine(String text) {
        boolean oneLine = !text.isEmpty() && text.chars().noneMatch(c -> c < ' ');
        return oneLine && (text.startsWith("#") || ConfParser.setting(text).isPresent());
    }

    private Optional<String> kept(String key) {
        return kept(machine, key);
    }

    static Optional<String> kept(Machine machine, String key) {
        return machine.extras().stream()
                .filter(extra -> extra.dialect().equals(ProxmoxDialect.ID))
                .filter(extra -> extra.key().equals(key))
                .map(Extra::value)
                .findFirst();
    }

    private Optional<PropertyString> keptProperties(String key, String defaultName) {
        Optional<String> text = kept(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PropertyString.parse(text.get(), defaultName))
                    .filter(some -> !some.rest().isEmpty());
        } catch (MalformedPropertyException e) {
            return Optional.empty();
        }
    }
}
