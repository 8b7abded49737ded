package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Optional;
import java.util.Set;

/** The elements of a domain that reach into the host. */
final class HostItems {
    /** Of a machine, a drive or a card, as a whole. */
    private static final Set<String> KEYS = Set.of(
            "auth",
            "backingStore",
            "bootloader",
            "bootloader_args",
            "downscript",
            "encryption",
            "mirror",
            "os/acpi",
            "os/dtb",
            "os/init",
            "os/initarg",
            "os/initrd",
            "os/kernel",
            "portForward",
            "privateData",
            "script");

    /** Devices that are another's on the host, or lead to programs there. */
    private static final Set<String> DEVICES =
            Set.of("emulator", "filesystem", "hostdev", "lease", "parallel", "redirdev", "rng", "shmem", "smartcard");

    /** Ends of serial ports, consoles and channels that are made for the machine, wherever it runs. */
    private static final Set<String> OWN_ENDS =
            Set.of("pty", "null", "stdio", "vc", "spicevmc", "spiceport", "qemu-vdagent", "dbus", "unix");

    private static final Set<String> ENDS = Set.of("serial", "console", "channel");

    /** What a card's source says that is no device or socket. */
    private static final Set<String> OF_NETWORK =
            Set.of("bridge", "index", "mode", "network", "portgroup", "portid", "startupPolicy");

    /** Kinds of cards that belong to a device or a socket of the host. */
    private static final Set<String> CARDS =
            Set.of("client", "direct", "ethernet", "hostdev", "mcast", "server", "udp", "vdpa", "vds", "vhostuser");

    private static final Set<String> FOREIGN = Set.of("qemu:", "xen:", "vmware:", "bhyve:", "ch:");

    /** Texts for people and programs, which libvirt does not read. */
    private static final Set<String> TEXTS = Set.of("description", "metadata", "title");

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        String key = extra.key();
        if (TEXTS.contains(key)) {
            return Optional.of(extra);
        }
        Optional<XmlElement> element = Fragments.element(extra);
        boolean whole = KEYS.contains(key)
                || FOREIGN.stream().anyMatch(key::startsWith)
                || (element.isEmpty() ? HostPaths.in(extra.value()) : reaches(key, element.get()));
        if (whole) {
            return Optional.empty();
        }
        if (element.isEmpty()) {
            return Optional.of(extra);
        }
        XmlElement pruned = pruned(element.get());
        return Optional.of(Fragments.same(pruned, element.get()) ? extra : Fragments.extra(key, pruned));
    }

    /** A device without a part of it would be another; elsewhere what reaches is taken out alone. */
    private static boolean reaches(String key, XmlElement element) {
        String device = key.startsWith(ExtraList.DEVICES) ? key.substring(ExtraList.DEVICES.length()) : "";
        if (!device.isEmpty()) {
            boolean end = ENDS.contains(device)
                    && !OWN_ENDS.contains(element.attribute("type").orElse("pty"));
            return end
                    || DEVICES.contains(device)
                    || FOREIGN.stream().anyMatch(device::startsWith)
                    || passesThrough(element)
                    || holdsPath(element);
        }
        return switch (key) {
            case "disk" ->
                element.attribute("device").filter("lun"::equals).isPresent()
                        || element.attribute("rawio").filter("yes"::equals).isPresent();
            case "interface" ->
                element.attribute("type").filter(CARDS::contains).isPresent();
            case "source" ->
                element.attributes().stream().anyMatch(each -> !OF_NETWORK.contains(each.name()))
                        || !element.children().isEmpty();
            default -> ownPath(element);
        };
    }

    /** A chip or a keyboard of the host, also where none is named. */
    private static boolean passesThrough(XmlElement element) {
        return element.attribute("type").filter("passthrough"::equals).isPresent()
                || element.children().stream().anyMatch(HostItems::passesThrough);
    }

    private static boolean holdsPath(XmlElement element) {
        return ownPath(element) || element.children().stream().anyMatch(HostItems::holdsPath);
    }

    private static boolean ownPath(XmlElement element) {
        return HostPaths.in(element.text())
                || element.attributes().stream().anyMatch(attribute -> HostPaths.in(attribute.value()));
    }

    private static XmlElement pruned(XmlElement element) {
        return new XmlElement(
                element.namespace(),
                element.name(),
                element.attributes(),
                element.children().stream()
                        .filter(child -> !ownPath(child) && !DEVICES.contains(child.name()))
                        .map(HostItems::pruned)
                        .toList(),
                element.text(),
                element.line());
    }
}
