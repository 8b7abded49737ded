package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Naming;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads every kind of network configuration that a guest may have; several may be there at once. */
public final class Network {
    static final int LARGEST_FILE = 1 << 20;
    private static final Pattern SYSTEMD = Pattern.compile("libsystemd-shared-([0-9]{3})\\b.*\\.so");
    private static final List<String> SYSTEMD_DIRECTORIES = List.of(
            "/usr/lib/systemd",
            "/lib/systemd",
            "/usr/lib/x86_64-linux-gnu/systemd",
            "/usr/lib/aarch64-linux-gnu/systemd",
            "/usr/lib/i386-linux-gnu/systemd",
            "/usr/lib64/systemd");

    private Network() {}

    /**
     * The configuration of the guest with this tree.
     *
     * @param commandLine of the kernel that boots
     * @param commandLineAt where it stands
     */
    public static NetworkConfiguration read(GuestFiles files, String commandLine, Place commandLineAt)
            throws IOException {
        List<String> warnings = new ArrayList<>();
        List<InterfaceMatch> matches = new ArrayList<>(UdevRules.read(files));
        matches.addAll(Networkd.read(files, ".link", Reader.LINK));
        matches.addAll(Netplan.read(files, warnings));
        matches.addAll(CloudInit.read(files, commandLine, warnings));
        matches.addAll(CommandLineNames.read(commandLine, commandLineAt));
        matches.addAll(Ifupdown.read(files));
        matches.addAll(Networkd.read(files, ".network", Reader.NETWORKD));
        matches.addAll(Networkd.read(files, ".netdev", Reader.NETWORKD));
        matches.addAll(NetworkManager.profiles(files));
        matches.addAll(NetworkManager.devices(files));
        matches.addAll(Ifcfg.read(files));
        matches.addAll(Mentions.read(files, warnings));
        return new NetworkConfiguration(matches, naming(files, commandLine), warnings);
    }

    /** udev names cards by their slot since systemd 197 made it the default, and distributions that kept their own generator do not. */
    private static Naming naming(GuestFiles files, String commandLine) throws IOException {
        boolean links =
                anyExists(files, "/lib/systemd/network/99-default.link", "/usr/lib/systemd/network/99-default.link")
                        && !Layers.isMasked(files, "/etc/udev/rules.d/80-net-setup-link.rules");
        boolean udev = links
                || anyExists(
                        files,
                        "/sbin/udevd",
                        "/sbin/udevadm",
                        "/usr/sbin/udevadm",
                        "/bin/udevadm",
                        "/usr/bin/udevadm",
                        "/lib/udev/udevd",
                        "/usr/lib/udev/udevd",
                        "/lib/systemd/systemd-udevd",
                        "/usr/lib/systemd/systemd-udevd");
        boolean predictable = links
                && !List.of(commandLine.split("[ \t]+")).contains("net.ifnames=0")
                && !files.exists("/lib/udev/rules.d/75-persistent-net-generator.rules")
                && !Layers.isMasked(files, "/etc/systemd/network/99-default.link")
                && !Layers.isMasked(files, "/etc/udev/rules.d/80-net-name-slot.rules");
        return new Naming(
                predictable,
                systemd(files),
                anyExists(files, "/etc/redhat-release"),
                links ? Naming.Binder.LINK : udev ? Naming.Binder.UDEV_RULE : Naming.Binder.NONE);
    }

    private static boolean anyExists(GuestFiles files, String... paths) throws IOException {
        for (String path : paths) {
            if (files.exists(path)) {
                return true;
            }
        }
        return false;
    }

    /** The version is in the name of systemd's own library, since version 231. */
    private static OptionalInt systemd(GuestFiles files) throws IOException {
        for (String directory : SYSTEMD_DIRECTORIES) {
            for (String name : files.list(directory)) {
                Matcher library = SYSTEMD.matcher(name);
                if (library.matches()) {
                    return OptionalInt.of(Integer.parseInt(library.group(1)));
                }
            }
        }
        return OptionalInt.empty();
    }
}
