package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of qm.conf(5), of machines, drives and cards, that reach into the host. */
final class HostItems {
    private static final Set<String> KEYS =
            Set.of("args", "cicustom", "hookscript", "ifname", "import-from", "ivshmem", "rng0", "script");

    private static final Pattern NUMBERED = Pattern.compile("(hostpci|parallel|serial|usb|virtiofs)[0-9]+");

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        return reaches(extra) ? Optional.empty() : Optional.of(extra);
    }

    private static boolean reaches(Extra extra) {
        String key = extra.key();
        // A model of processor that an administrator made up is known to that host alone.
        boolean made = key.equals("cpu") && extra.value().contains("custom-");
        return made || KEYS.contains(key) || NUMBERED.matcher(key).matches() || HostPaths.in(extra.value());
    }
}
