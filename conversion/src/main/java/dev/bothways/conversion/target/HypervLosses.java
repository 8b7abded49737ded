package dev.bothways.conversion.target;

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
import dev.bothways.machine.Platform;
import dev.bothways.machine.SecurityChip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        losses.extras(
                machine.extras().stream()
                        .filter(extra ->
                                machine.platform() != Platform.HYPERV_GEN2 || !HypervTarget.isSecureBootTemplate(extra))
                        .toList(),
                "");
        return losses.lost;
    }

    /** The machine as Hyper-V has it. */
    static Machine without(Machine machine) {
        boolean second = machine.platform() == Platform.HYPERV_GEN2;
        boolean fixed = machine.processors().nested();
        return machine.toBuilder()
                .processors(ImportScript.carried(machine.processors()))
                .memory(fixed ? Memory.fixed(machine.memory().startup()) : machine.memory())
                .firmware(
                        machine.firmware() instanceof Firmware.Uefi uefi
                                ? new Firmware.Uefi(uefi.secureBoot())
                                : machine.firmware())
                .display(Display.usual())
                .clock(Clock.utc())
                .consoles(machine.consoles().stream()
                        .filter(console -> console.type() == Console.Type.SERIAL)
                        .limit(SERIAL_PORTS)
                        .map(console -> ImportScript.isPipe(console) ? console : Console.pty(Console.Type.SERIAL))
                        .toList())
                .securityChip(second ? machine.securityChip().map(chip -> SecurityChip.TPM_2_0) : Optional.empty())
                .guestOs(Optional.empty())
                .disks(machine.disks().stream().map(HypervLosses::without).toList())
                .nics(machine.nics().stream().map(HypervLosses::without).toList())
                .extras(machine.extras().stream()
                        .filter(extra -> second && HypervTarget.isSecureBootTemplate(extra))
                        .toList())
                .build();
    }

    private static Disk without(Disk disk) {
        Disk.Builder bare =
                Disk.builder(disk.kind(), disk.slot()).boot(disk.boot()).size(disk.size());
        return disk.kind() == Disk.Kind.DISK ? bare.medium(disk.medium()).build() : bare.build();
    }

    private static Nic without(Nic nic) {
        Nic.Builder bare = Nic.builder()
                .mac(nic.mac())
                .network(nic.network())
                .model(HypervTarget.isLegacy(nic) ? "tulip" : "synthetic");
        nic.vlan().ifPresent(bare::vlan);
        return bare.build();
    }

    private void machine(Machine machine) {
        if (machine.memory().dynamic() && machine.processors().nested()) {
            lose("dynamic memory", "does not change while the machine is a hypervisor itself");
        }
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
        consoles(machine);
        security(machine);
    }

    /** Every serial port of Hyper-V leads to a named pipe. */
    private void consoles(Machine machine) {
        List<Console> serial = machine.consoles().stream()
                .filter(console -> console.type() == Console.Type.SERIAL)
                .toList();
        if (serial.size() > SERIAL_PORTS || serial.size() < machine.consoles().size()) {
            lose("consoles other than two serial ports", "have no counterpart in Hyper-V");
        }
        for (int i = 0; i < Math.min(serial.size(), SERIAL_PORTS); i++) {
            Console console = serial.get(i);
            if (console.target().isPresent() && !ImportScript.isPipe(console)) {
                lose(
                        "target of serial port " + (i + 1) + ", "
                                + console.connection().id() + " "
                                + console.target().get(),
                        "becomes a named pipe of Windows");
            }
        }
    }

    private void security(Machine machine) {
        if (machine.firmware() instanceof Firmware.Uefi uefi) {
            uefi.variables()
                    .ifPresent(file ->
                            lose("UEFI variables " + file, "stay behind; the guest starts by its disk's boot file"));
        }
        machine.securityChip().ifPresent(chip -> {
            if (machine.platform() == Platform.HYPERV_GEN1) {
                lose("security chip", "is offered by Hyper-V to the second generation only");
            } else if (chip != SecurityChip.TPM_2_0) {
                lose("version of the security chip, " + chip.id(), "is tpm-2.0 with Hyper-V");
            }
        });
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
