package dev.bothways.machine.dialect.proxmox;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys that Proxmox VE 9 knows. Those that the record has words for are read into it; the others are kept as they are, if
 * their value is of the right sort.
 */
final class ConfKeys {
    static final int IDE = 4;
    static final int SCSI = 31;
    static final int VIRTIO = 16;
    static final int SATA = 6;
    static final int NICS = 32;
    static final int SERIAL_PORTS = 4;
    static final int HOST_PCI = 16;
    static final int USB = 14;

    private static final Pattern NUMBERED = Pattern.compile("([a-z]+)([0-9]|[1-9][0-9]{1,2})");

    /** What the reader gives a meaning. */
    private static final Set<String> READ = Set.of(
            "name",
            "memory",
            "sockets",
            "cores",
            "smp",
            "vcpus",
            "cpuunits",
            "bios",
            "bootdisk",
            "localtime",
            "keyboard");

    /** What the reader gives a meaning, and keeps beside where the record has not all of it. */
    private static final Set<String> READ_AND_KEPT =
            Set.of("balloon", "boot", "cpu", "cpulimit", "efidisk0", "tpmstate0", "smbios1", "scsihw", "vga", "ostype");

    private static final Set<String> TRUTHS = Set.of(
            "onboot",
            "autostart",
            "reboot",
            "numa",
            "keephugepages",
            "acpi",
            "kvm",
            "tdf",
            "freeze",
            "template",
            "tablet",
            "protection",
            "ciupgrade",
            "allow-ksm");

    private static final Set<String> INTEGERS = Set.of("shares", "migrate_speed", "snaptime");

    private static final Set<String> TEXTS = Set.of(
            "affinity",
            "agent",
            "amd-sev",
            "arch",
            "args",
            "audio",
            "cicustom",
            "cipassword",
            "citype",
            "ciuser",
            "delete",
            "hookscript",
            "hotplug",
            "hugepages",
            "intel-tdx",
            "ivshmem",
            "lock",
            "machine",
            "meta",
            "migrate_downtime",
            "nameserver",
            "parent",
            "running-nets-host-mtu",
            "runningcpu",
            "runningmachine",
            "searchdomain",
            "snapstate",
            "spice_enhancements",
            "sshkeys",
            "startdate",
            "startup",
            "tags",
            "vmgenid",
            "vmstate",
            "vmstatestorage",
            "watchdog");

    private ConfKeys() {}

    /** Whether Proxmox knows the key. */
    static boolean known(String key) {
        return READ.contains(key)
                || READ_AND_KEPT.contains(key)
                || TRUTHS.contains(key)
                || INTEGERS.contains(key)
                || TEXTS.contains(key)
                || isDevice(key)
                || isKeptDevice(key);
    }

    /** Whether the key may be an extra's: what the record says, no extra may say. */
    static boolean kept(String key) {
        boolean inRecord = READ.contains(key)
                || drive(key)
                || numbered(key, "net", NICS)
                || numbered(key, "serial", SERIAL_PORTS)
                || key.equals("description")
                || key.equals("cdrom");
        return ConfParser.KEY.matcher(key).matches() && !inRecord;
    }

    /** Whether what reads the key into the record is also what writes it again. */
    static boolean readAndKept(String key) {
        return READ_AND_KEPT.contains(key) || numbered(key, "hostpci", HOST_PCI) || numbered(key, "usb", USB);
    }

    private static boolean isDevice(String key) {
        return drive(key)
                || numbered(key, "net", NICS)
                || numbered(key, "serial", SERIAL_PORTS)
                || numbered(key, "hostpci", HOST_PCI)
                || numbered(key, "usb", USB);
    }

    private static boolean isKeptDevice(String key) {
        return numbered(key, "unused", 256)
                || numbered(key, "parallel", 3)
                || numbered(key, "numa", 8)
                || numbered(key, "ipconfig", NICS)
                || numbered(key, "virtiofs", 10)
                || key.equals("audio0")
                || key.equals("rng0");
    }

    /** Whether the key is a drive's. */
    static boolean drive(String key) {
        return numbered(key, "ide", IDE)
                || numbered(key, "scsi", SCSI)
                || numbered(key, "virtio", VIRTIO)
                || numbered(key, "sata", SATA);
    }

    /** Whether the key is one of a device that may be started from. */
    static boolean bootable(String key) {
        return drive(key)
                || numbered(key, "net", NICS)
                || numbered(key, "usb", USB)
                || numbered(key, "hostpci", HOST_PCI);
    }

    /** Whether the key is {@code prefix} with a number less than {@code count}. */
    static boolean numbered(String key, String prefix, int count) {
        Matcher matcher = NUMBERED.matcher(key);
        return matcher.matches() && matcher.group(1).equals(prefix) && Integer.parseInt(matcher.group(2)) < count;
    }

    /** A kept key's value in Proxmox's own spelling; empty if it is not of the key's sort. */
    static Optional<String> checked(String key, String value) {
        if (TRUTHS.contains(key)) {
            return Truth.of(value).map(truth -> truth ? "1" : "0");
        }
        if (INTEGERS.contains(key) && !value.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return ProxmoxText.expressible(value) ? Optional.of(value) : Optional.empty();
    }
}
