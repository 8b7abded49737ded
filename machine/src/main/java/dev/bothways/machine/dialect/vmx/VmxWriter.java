package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Written;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Writes a machine as VMware's products of 2020 and later read it. */
final class VmxWriter {
    private static final long MEBIBYTE = 1L << 20;
    /** VMware takes memory in steps of four mebibytes. */
    private static final long MEMORY_STEP = 4;

    private static final int USUAL_WEIGHT = 256;

    /** The keys that the record rules: an extra of such a key is a leftover of another time, or of an attack. */
    private static final Pattern RULED = Pattern.compile(String.join(
            "|",
            "\\.encoding|displayname|annotation|uuid\\.bios|firmware|uefi\\.secureboot\\.enabled|memsize|numvcpus",
            "vhv\\.enable|rtc\\.difffromutc|svga\\.vramsize|managedvm\\.autoaddvtpm|encryption\\..*",
            "(scsi|sata|nvme|ide)[0-9]+:[0-9]+\\..*|floppy[0-9]+\\..*|ethernet[0-9]+\\..*",
            "serial[0-9]+\\.(present|filename)|remotedisplay\\.vnc\\.enabled"));

    private final Machine machine;
    private final VmxOutput out = new VmxOutput();

    VmxWriter(Machine machine) {
        this.machine = machine;
    }

    Written write() {
        out.set(".encoding", "UTF-8");
        out.set("displayName", machine.name());
        out.set("annotation", machine.description());
        out.set("uuid.bios", machine.uuid().map(VmxWords::uuidWord));
        out.set(
                "guestOS",
                chosen(
                        "guestOS",
                        VmxWords.guestOsWord(machine.guestOs(), hardwareVersion()),
                        word -> VmxWords.guestOs(word).equals(machine.guestOs())));
        if (own(VmxHardware.VERSION).isEmpty()) {
            VmxHardware.usual(machine).forEach(out::set);
        }
        firmware();
        bootOrder();
        memory();
        processors();
        new DriveWriter(machine, out).write();
        for (int i = 0; i < machine.nics().size(); i++) {
            new NicWriter(out, i, machine.nics().get(i)).write();
        }
        consoles();
        display();
        clock();
        securityChip();
        hostDevices();
        extras();
        return new Written(out.content(), out.lost());
    }

    private int hardwareVersion() {
        Optional<String> own = own(VmxHardware.VERSION);
        return own.isPresent() ? VmxHardware.version(own) : VmxHardware.version(machine);
    }

    /** The word that the machine's own file had, where it still means the same. */
    private String chosen(String key, String usual, Predicate<String> sameMeaning) {
        return own(key).filter(sameMeaning).orElse(usual);
    }

