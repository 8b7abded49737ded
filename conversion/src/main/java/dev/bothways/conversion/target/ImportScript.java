package dev.bothways.conversion.target;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code import.ps1}. The machine is a block of data in front; what is done with it is the same for every machine and stands
 * in the resource {@code import-body.ps1}. Runs on Windows PowerShell 5.1 and PowerShell 7.
 */
final class ImportScript {
    /** Windows PowerShell takes a script without a byte order mark for the old code page. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private static final long MEMORY_STEP = 2L << 20;
    private static final long LEAST_MEMORY = 32L << 20;
    private static final int USUAL_WEIGHT_OF_XEN = 256;
    private static final int USUAL_WEIGHT = 100;
    private static final int HIGHEST_WEIGHT = 10_000;

    private final Machine machine;
    private final List<Target.ConvertedDisk> disks;
    private final StringBuilder out = new StringBuilder();

    ImportScript(Machine machine, List<Target.ConvertedDisk> disks) {
        this.machine = machine;
        this.disks = disks;
    }

    String text() {
        boolean first = machine.platform() == Platform.HYPERV_GEN1;
        if (!first && machine.platform() != Platform.HYPERV_GEN2) {
            throw new IllegalArgumentException(machine.platform().id() + " is no platform of Hyper-V");
        }
        Memory memory = machine.memory();
        out.append(BYTE_ORDER_MARK).append(resource("import-head.ps1"));
        out.append("param(\n");
        out.append("    [string] $Name = ")
                .append(PowerShell.quoted(machine.name()))
                .append(",\n");
        out.append("    [string] $Path = '',\n");
        out.append("    [string] $SwitchName = '',\n");
        out.append("    [long] $MemoryStartupBytes = ")
                .append(stepped(memory.startup()))
                .append(",\n");
        out.append("    [switch] $SkipHashCheck\n)\n\n");
        out.append("$Machine = @{\n");
        item("Generation", first ? "1" : "2");
        machine.description().ifPresent(text -> item("Notes", PowerShell.quotedLines(text)));
        machine.uuid().ifPresent(uuid -> item("Uuid", "'" + uuid + "'"));
        processors();
        item("DynamicMemory", truth(memory.dynamic() && !machine.processors().nested()));
        item("MemoryMinimumBytes", Long.toString(stepped(memory.minimum())));
        item("MemoryMaximumBytes", Long.toString(stepped(memory.maximum())));
        if (first) {
            item("StartupOrder", "@(" + String.join(", ", startupOrder()) + ")");
        } else {
            firmware();
        }
        item("SerialPorts", list(serialPorts()));
        out.append("}\n\n");
        block("Disks", hardDisks());
        block("DvdDrives", dvdDrives());
        block("NetworkCards", networkCards());
        out.append(resource("import-body.ps1"));
        return out.toString();
    }

    private void item(String key, String value) {
        out.append("    ").append(key).append(" = ").append(value).append('\n');
    }

    private void block(String name, List<String> values) {
        out.append('$').append(name).append(" = @(\n");
        values.forEach(value -> out.append("    ").append(value).append('\n'));
        out.append(")\n\n");
    }

    private static String truth(boolean value) {
        return value ? "$true" : "$false";
    }

    private static String list(List<String> values) {
        return "@(" + String.join(", ", values) + ")";
    }

    /** Hyper-V takes memory in steps of 2 MiB. */
    private static long stepped(long bytes) {
        long wanted = Math.max(bytes, LEAST_MEMORY);
        return Math.ceilDiv(wanted, MEMORY_STEP) * MEMORY_STEP;
    }

    /** The limit is in percent of what the machine's processors could take together, the weight 100 where Xen's is 256. */
    private void processors() {
        Processors processors = machine.processors();
        item("ProcessorCount", Integer.toString(processors.count()));
        processors.limit().ifPresent(percent -> item("ProcessorMaximum", Integer.toString(share(processors, percent))));
        processors.weight().ifPresent(weight -> item("ProcessorWeight", Integer.toString(weight(weight))));
        item("NestedVirtualization", truth(processors.nested()));
    }

    /** Of a limit in percent of one processor what each processor of the machine may take, in percent. */
    private static int share(Processors processors, int percent) {
        return Math.clamp(percent / processors.count(), 1, 100);
    }

    private static int weight(int weight) {
        return Math.clamp((long) weight * USUAL_WEIGHT / USUAL_WEIGHT_OF_XEN, 1, HIGHEST_WEIGHT);
    }

