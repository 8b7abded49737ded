package dev.bothways.conversion;

import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Addresses for network cards that have none in their definition. A guest's configuration can only be bound to a card whose
 * address is known, so the hypervisor cannot be left to choose one. The same machine gets the same ones again, from the range
 * that the platform's vendor keeps for such.
 */
final class NewAddress {
    private NewAddress() {}

    /**
     * The address.
     *
     * @param identity what tells the machine from all others
     * @param card which of its cards, from 0
     */
    static MacAddress of(Platform platform, String identity, int card) {
        byte[] name = (identity + '\0' + card).getBytes(StandardCharsets.UTF_8);
        long chance = UUID.nameUUIDFromBytes(name).getLeastSignificantBits();
        byte[] last = {(byte) chance, (byte) (chance >> 8), (byte) (chance >> 16)};
        if (platform == Platform.VMWARE) {
            last[0] &= 0x3f; // addresses above are given out by vCenter
        }
        return new MacAddress(range(platform) + ":" + HexFormat.ofDelimiter(":").formatHex(last));
    }

    private static String range(Platform platform) {
        return switch (platform) {
            case XEN_PV, XEN_PVH, XEN_HVM -> "00:16:3e";
            case HYPERV_GEN1, HYPERV_GEN2 -> "00:15:5d";
            case KVM -> "52:54:00";
            case VMWARE -> "00:50:56";
            case VIRTUALBOX -> "08:00:27";
        };
    }
}
