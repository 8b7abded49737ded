package dev.bothways.conversion;

import dev.bothways.guest.Architecture;
import dev.bothways.guest.Distribution;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.machine.GuestOs;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The operating system that inspection found, in the word of {@link dev.bothways.machine.Machine#guestOs}. */
final class InstalledSystem {
    private static final String ANY = "linux-unknown";
    private static final Pattern WIDE_KERNEL = Pattern.compile("amd64|x86[_-]64");
    private static final Pattern MAJOR = Pattern.compile("[0-9]{1,2}");
    private static final int FIRST_WITHOUT_MINOR = 3;
    private static final int FIRST_OF_LIBOSINFO = 4;
    private static final int LAST_OF_LIBOSINFO = 6;

    private InstalledSystem() {}

    /** The word; none for an architecture of which hypervisors have no list. */
    static Optional<String> of(LinuxGuest guest) {
        return of(
                guest.distribution(),
                guest.architecture(),
                guest.defaultKernel().map(LinuxKernel::release).orElse(""));
    }

    /**
     * The word, by what the guest says of itself, what it descends from, and its kernel: the first of these that has one.
     *
     * @param release of the kernel, as {@code uname -r} prints it; may be empty
     */
    static Optional<String> of(Distribution distribution, Architecture architecture, String release) {
        return width(architecture, release).flatMap(width -> named(distribution, release, width));
    }

    /** A system of 32 bits that runs on a kernel of 64 must not be given less. */
    private static Optional<String> width(Architecture architecture, String release) {
        return switch (architecture) {
            case X86_64 -> Optional.of("");
            case X86 -> Optional.of(WIDE_KERNEL.matcher(release).find() ? "" : "/i686");
            case ARM64, ARM, RISCV64, POWER64, S390X, UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<String> named(Distribution distribution, String release, String width) {
        Stream<String> own = Stream.of(product(distribution.id(), distribution.name()) + distribution.version());
        Stream<String> forebears = distribution.like().stream().map(id -> product(id, ""));
        return Stream.concat(own, forebears)
                .map(word -> GuestOs.of(word + width))
                .filter(system -> system.known() && !system.id().equals(ANY))
                .findFirst()
                .orElseGet(() -> GuestOs.of(byKernel(release) + width))
                .text();
    }

    /** What libosinfo calls a distribution, without its version. */
    private static String product(String id, String name) {
        return switch (id) {
            case "arch" -> "archlinux";
            case "alpine" -> "alpinelinux";
            case "amzn" -> "amazonlinux";
            case "scientific" -> "scientificlinux";
            case "opensuse-leap" -> "opensuse";
            // The version of Tumbleweed is a day.
            case "opensuse-tumbleweed" -> "opensuse-factory";
            case "suse" -> "opensuse";
            case "centos" -> name.contains("Stream") ? "centos-stream" : "centos";
            case "ubuntu" -> name.isEmpty() ? "ubuntu-lts-latest" : id;
            default -> id;
        };
    }

    /** libosinfo names Linux of no known distribution by the year of its kernel. */
    private static String byKernel(String release) {
        Matcher major = MAJOR.matcher(release);
        if (!major.lookingAt()) {
            return ANY;
        }
        int version = Integer.parseInt(major.group());
        if (version < FIRST_WITHOUT_MINOR) {
            return release.startsWith("2.4") ? "linux2.4" : "linux2.6";
        }
        boolean named = version >= FIRST_OF_LIBOSINFO && version <= LAST_OF_LIBOSINFO;
        return "linux" + (named ? List.of("2018", "2020", "2022").get(version - FIRST_OF_LIBOSINFO) : version);
    }
}
