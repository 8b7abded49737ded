package dev.bothways.guest.linux.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.TestVolumes;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Naming.Binder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

final class NetworkTest {
    private final MemoryFileSystem root = new MemoryFileSystem("ext4", "root");

    @Test
    void readsIfupdownWithWhatItSources() throws IOException {
        root.with("/etc/network/interfaces", """
                        # The loopback
                        auto lo
                        iface lo inet loopback
                        allow-hotplug eth0
                        iface eth0 inet static
                            address 10.0.0.2/24 \\
                               ignored
                        rename mac/00:16:3E:00:00:01=lan
                        auto /en*=other
                        iface other inet dhcp
                        source /etc/network/interfaces.d/*
                        source-directory interfaces.more
                        """)
                .with("/etc/network/interfaces.d/second", "auto \\\n  eth1\niface eth1:0 inet dhcp\n")
                .with("/etc/network/interfaces.d/.hidden", "iface hidden inet dhcp\n")
                .with("/etc/network/interfaces.more/third", "mapping eth2*\n  script x\n")
                .with("/etc/network/interfaces.more/not.this", "iface eth3 inet manual\n");

        assertThat(places(Reader.IFUPDOWN))
                .containsExactly(
                        "eth0 at /etc/network/interfaces line 4",
                        "eth0 at /etc/network/interfaces line 5",
                        "mac/00:16:3E:00:00:01=lan at /etc/network/interfaces line 8",
                        "/en*=other at /etc/network/interfaces line 9",
                        "eth1 at /etc/network/interfaces.d/second line 1",
                        "eth1:0 at /etc/network/interfaces.d/second line 3",
                        "eth2* at /etc/network/interfaces.more/third line 1");
    }

    @Test
    void aFileThatSourcesItselfIsReadOnce() throws IOException {
        root.with("/etc/network/interfaces", "source /etc/network/*\niface eth0 inet dhcp\n");

        assertThat(places(Reader.IFUPDOWN)).hasSize(1);
    }

    @Test
    void namesAYamlFileThatIsNone() throws IOException {
        StringBuilder tower = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 200; i++) {
            tower.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        root.with("/etc/netplan/1.yaml", "network: {ethernets: [").with("/etc/netplan/2.yaml", tower.toString());

        assertThat(read("").warnings())
                .containsExactly(
                        "/etc/netplan/1.yaml is no valid YAML, so its interfaces are not known",
                        "/etc/netplan/2.yaml is no valid YAML, so its interfaces are not known");
    }

