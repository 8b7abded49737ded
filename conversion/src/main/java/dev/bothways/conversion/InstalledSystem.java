package dev.bothways.conversion;

import dev.bothways.guest.Architecture;
import dev.bothways.guest.Distribution;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.Machine;
import java.util.Locale;
import java.util.Optional;

/**
 * The operating system that inspection found, as {@link Machine#guestOs} calls it: for definitions that name none. Without it VMware
 * and VirtualBox take the guest for one of 32 bits that nobody knows.
 */
final class InstalledSystem {
    private static final String NARROW = "/i686";

    private InstalledSystem() {}

    /** The name that is nearest; a Linux of no known distribution is called that. */
    static Optional<String> of(LinuxGuest guest) {
        String width = isNarrow(guest) ? NARROW : "";
        GuestOs found = GuestOs.of(shortId(guest.distribution()) + width);
        GuestOs system =
                found.known() && found.family() == GuestOs.Family.LINUX ? found : GuestOs.of("linux-unknown" + width);
        return system.text();
    }

    /** A system of 32 bits may run on a kernel of 64, which a hypervisor must not take for narrow. */
    private static boolean isNarrow(LinuxGuest guest) {
        boolean wideKernel = guest.defaultKernel()
                .filter(kernel -> kernel.release().matches(".*(amd64|x86_64).*"))
                .isPresent();
        return guest.architecture() == Architecture.X86 && !wideKernel;
    }

    /** libosinfo's short id of what os-release says, in the versions that libosinfo counts. */
    private static String shortId(Distribution distribution) {
        String version = distribution.version();
        String major = version.replaceFirst("[.].*", "");
        return switch (distribution.id()) {
            case "debian" -> major.isEmpty() ? "debiantesting" : "debian" + major;
            case "ubuntu", "fedora", "rhel", "ol" -> distribution.id() + version;
            case "centos" ->
                distribution.name().toLowerCase(Locale.ROOT).contains("stream")
                        ? "centos-stream" + major
                        : "centos" + version;
            case "rocky", "almalinux" -> distribution.id() + major;
            case "scientific" -> "scientificlinux" + version;
            case "opensuse-leap", "opensuse" -> "opensuse" + version;
            case "opensuse-tumbleweed" -> "opensusetumbleweed";
            case "sles", "sled" -> distribution.id() + major;
            case "arch" -> "archlinux";
            case "alpine" -> "alpinelinux" + version;
            case "amzn" -> "amazonlinux" + version;
            case "gentoo", "mageia", "photon" -> distribution.id() + version;
            default -> "linux-unknown";
        };
    }
}
