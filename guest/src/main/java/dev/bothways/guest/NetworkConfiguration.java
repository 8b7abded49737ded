package dev.bothways.guest;

import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.Naming;
import java.util.List;

/**
 * How a Linux guest configures its network.
 *
 * @param matches every place that chooses network interfaces, those that name them first; the loopback is left out
 * @param naming how interfaces get their names
 * @param warnings what could not be read, or may change by itself on other hardware: a sentence each
 */
public record NetworkConfiguration(List<InterfaceMatch> matches, Naming naming, List<String> warnings) {
    public NetworkConfiguration {
        matches = List.copyOf(matches);
        warnings = List.copyOf(warnings);
    }
}
