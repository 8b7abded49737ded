package dev.bothways.conversion.target;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.List;

/** What Hyper-V has no room for. The manifest beside the script still has it. */
final class HypervLosses {
    static final int SERIAL_PORTS = 2;

    private final List<Lost> lost = new ArrayList<>();

    private HypervLosses() {}

    static List<Lost> of(Machine machine) {
        HypervLosses losses = new HypervLosses();
        losses.machine(machine);
        machine.disks().forEach(losses::disk);
        for (int i = 0; i < machine.nics().size(); i++) {
            losses.nic(machine.nics().get(i), i);
        }
        losses.extras(machine.extras(), "");
        return losses.lost;
    }

    private void machine(Machine machine) {
        machine.uuid().ifPresent(uuid -> lose("UUID " + uuid, "is Hyper-V's to choose"));
        if (machine.processors().maximum() != machine.processors().count()) {
            lose("processors to be plugged in later", "are not offered by Hyper-V");
        }
        if (machine.processors().topology().isPresent()) {
            lose("processor topology", "is arranged by Hyper-V after the host's");
        }
        if (!machine.display().equals(Display.usual())) {
            lose("display", "is always Hyper-V's own");
        }
        if (!machine.clock().equals(Clock.utc())) {
            lose(
                    "clock that shows "
                            + (machine.clock().base() == Clock.Base.UTC ? "an offset from UTC" : "local time"),
                    "is set by Hyper-V's time service");
        }
        long serial = machine.consoles().stream()
                .filter(console -> console.type() == Console.Type.SERIAL)
                .count();
        if (serial > SERIAL_PORTS || serial < machine.consoles().size()) {
            lose("consoles other than two serial ports", "have no counterpart in Hyper-V");
        }
        for (HostDevice device : machine.hostDevices()) {
            lose("host device " + device.kind() + " " + device.address(), "stays with its host");
        }
    }

    private void disk(Disk disk) {
        String item = "drive " + disk.slot().deviceName();
        disk.serial().ifPresent(serial -> lose("serial number of " + item, "is Hyper-V's to choose"));
        if (disk.kind() == Disk.Kind.DISK && disk.readOnly()) {
            lose("write protection of " + item, "is not offered by Hyper-V");
        }
        if (disk.shared()) {
            lose("sharing of " + item, "needs a cluster of Hyper-V hosts");
        }
        if (disk.kind() != Disk.Kind.DISK && disk.medium().isPresent()) {
            lose("medium in " + item, "is not carried along");
        }
        extras(disk.extras(), " of " + item);
    }

    private void nic(Nic nic, int number) {
        String item = " of network card " + (number + 1);
        nic.mtu().ifPresent(mtu -> lose("MTU" + item, "is set on Hyper-V's switch"));
        if (!nic.addresses().isEmpty()) {
            lose("expected addresses" + item, "are not filtered by Hyper-V");
        }
        extras(nic.extras(), item);
    }

    private void extras(List<Extra> extras, String item) {
        for (Extra extra : extras) {
            lose(extra.key() + item, "is an item of " + extra.dialect() + " without a counterpart in Hyper-V");
        }
    }

    private void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }
}
