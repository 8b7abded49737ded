package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The fields of a VM, and the keys in its maps, that reach into the host. */
final class HostItems {
    private static final Set<String> FIELDS = Set.of("PV_kernel", "PV_ramdisk", "PCI_bus");

    private static final Pattern KEYS = Pattern.compile("(platform|other_config):"
            + "(pci|.*serial|parallel|.*extra_args|.*script|device_model_.*|usb_path|vgpu_.*|igd_passthrough)");

    /** The emulators that XAPI knows by a word. */
    private static final Set<String> MODELS =
            Set.of("qemu-none", "qemu-trad", "qemu-upstream", "qemu-upstream-compat", "qemu-upstream-uefi");

    /** Data for the guest, of any form. */
    private static final List<String> OF_GUEST =
            List.of("NVRAM:", "xenstore_data:", "bios_strings:", "recommendations", "tags");

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        return reaches(extra) ? Optional.empty() : Optional.of(extra);
    }

    private static boolean reaches(Extra extra) {
        String key = extra.key();
        if (key.equals("platform:device-model")) {
            return !MODELS.contains(extra.value());
        }
        if (OF_GUEST.stream().anyMatch(key::startsWith)) {
            return false;
        }
        return FIELDS.contains(key) || KEYS.matcher(key).matches() || HostPaths.in(extra.value());
    }
}