    /** The processors that the script makes of these, in the record's own units. */
    static Processors carried(Processors processors) {
        OptionalInt limit = processors.limit().isPresent()
                ? OptionalInt.of(share(processors, processors.limit().getAsInt()) * processors.count())
                : OptionalInt.empty();
        OptionalInt weight = processors.weight().isPresent()
                ? OptionalInt.of(
                        Math.ceilDiv(weight(processors.weight().getAsInt()) * USUAL_WEIGHT_OF_XEN, USUAL_WEIGHT))
                : OptionalInt.empty();
        return new Processors(
                processors.count(), processors.count(), Optional.empty(), limit, weight, processors.nested());
    }

    private List<String> startupOrder() {
        Set<String> order = new LinkedHashSet<>();
        for (BootDevice device : machine.bootOrder()) {
            order.add(
                    switch (device) {
                        case DISK -> "'IDE'";
                        case CDROM -> "'CD'";
                        case NETWORK -> "'LegacyNetworkAdapter'";
                        case FLOPPY -> "'Floppy'";
                    });
        }
        order.addAll(List.of("'IDE'", "'CD'", "'LegacyNetworkAdapter'", "'Floppy'"));
        return List.copyOf(order);
    }

    private void firmware() {
        boolean secure = machine.firmware() instanceof Firmware.Uefi uefi && uefi.secureBoot();
        item("SecureBoot", truth(secure));
        item("SecureBootTemplate", "'" + secureBootTemplate() + "'");
        item("SecurityChip", truth(machine.securityChip().isPresent()));
        Set<String> order = new LinkedHashSet<>();
        for (BootDevice device : machine.bootOrder()) {
            switch (device) {
                case DISK -> order.add("'Disk'");
                case CDROM -> order.add("'CD'");
                case NETWORK -> order.add("'Network'");
                case FLOPPY -> {
                    // The second generation has none.
                }
            }
        }
        order.addAll(List.of("'Disk'", "'CD'", "'Network'"));
        item("BootOrder", list(List.copyOf(order)));
    }

    /** What the definition says, if it is one of Hyper-V's; else by the guest. */
    private String secureBootTemplate() {
        boolean windows = machine.guestOs().orElse("").startsWith("win");
        return machine.extras().stream()
                .filter(HypervTarget::isSecureBootTemplate)
                .map(Extra::value)
                .findFirst()
                .orElse(windows ? "MicrosoftWindows" : "MicrosoftUEFICertificateAuthority");
    }

    private List<String> serialPorts() {
        List<String> ports = new ArrayList<>();
        for (Console console : machine.consoles()) {
            if (console.type() == Console.Type.SERIAL && ports.size() < HypervLosses.SERIAL_PORTS) {
                ports.add(isPipe(console) ? PowerShell.quoted(console.target().orElseThrow()) : "''");
            }
        }
        return ports;
    }

    /** Whether a serial port leads to a named pipe of Windows. */
    static boolean isPipe(Console console) {
        return console.connection() == Console.Connection.PIPE
                && console.target().orElse("").startsWith("\\\\.\\pipe\\");
    }

    private List<String> hardDisks() {
        List<String> lines = new ArrayList<>();
        List<Disk> hardDisks = HardDisks.of(machine);
        if (hardDisks.size() != disks.size()) {
            throw new IllegalArgumentException(hardDisks.size() + " hard disks, " + disks.size() + " converted ones");
        }
        for (int i = 0; i < disks.size(); i++) {
            lines.add("@{ File = " + PowerShell.quoted(disks.get(i).file().replace('/', '\\')) + "; Sha256 = "
                    + PowerShell.quoted(disks.get(i).sha256()) + "; " + place(hardDisks.get(i)) + " }");
        }
        return lines;
    }

    private List<String> dvdDrives() {
        return machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.CDROM)
                .map(disk -> "@{ " + place(disk) + " }")
                .toList();
    }

    private static String place(Disk disk) {
        return "Bus = " + (disk.slot().bus() == Bus.IDE ? "'IDE'" : "'SCSI'") + "; Controller = "
                + disk.slot().controller() + "; Location = " + disk.slot().unit() + "; Boot = " + truth(disk.boot());
    }

    private List<String> networkCards() {
        List<String> lines = new ArrayList<>();
        for (Nic nic : machine.nics()) {
            lines.add("@{ Mac = '" + nic.mac().map(MacAddress::digits).orElse("") + "'; Legacy = "
                    + truth(HypervTarget.isLegacy(nic)) + "; Vlan = "
                    + nic.vlan().orElse(0) + "; Network = "
                    + PowerShell.quoted(nic.network().orElse("")) + " }");
        }
        return lines;
    }

    private static String resource(String name) {
        try (InputStream in = ImportScript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program is packed without " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
