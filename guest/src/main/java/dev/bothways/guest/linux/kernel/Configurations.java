package dev.bothways.guest.linux.kernel;

import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.KernelConfiguration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads kernel configurations, and what they say of hypervisors. */
final class Configurations {
    private Configurations() {}

    /** The options in a {@code .config} file's text. */
    static KernelConfiguration parse(String text) {
        Map<String, String> options = new HashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (line.startsWith("CONFIG_") && equals > 0) {
                options.put(
                        line.substring(7, equals), line.substring(equals + 1).strip());
            }
        });
        return options.isEmpty() ? KernelConfiguration.NONE : new KernelConfiguration(Map.copyOf(options));
    }

    /** The option that shows the ability in a kernel of this release, where one is set. */
    static Optional<String> shows(KernelConfiguration configuration, String release, Ability ability) {
        String option = switch (ability) {
            // Before 4.12 CONFIG_XEN alone made a kernel that runs paravirtualised.
            case XEN_PV -> since(release, "4.12") ? "XEN_PV" : "XEN";
            case XEN_PVH -> "XEN_PVH";
            case XEN_PVHVM -> "XEN_PVHVM";
            case HYPERV -> "HYPERV";
            case VMWARE -> "HYPERVISOR_GUEST";
            case KVM -> "KVM_GUEST";
        };
        boolean set = ability == Ability.HYPERV ? configuration.enabled(option) : configuration.builtIn(option);
        // Before 4.11 XEN_PVH made the first kind of PVH, which Xen no longer starts.
        boolean known = ability != Ability.XEN_PVH || since(release, "4.11");
        return set && known
                ? Optional.of("CONFIG_" + option + "=" + configuration.options().get(option))
                : Optional.empty();
    }

    private static boolean since(String release, String first) {
        return new ReleaseOrder().compare(release, first) >= 0;
    }
}
