package dev.bothways.guest.fixup;

import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.util.List;
import java.util.Optional;

/**
 * What the guest will find itself on.
 *
 * @param firmware what starts its kernel there
 * @param nics the hardware addresses of its network cards in order; empty for a card whose address the hypervisor chooses
 */
public record TargetHardware(Platform platform, Firmware firmware, List<Optional<MacAddress>> nics) {

    public TargetHardware {
        nics = List.copyOf(nics);
    }

    /** The hardware of a machine. */
    public static TargetHardware of(Machine machine) {
        return new TargetHardware(
                machine.platform(),
                machine.firmware(),
                machine.nics().stream().map(nic -> nic.mac()).toList());
    }
}
