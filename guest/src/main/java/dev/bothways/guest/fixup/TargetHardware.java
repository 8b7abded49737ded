package dev.bothways.guest.fixup;

import dev.bothways.guest.network.NetworkCard;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.util.List;

/**
 * What the guest will find itself on.
 *
 * @param firmware what starts its kernel there
 * @param nics its network cards in order; where they are plugged in, the hypervisor decides
 */
public record TargetHardware(Platform platform, Firmware firmware, List<NetworkCard> nics) {

    public TargetHardware {
        nics = List.copyOf(nics);
    }

    /** The hardware of a machine. */
    public static TargetHardware of(Machine machine) {
        return new TargetHardware(
                machine.platform(),
                machine.firmware(),
                machine.nics().stream()
                        .map(nic -> new NetworkCard(nic.mac(), nic.model(), List.of(), List.of()))
                        .toList());
    }
}
