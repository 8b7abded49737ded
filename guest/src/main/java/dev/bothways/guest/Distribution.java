package dev.bothways.guest;

import java.util.List;

/**
 * What a Linux guest says that it is.
 *
 * @param id as in os-release's {@code ID}: {@code debian}, {@code ubuntu}, {@code rhel}; {@code linux} where it says nothing
 * @param like what it descends from, nearest first ({@code ID_LIKE})
 * @param name for people ({@code PRETTY_NAME}): {@code Debian GNU/Linux 12 (bookworm)}
 * @param version {@code VERSION_ID}, or the point release from {@code /etc/debian_version}; empty for a rolling distribution
 * @param codename {@code VERSION_CODENAME}; may be empty
 */
public record Distribution(String id, List<String> like, String name, String version, String codename) {

    /** Families that share packaging and the places of files. */
    public enum Family {
        DEBIAN,
        RED_HAT,
        SUSE,
        ARCH,
        ALPINE,
        OTHER
    }

    /** The family, by {@link #id} and then by {@link #like}. */
    public Family family() {
        Family own = familyOf(id);
        if (own != Family.OTHER) {
            return own;
        }
        return like.stream()
                .map(Distribution::familyOf)
                .filter(family -> family != Family.OTHER)
                .findFirst()
                .orElse(Family.OTHER);
    }

    private static Family familyOf(String id) {
        return switch (id) {
            case "debian", "ubuntu", "devuan", "raspbian", "linuxmint", "kali", "pop" -> Family.DEBIAN;
            case "rhel", "centos", "fedora", "rocky", "almalinux", "ol", "scientific", "amzn", "xenserver", "xcp-ng" ->
                Family.RED_HAT;
            case "suse", "sles", "sled", "opensuse", "opensuse-leap", "opensuse-tumbleweed" -> Family.SUSE;
            case "arch", "manjaro", "endeavouros" -> Family.ARCH;
            case "alpine" -> Family.ALPINE;
            default -> Family.OTHER;
        };
    }
}
