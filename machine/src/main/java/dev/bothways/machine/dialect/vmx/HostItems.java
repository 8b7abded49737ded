package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of a {@code .vmx} that reach into the host. */
final class HostItems {
    private static final Pattern KEYS = Pattern.compile(String.join(
            "|",
            "parallel[0-9]+\\..*",
            "serial[0-9]+\\.(filetype|filename|network\\..*|vspc.*|pipe\\..*)",
            "sharedfolder[0-9]*\\..*|hgfs\\..*",
            "pcipassthru.*|usb.*autoconnect.*|usb(_xhci)?:[0-9]+\\..*",
            "(floppy[0-9]+\\.)?filename|devicetype|.*\\.hostpath|vnet",
            "sound\\.(filename|devicename)|workingdir|.*\\.directory|sched\\.swap\\.dir",
            "debugstub\\..*|.*\\.(pipename|destination)"));

    /** Their values are paths that the guest has, or texts for it. */
    private static final Pattern OF_GUEST = Pattern.compile("guestinfo\\..*|tools\\..*|machine\\.id");

    private static final Pattern SCSI_DISK = Pattern.compile("(?i)(scsi|ata)-harddisk|disk|cdrom-image|file");

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        return reaches(extra.key(), extra.value()) ? Optional.empty() : Optional.of(extra);
    }

    /** Whether a setting reaches into the host. */
    static boolean reaches(String name, String value) {
        String key = VmxSettings.small(name);
        if (OF_GUEST.matcher(key).matches()) {
            return false;
        }
        if (key.equals("devicetype") && SCSI_DISK.matcher(value).matches()) {
            return false;
        }
        return KEYS.matcher(key).matches() || HostPaths.in(value);
    }
}
