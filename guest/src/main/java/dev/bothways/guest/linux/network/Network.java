package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.PersistentName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads every kind of network configuration that a guest may have; several may be there at once. */
public final class Network {
    static final int LARGEST_FILE = 1 << 20;

    private Network() {}

    /**
     * The configuration of the guest with this tree.
     *
     * @param commandLine of the kernel that boots
     * @param problems gets a sentence for each file that could not be read
     */
    public static NetworkConfiguration read(GuestFiles files, String commandLine, List<String> problems)
            throws IOException {
        List<Interface> interfaces = new ArrayList<>(Ifupdown.read(files));
        interfaces.addAll(Netplan.read(files, problems));
        interfaces.addAll(Networkd.interfaces(files));
        interfaces.addAll(NetworkManagerKeyfiles.read(files));
        interfaces.addAll(Ifcfg.read(files));
        List<PersistentName> names = new ArrayList<>(UdevNames.read(files));
        names.addAll(Networkd.names(files));
        return new NetworkConfiguration(
                List.copyOf(interfaces), List.copyOf(names), predictableNames(files, commandLine));
    }

    /** udev names cards by their slot since systemd 197 made it the default, and distributions that kept their own generator do not. */
    private static boolean predictableNames(GuestFiles files, String commandLine) throws IOException {
        if (List.of(commandLine.split("[ \t]+")).contains("net.ifnames=0")) {
            return false;
        }
        boolean shipped = files.exists("/lib/systemd/network/99-default.link")
                || files.exists("/usr/lib/systemd/network/99-default.link");
        boolean generator = files.exists("/lib/udev/rules.d/75-persistent-net-generator.rules");
        boolean masked = masked(files, "/etc/systemd/network/99-default.link")
                || masked(files, "/etc/udev/rules.d/80-net-setup-link.rules")
                || masked(files, "/etc/udev/rules.d/80-net-name-slot.rules");
        return shipped && !generator && !masked;
    }

    private static boolean masked(GuestFiles files, String path) throws IOException {
        return files.readLink(path).filter("/dev/null"::equals).isPresent()
                || files.find(path)
                        .filter(status -> status.isRegular() && status.size() == 0)
                        .isPresent();
    }
}
