package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import dev.bothways.machine.dialect.vmx.VmxDialect;
import java.util.Optional;
import java.util.Set;

/** What of an envelope's kept items reaches into a host: VMware's settings as in a {@code .vmx}, and items with a path. */
final class HostItems {
    private static final String EXTRA_CONFIG = "ExtraConfig:";
    private static final String ITEM = "HardwareItem:";

    /** CIM_ResourceAllocationSettingData.ResourceType: adapters of fibre channel, parallel ports. */
    private static final Set<String> ITEMS = Set.of("7", "22");

    /** Texts for people and settings for the guest: sections say nothing of a host. */
    private static final Set<String> SECTIONS = Set.of("Section:", "EnvelopeSection:", "CollectionSection:");

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        return reaches(extra.key(), extra.value()) ? Optional.empty() : Optional.of(extra);
    }

    private static boolean reaches(String key, String value) {
        if (SECTIONS.stream().anyMatch(key::startsWith)) {
            return false;
        }
        int setting = key.indexOf(EXTRA_CONFIG);
        if (setting >= 0) {
            return VmxDialect.reachesHost(key.substring(setting + EXTRA_CONFIG.length()), value);
        }
        boolean item = key.startsWith(ITEM);
        return item
                ? ITEMS.contains(key.substring(ITEM.length()))
                        || value.contains("passthrough")
                        || HostPaths.in(value.replace('>', ' '))
                : HostPaths.in(value);
    }
}
