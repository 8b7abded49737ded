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

    /** The option that shows the ability, where one is set. */
    static Optional<String> shows(KernelConfiguration configuration, Ability ability) {
        String option = switch (ability) {
            // Until 4.11 CONFIG_XEN alone made a kernel that runs paravirtualised; XEN_DOM0 or XEN_PVHVM came along
            // with it.
            case XEN_PV ->
                configuration.options().containsKey("XEN_PV") || isSince412(configuration) ? "XEN_PV" : "XEN";
            case XEN_PVH -> configuration.builtIn("PVH") ? "PVH" : "XEN_PVH";
            case XEN_PVHVM -> "XEN_PVHVM";
            case HYPERV -> "HYPERV";
            case VMWARE -> "HYPERVISOR_GUEST";
            case KVM -> "KVM_GUEST";
        };
        boolean set = ability == Ability.HYPERV ? configuration.enabled(option) : configuration.builtIn(option);
        if (ability == Ability.XEN_PVH && option.equals("PVH")) {
            set = configuration.builtIn("XEN");
        }
        return set
                ? Optional.of("CONFIG_" + option + "=" + configuration.options().get(option))
                : Optional.empty();
    }

    /** XEN_PV became an option of its own in 4.12, together with XEN_PVHVM_SMP and XEN_512GB moving below it. */
    private static boolean isSince412(KernelConfiguration configuration) {
        return configuration.options().containsKey("XEN_PVHVM_SMP");
    }
}
