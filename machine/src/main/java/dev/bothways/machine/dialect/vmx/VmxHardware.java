package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.GuestOs;
import dev.bothways.machine.Machine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lines of a {@code .vmx} that say how the virtual board is made: versions and PCI bridges. A machine has either all of
 * those that are written for any machine, and no extras of them, or exactly those that its own file had.
 */
final class VmxHardware {
    /** The key whose presence among the extras says that the file's own lines are kept. */
    static final String VERSION = "virtualHW.version";

    /** ESXi 7.0, Workstation 16. */
    private static final int USUAL_VERSION = 17;

    /** ESXi 7.0 U1: 768 processors, 24 TiB. */
    private static final int VERSION_OF_LARGE = 18;

    /** ESXi 8.0, Workstation 17: the first for which VMware knows Windows 11 and its successors. */
    private static final int VERSION_OF_NEW_SYSTEMS = 20;

    private static final int MOST_PROCESSORS = 256;
    private static final long MOST_MEMORY = 6L << 40;
    private static final List<String> NEW_SYSTEMS = List.of("windows11-64", "windows2022srvnext-64");

    private VmxHardware() {}

    /** What is written for any machine. */
    static Map<String, String> usual(Machine machine) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("config.version", "8");
        lines.put(VERSION, Integer.toString(version(machine)));
        lines.put("pciBridge0.present", "TRUE");
        for (int bridge = 4; bridge <= 7; bridge++) {
            lines.put("pciBridge" + bridge + ".present", "TRUE");
            lines.put("pciBridge" + bridge + ".virtualDev", "pcieRootPort");
            lines.put("pciBridge" + bridge + ".functions", "8");
        }
        lines.put("vmci0.present", "TRUE");
        lines.put("hpet0.present", "TRUE");
        lines.put("svga.present", "TRUE");
        return lines;
    }

    /** The number in a {@code virtualHW.version}; what is none counts as the usual one. */
    static int version(Optional<String> word) {
        return word.map(String::strip)
                .filter(text -> text.matches("[0-9]{1,3}"))
                .map(Integer::parseInt)
                .orElse(USUAL_VERSION);
    }

    /** The version that is written for a machine which no file gave one. */
    static int version(Machine machine) {
        String guest = machine.guestOs()
                .map(GuestOs::of)
                .orElseGet(GuestOs::unknown)
                .words()
                .vmware();
        if (NEW_SYSTEMS.contains(guest)) {
            return VERSION_OF_NEW_SYSTEMS;
        }
        boolean large = machine.processors().count() > MOST_PROCESSORS
                || machine.memory().startup() > MOST_MEMORY;
        return large ? VERSION_OF_LARGE : USUAL_VERSION;
    }
}