    @Test
    void readsIfcfgFilesOfBothFamilies() throws IOException {
        root.with(
                        "/etc/sysconfig/network-scripts/ifcfg-eth0",
                        "DEVICE=\"eth0\"\nHWADDR=00:0C:29:00:00:01\nBOOTPROTO=none\n")
                .with("/etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n")
                .with("/etc/sysconfig/network/ifcfg-eth1", "BOOTPROTO='dhcp'\nSTARTMODE='manual'\n")
                .with("/etc/sysconfig/network/ifcfg-eth-id-00:0c:29:00:00:02", "BOOTPROTO='dhcp'\n");

        assertThat(read("").matches().stream().filter(match -> match.reader() == Reader.IFCFG))
                .extracting(InterfaceMatch::text, InterfaceMatch::exactName, InterfaceMatch::exactAddress)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "HWADDR=00:0c:29:00:00:01, DEVICE=eth0",
                                Optional.of("eth0"),
                                Optional.of("00:0c:29:00:00:01")),
                        org.assertj.core.groups.Tuple.tuple(
                                "eth-id-00:0c:29:00:00:02", Optional.empty(), Optional.of("00:0c:29:00:00:02")),
                        org.assertj.core.groups.Tuple.tuple("ifcfg-eth1", Optional.of("eth1"), Optional.empty()));
    }

    @Test
    void readsRulesThatNameInterfaces() throws IOException {
        root.with("/etc/udev/rules.d/70-persistent-net.rules", """
                # SUBSYSTEM=="net", ATTR{address}=="00:00:00:00:00:00", NAME="no"

                SUBSYSTEM=="net", ACTION=="add", \\
                  ATTR{address}=="00:16:3E:44:14:01", KERNEL=="eth*", NAME="eth0"
                SUBSYSTEM=="block", KERNEL=="sda", NAME="x"
                SUBSYSTEM=="net", NAME="$env{ID_NET_NAME}"
                """);

        assertThat(read("").matches().stream().filter(match -> match.gives().isPresent()))
                .extracting(InterfaceMatch::line, InterfaceMatch::exactAddress, InterfaceMatch::gives)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(3, Optional.of("00:16:3e:44:14:01"), Optional.of("eth0")));
    }

    @Test
    void tellsHowInterfacesAreNamed() throws IOException {
        assertThat(read("").naming().predictable()).isFalse();
        assertThat(read("").naming().binder()).isEqualTo(Binder.NONE);
        root.with("/sbin/udevd", "");
        assertThat(read("").naming().binder()).isEqualTo(Binder.UDEV_RULE);
        root.with("/usr/lib/systemd/network/99-default.link", "[Link]\n").withLink("/lib", "usr/lib");
        root.with("/usr/lib/systemd/libsystemd-shared-254.10-1.fc39.so", "");
        assertThat(read("root=/dev/xvda ro").naming().predictable()).isTrue();
        assertThat(read("").naming().systemd()).hasValue(254);
        assertThat(read("root=/dev/xvda net.ifnames=0").naming().predictable()).isFalse();
        assertThat(read("").naming().binder()).isEqualTo(Binder.LINK);
        root.withLink("/etc/systemd/network/99-default.link", "/dev/null");
        assertThat(read("").naming().predictable()).isFalse();
        root.withLink("/etc/udev/rules.d/80-net-setup-link.rules", "/dev/null");
        assertThat(read("").naming().binder()).isEqualTo(Binder.UDEV_RULE);
    }

    @Test
    void findsNamesAnywhereBelowEtcAndNoneInComments() throws IOException {
        root.with("/etc/iptables/rules.v4", "# eth9\n-A INPUT -i eth0 -j ACCEPT\n")
                .with("/etc/hosts", "10.0.0.1 ensure bethel0 eth0x ens\n")
                .withLink("/etc/systemd/system/x.wants/sys-subsystem-net-devices-ens3.device", "/dev/null")
                .with("/etc/ssl/x", "eth7\n");

        assertThat(places(Reader.MENTION))
                .containsExactlyInAnyOrder(
                        "eth0 at /etc/iptables/rules.v4 line 2",
                        "ens3 at /etc/systemd/system/x.wants/sys-subsystem-net-devices-ens3.device");
    }

    @Test
    void tellsWhatIsTooMuchToSearch() throws IOException {
        root.with("/etc/big.conf", new byte[300 << 10]);
        assertThat(read("").warnings()).singleElement().asString().contains("/etc/big.conf");
    }

    @Test
    void aHostileGuestTakesNoLongTime() throws IOException {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            names.append("eth").append(i).append(" ens").append(i).append("p1 * ? [ ");
        }
        String stars = "*a".repeat(50_000);
        root.with("/etc/a", names + "\n" + "a".repeat(100_000))
                .with(
                        "/etc/systemd/network/a.network",
                        "[Match]\nName=" + stars + " " + names + "\nDriver=" + "\\\n".repeat(50_000))
                .with("/etc/udev/rules.d/a.rules", "SUBSYSTEM==\"net\", NAME=\"" + "\\\"".repeat(100_000) + "\n")
                .with("/etc/NetworkManager/conf.d/a.conf", "[keyfile]\nunmanaged-devices=" + names + "\n")
                .with("/etc/network/interfaces", "auto " + names + "\n");
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> read("ip=" + names));
    }

    private List<String> places(Reader reader) throws IOException {
        return read("").matches().stream()
                .filter(match -> match.reader() == reader)
                .map(match -> match.label() + " at " + match.place())
                .toList();
    }

    private NetworkConfiguration read(String commandLine) throws IOException {
        return Network.read(
                new GuestFiles(Map.of("/", TestVolumes.of("xvda", root))),
                commandLine,
                new Place("the command line", 0));
    }
}
