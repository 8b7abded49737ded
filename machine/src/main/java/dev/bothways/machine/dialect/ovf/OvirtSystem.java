package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.xml.XmlElement;

/** Reads what oVirt and RHV write beside the sections. */
final class OvirtSystem {
    private final XmlElement system;
    private final OvfContext context;

    OvirtSystem(XmlElement system, OvfContext context) {
        this.system = system;
        this.context = context;
    }

    void apply(Machine.Builder machine) {
        // 0: the cluster's, 1: i440fx with SeaBIOS, 2: q35 with SeaBIOS, 3: q35 with OVMF, 4: q35 with secure boot.
        switch (system.textOf("BiosType").orElse("0")) {
            case "0", "1", "2" -> machine.firmware(new Firmware.Bios());
            case "3" -> machine.firmware(new Firmware.Uefi(false));
            case "4" -> machine.firmware(new Firmware.Uefi(true));
            default ->
                context.warn(system, "the BiosType " + system.textOf("BiosType").orElse("") + " is not known");
        }
        String zone = system.textOf("TimeZone").orElse("");
        if (!zone.isEmpty() && !zone.equals("Etc/GMT") && !zone.equals("UTC")) {
            machine.clock(new Clock(Clock.Base.LOCAL_TIME, 0));
        }
    }
}