    private Optional<String> own(String key) {
        return machine.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(VmxDialect.ID) && extra.key().equalsIgnoreCase(key))
                .map(Extra::value)
                .findFirst();
    }

    private void firmware() {
        if (machine.firmware() instanceof Firmware.Uefi uefi) {
            out.set("firmware", "efi");
            if (uefi.secureBoot()) {
                out.set("uefi.secureBoot.enabled", true);
            }
            out.set("nvram", uefi.variables());
        } else {
            out.set("firmware", "bios");
            if (!(machine.firmware() instanceof Firmware.Bios)) {
                out.lose(
                        "kernel or boot loader of the host",
                        "has no counterpart in VMware; the machine starts its BIOS");
            }
        }
    }

    private void bootOrder() {
        if (!machine.bootOrder().isEmpty()) {
            out.set(
                    "bios.bootOrder",
                    chosen(
                            "bios.bootOrder",
                            VmxWords.bootOrderWord(machine.bootOrder()),
                            word -> VmxWords.bootOrder(word)
                                    .filter(machine.bootOrder()::equals)
                                    .isPresent()));
        }
    }

    private void memory() {
        long bytes = machine.memory().startup();
        boolean whole = bytes % MEBIBYTE == 0;
        long mebibytes = Math.ceilDiv(bytes, MEBIBYTE);
        if (!whole) {
            mebibytes = Math.ceilDiv(mebibytes, MEMORY_STEP) * MEMORY_STEP;
            out.lose("memory of " + bytes + " bytes", "is rounded up to " + mebibytes + " MiB");
        }
        out.set("memsize", mebibytes);
        if (machine.memory().dynamic()) {
            out.lose("range of dynamic memory", "is the host's to choose; the machine has what it starts with");
        }
    }

    private void processors() {
        Processors processors = machine.processors();
        out.set("numvcpus", processors.count());
        if (processors.maximum() != processors.count()) {
            if (own("vcpu.hotadd").isEmpty()) {
                out.set("vcpu.hotadd", true);
            }
            out.lose(
                    "most processors " + processors.maximum(),
                    "is not counted by VMware; some can be added while it runs");
        }
        processors.topology().ifPresent(topology -> {
            if (topology.threadsPerCore() > 1) {
                out.lose("threads of a core", "are not shown by VMware; they are cores");
            }
            long cores = (long) topology.coresPerSocket() * topology.threadsPerCore();
            if (cores > 0 && processors.count() % cores == 0) {
                out.set("cpuid.coresPerSocket", cores);
            } else {
                out.lose("processor topology", "does not divide the processors there are at start");
            }
        });
        processors.limit().ifPresent(limit -> out.lose("processor limit", "is given in megahertz to VMware"));
        int weight = processors.weight().orElse(USUAL_WEIGHT);
        OptionalInt said = weight == USUAL_WEIGHT ? OptionalInt.empty() : processors.weight();
        String shares = chosen(
                "sched.cpu.shares",
                VmxWords.weightWord(weight, processors.count()),
                word -> VmxWords.weight(word, processors.count())
                        .filter(said::equals)
                        .isPresent());
        if (!shares.equals("normal")) {
            out.set("sched.cpu.shares", shares);
        }
        if (processors.nested()) {
            out.set("vhv.enable", true);
        }
    }

    private void consoles() {
        int number = 0;
        for (Console console : machine.consoles()) {
            String item = console.type().id() + " console";
            if (console.type() != Console.Type.SERIAL) {
                out.lose(item, "has no counterpart in VMware");
            } else if (number >= VmxPorts.MOST) {
                out.lose(item, "is one more than the " + VmxPorts.MOST + " that VMware gives a machine");
            } else {
                port("serial" + number++, console);
            }
        }
    }

    private void port(String port, Console console) {
        out.set(port + ".present", true);
        String target = console.target().orElse("");
        switch (console.connection()) {
            case FILE -> {
                file(port, "file", console.target().orElse(port + ".log"));
                // Else VMware asks at every start what to do with the file.
                out.set("answer.msg.serial.file.open", "Append");
            }
            case PIPE, UNIX -> file(port, "pipe", target);
            case DEVICE -> file(port, "device", target);
            case TCP, TELNET -> {
                boolean server = target.endsWith(",server");
                String address = server ? target.substring(0, target.length() - ",server".length()) : target;
                file(port, "network", console.connection().id() + "://" + address);
                out.set(port + ".network.endPoint", server ? "server" : "client");
            }
            case OTHER -> {
                out.set(port + ".fileName", target);
                if (own(port + ".fileType").isEmpty()) {
                    out.set(port + ".startConnected", false);
                    out.lose(port, "leads to where VMware cannot: " + target);
                }
            }
            case PTY, UDP, STDIO, NULL -> {
                file(port, "pipe", port);
                out.set(port + ".startConnected", false);
                if (console.connection() != Console.Connection.NULL) {
                    out.lose(
                            "end of " + port + " (" + console.connection().id() + ")",
                            "is none that VMware knows; the port is there, and not connected");
                }
            }
        }
    }

    private void file(String port, String type, String name) {
        out.set(port + ".fileType", type);
        out.set(port + ".fileName", name);
    }

    private void display() {
        Display display = machine.display();
        display.videoMemory().ifPresent(bytes -> out.set("svga.vramSize", bytes));
        display.adapter()
                .filter(adapter -> !adapter.equals("vmvga"))
                .ifPresent(adapter -> out.lose("display adapter " + adapter, "is VMware's own in VMware"));
        boolean shown = false;
        for (Display.Viewer viewer : display.viewers()) {
            if (viewer.protocol() == Display.Protocol.VNC && !shown) {
                shown = true;
                out.set("RemoteDisplay.vnc.enabled", true);
                viewer.port().ifPresent(port -> out.set("RemoteDisplay.vnc.port", port));
                out.set("RemoteDisplay.vnc.ip", viewer.listen());
                out.set("RemoteDisplay.vnc.keyMap", display.keymap());
            } else {
                out.lose("display by " + viewer.protocol().id(), "is not offered by VMware");
            }
        }
        if (!shown && display.keymap().isPresent()) {
            out.lose("keyboard layout", "has no key in a .vmx without a VNC display");
        }
    }

    private void clock() {
        if (machine.clock().base() == Clock.Base.LOCAL_TIME) {
            out.lose("clock that shows local time", "shows UTC under ESXi; the guest's time service sets it right");
        }
        if (machine.clock().offsetSeconds() != 0) {
            out.set("rtc.diffFromUTC", machine.clock().offsetSeconds());
        }
    }

    private void securityChip() {
        if (machine.securityChip().isEmpty()
                || own("vtpm.present").filter("TRUE"::equalsIgnoreCase).isPresent()) {
            return;
        }
        out.set("managedVM.autoAddVTPM", "software");
        if (machine.securityChip().get() == SecurityChip.TPM_1_2) {
            out.lose("TPM 1.2", "is a TPM 2.0 in VMware");
        }
    }

    private void hostDevices() {
        for (HostDevice device : machine.hostDevices()) {
            if (own(device.address().split(" ", -1)[0] + ".present")
                    .filter("TRUE"::equalsIgnoreCase)
                    .isEmpty()) {
                out.lose("host device " + device.kind() + " " + device.address(), "stays with its host");
            }
        }
    }

    private void extras() {
        for (Extra extra : machine.extras()) {
            if (!extra.dialect().equals(VmxDialect.ID)) {
                out.lose(extra.key(), "is an item of " + extra.dialect() + " without a counterpart in vmx");
            } else if (isRuled(extra)) {
                out.lose(extra.key(), "is said by the record");
            } else if (!out.has(extra.key())) {
                out.extra("", extra);
            }
        }
    }

    private boolean isRuled(Extra extra) {
        String key = VmxSettings.small(extra.key());
        boolean meansNothing = switch (key) {
            case "bios.bootorder" -> VmxWords.bootOrder(extra.value()).isEmpty();
            case "sched.cpu.shares" -> VmxWords.weight(extra.value(), 1).isEmpty();
            default -> false;
        };
        if (key.equals("guestos") || key.equals("bios.bootorder") || key.equals("sched.cpu.shares")) {
            // Written above where it still says what the record says; what says nothing to us is kept.
            return !out.has(key) && !meansNothing;
        }
        boolean ofHostDevice = machine.hostDevices().stream()
                .anyMatch(device ->
                        key.startsWith(VmxSettings.small(device.address().split(" ", -1)[0]) + "."));
        return RULED.matcher(key).matches() && !ofHostDevice;
    }
}
