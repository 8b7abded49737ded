package dev.bothways.guest.linux.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import dev.bothways.guest.NetworkConfiguration.PersistentName;
import dev.bothways.guest.TestVolumes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NetworkTest {
    private final MemoryFileSystem root = new MemoryFileSystem("ext4", "root");
    private final List<String> problems = new ArrayList<>();

    @Test
    void readsIfupdownWithWhatItSources() throws IOException {
        root.with("/etc/network/interfaces", """
                        # The loopback
                        auto lo
                        iface lo inet loopback
                        allow-hotplug eth0
                        iface eth0 inet static
                            address 10.0.0.2/24
                            gateway 10.0.0.1 \\
                               ignored
                        iface eth0 inet6 auto
                        source /etc/network/interfaces.d/*
                        source-directory interfaces.more
                        """)
                .with(
                        "/etc/network/interfaces.d/second",
                        "auto eth1\niface eth1 inet dhcp\n  hwaddress ether 00:16:3E:00:00:01\n")
                .with("/etc/network/interfaces.d/.hidden", "iface hidden inet dhcp\n")
                .with("/etc/network/interfaces.more/third", "iface eth2 inet manual\n")
                .with("/etc/network/interfaces.more/not.this", "iface eth3 inet manual\n");

        assertThat(read("").interfaces())
                .containsExactly(
                        new Interface(
                                "eth0",
                                Manager.IFUPDOWN,
                                "/etc/network/interfaces",
                                Optional.empty(),
                                true,
                                List.of("10.0.0.2/24"),
                                true),
                        new Interface(
                                "eth1",
                                Manager.IFUPDOWN,
                                "/etc/network/interfaces.d/second",
                                Optional.of("00:16:3e:00:00:01"),
                                true,
                                List.of(),
                                true),
                        new Interface(
                                "eth2",
                                Manager.IFUPDOWN,
                                "/etc/network/interfaces.more/third",
                                Optional.empty(),
                                false,
                                List.of(),
                                false));
    }

    @Test
    void aFileThatSourcesItselfIsReadOnce() throws IOException {
        root.with("/etc/network/interfaces", "source /etc/network/*\niface eth0 inet dhcp\n");

        assertThat(read("").interfaces()).hasSize(1);
    }

    @Test
    void readsNetplan() throws IOException {
        root.with("/etc/netplan/50-cloud-init.yaml", """
                network:
                  version: 2
                  ethernets:
                    ens160:
                      dhcp4: true
                    internal:
                      match: {macaddress: "00:50:56:00:00:02"}
                      set-name: lan0
                      addresses:
                        - 10.0.0.2/24
                        - "10.0.0.3/24":
                            lifetime: 0
                  bridges:
                    br0: {interfaces: [ens160]}
                """);

        assertThat(read("").interfaces())
                .extracting(Interface::name, Interface::mac, Interface::dhcp, Interface::addresses)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("ens160", Optional.empty(), true, List.of()),
                        org.assertj.core.groups.Tuple.tuple(
                                "lan0", Optional.of("00:50:56:00:00:02"), false, List.of("10.0.0.2/24", "10.0.0.3/24")),
                        org.assertj.core.groups.Tuple.tuple("br0", Optional.empty(), false, List.of()));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesAYamlFileThatIsNone() throws IOException {
        StringBuilder tower = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 200; i++) {
            tower.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        root.with("/etc/netplan/1.yaml", "network: {ethernets: [").with("/etc/netplan/2.yaml", tower.toString());

        assertThat(read("").interfaces()).isEmpty();
        assertThat(problems)
                .containsExactly(
                        "/etc/netplan/1.yaml is no valid YAML, so its interfaces are not known",
                        "/etc/netplan/2.yaml is no valid YAML, so its interfaces are not known");
    }

    @Test
    void readsNetworkdAndItsLinks() throws IOException {
        root.with(
                        "/etc/systemd/network/10-lan.network",
                        "[Match]\nName=en*\n[Network]\nDHCP=yes\nAddress=10.0.0.2/24\n")
                .with("/etc/systemd/network/10-lan.link", "[Match]\nMACAddress=00-16-3e-00-00-01\n[Link]\nName=lan0\n");

        NetworkConfiguration network = read("");

        assertThat(network.interfaces())
                .containsExactly(new Interface(
                        "en*",
                        Manager.NETWORKD,
                        "/etc/systemd/network/10-lan.network",
                        Optional.empty(),
                        true,
                        List.of("10.0.0.2/24"),
                        true));
        assertThat(network.names())
                .containsExactly(
                        new PersistentName("/etc/systemd/network/10-lan.link", -1, "00:16:3e:00:00:01", "lan0"));
    }

    @Test
    void readsNetworkManagersProfiles() throws IOException {
        root.with("/etc/NetworkManager/system-connections/wired.nmconnection", """
                [connection]
                id=wired
                type=ethernet
                interface-name=ens3
                autoconnect=false
                [ethernet]
                mac-address=52:54:00:AA:BB:CC
                [ipv4]
                method=manual
                address1=10.0.0.2/24,10.0.0.1
                """)
                .with("/etc/NetworkManager/system-connections/w.nmconnection", "[connection]\ntype=wifi\n");

        assertThat(read("").interfaces())
                .containsExactly(new Interface(
                        "ens3",
                        Manager.NETWORK_MANAGER,
                        "/etc/NetworkManager/system-connections/wired.nmconnection",
                        Optional.of("52:54:00:aa:bb:cc"),
                        false,
                        List.of("10.0.0.2/24"),
                        false));
    }

    @Test
    void readsIfcfgFilesOfBothFamilies() throws IOException {
        root.with(
                        "/etc/sysconfig/network-scripts/ifcfg-eth0",
                        "DEVICE=\"eth0\"\nHWADDR=00:0C:29:00:00:01\nBOOTPROTO=none\nIPADDR=10.0.0.2\nPREFIX=24\nONBOOT=yes\n")
                .with("/etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n")
                .with("/etc/sysconfig/network/ifcfg-eth1", "BOOTPROTO='dhcp'\nSTARTMODE='manual'\n");

        assertThat(read("").interfaces())
                .containsExactly(
                        new Interface(
                                "eth0",
                                Manager.IFCFG,
                                "/etc/sysconfig/network-scripts/ifcfg-eth0",
                                Optional.of("00:0c:29:00:00:01"),
                                false,
                                List.of("10.0.0.2/24"),
                                true),
                        new Interface(
                                "eth1",
                                Manager.IFCFG,
                                "/etc/sysconfig/network/ifcfg-eth1",
                                Optional.empty(),
                                true,
                                List.of(),
                                false));
    }

    @Test
    void readsRulesThatNameInterfaces() throws IOException {
        root.with("/etc/udev/rules.d/70-persistent-net.rules", """
                # SUBSYSTEM=="net", ATTR{address}=="00:00:00:00:00:00", NAME="no"

                SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="00:16:3E:44:14:01", ATTR{type}=="1", KERNEL=="eth*", NAME="eth0"
                """);

        assertThat(read("").names())
                .containsExactly(new PersistentName(
                        "/etc/udev/rules.d/70-persistent-net.rules", 2, "00:16:3e:44:14:01", "eth0"));
    }

    @Test
    void tellsWhetherNamesArePredictable() throws IOException {
        assertThat(read("").predictableNames()).isFalse();
        root.with("/usr/lib/systemd/network/99-default.link", "[Link]\n").withLink("/lib", "usr/lib");
        assertThat(read("root=/dev/xvda ro").predictableNames()).isTrue();
        assertThat(read("root=/dev/xvda net.ifnames=0").predictableNames()).isFalse();
        root.withLink("/etc/systemd/network/99-default.link", "/dev/null");
        assertThat(read("").predictableNames()).isFalse();
    }

    private NetworkConfiguration read(String commandLine) throws IOException {
        return Network.read(new GuestFiles(Map.of("/", TestVolumes.of("xvda", root))), commandLine, problems);
    }
}
