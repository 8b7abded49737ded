package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.MAC;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.network.NetworkCard;
import dev.bothways.guest.network.NetworkCards;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configuration that chooses a card by what changes with the hypervisor goes on to choose that card. */
class CardMatchesTest {
    private static final MacAddress OTHER = new MacAddress("00:16:3e:0a:0b:0c");
    private static final String NETPLAN = "/etc/netplan/50-lan.yaml";
    private static final String NETWORK = "/etc/systemd/network/10-lan.network";

    /** A guest of VMware whose cards are vmxnet3 in the slots 192 and 224. */
    private static MadeUpGuest onVmware(MacAddress... addresses) throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda");
        List<NetworkCard> cards = new java.util.ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            cards.add(new NetworkCard(
                    Optional.of(addresses[i]),
                    Optional.of("vmxnet3"),
                    List.of("ens" + (192 + 32 * i)),
                    List.of("0000:0" + (3 + i) + ":00.0")));
        }
        guest.cards = Optional.of(new NetworkCards(Optional.of(Platform.VMWARE), cards));
        return guest;
    }

    private static MadeUpGuest onVmware(String path, String text) throws IOException {
        return onVmware(MAC).with(path, text);
    }

    private static Draft toKvm(MadeUpGuest guest, MacAddress... addresses) throws IOException {
        return guest.apply(new InterfaceNames(), target(Platform.KVM, addresses.length == 0 ? array(MAC) : addresses));
    }

    private static MacAddress[] array(MacAddress... addresses) {
        return addresses;
    }

    private static String yaml(String match) {
        return "network:\n  version: 2\n  ethernets:\n    # the LAN \u00e4\n    lan:\n      match:" + match
                + "\n      dhcp4: true # yes\n  vlans:\n    lan.7: {id: 7, link: lan}\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "` {driver: vmxnet3}`|` {macaddress: \"00:16:3e:01:02:03\"}`",
                "` {driver: [vmxnet3, e1000], name: \"ens19*\"}`|` {macaddress: \"00:16:3e:01:02:03\"}`",
                "`\\n        driver: vmxnet3`|`\\n        macaddress: \"00:16:3e:01:02:03\"`",
                "`\\n        driver:\\n          - vmx*\\n          - e1000 # old`|`\\n        macaddress: \"00:16:3e:01:02:03\" # old`",
                "`\\n        driver: \"vmxnet?\" # card\\n`|`\\n        macaddress: \"00:16:3e:01:02:03\" # card\\n`"
            })
    void changesNetplansMatch(String before, String after) throws IOException {
        MadeUpGuest guest = onVmware(NETPLAN, yaml(before.replace("\\n", "\n")));
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(new String(guest.files.readAll(NETPLAN, 9999), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(yaml(after.replace("\\n", "\n")));
    }

    @Test
    void readsNetplansFilesAsOne() throws IOException {
        MadeUpGuest guest = onVmware("/etc/netplan/10-a.yaml", yaml(" {driver: vmxnet3}"))
                .with("/lib/netplan/20-b.yaml", "network: {ethernets: {lan: {set-name: lan0}}}\n")
                .with("/etc/netplan/30-c.yaml", "network: {ethernets: {lan: {match: {driver: vmx*}}}}\n");
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(guest.text("/etc/netplan/10-a.yaml")).contains("macaddress").doesNotContain("driver");
        assertThat(guest.text("/etc/netplan/30-c.yaml")).contains("macaddress").doesNotContain("driver");
    }

    @Test
    void takesEveryCardByNameWhereNetplanMeansAll() throws IOException {
        MadeUpGuest guest = onVmware(MAC, OTHER).with(NETPLAN, yaml(" {driver: vmxnet3}"));
        assertThat(toKvm(guest, MAC, OTHER).warnings()).isEmpty();
        assertThat(guest.text(NETPLAN)).contains("match: {name: \"e*\"}");
    }

    @Test
    void tellsOfAMatchThatIsSharedInYaml() throws IOException {
        MadeUpGuest guest = onVmware(
                NETPLAN,
                "x: &m {driver: vmxnet3}\nnetwork:\n  ethernets:\n    lan:\n      match: *m\n      dhcp4: true\n");
        assertThat(toKvm(guest).warnings())
                .singleElement()
                .asString()
                .contains(NETPLAN + " line ")
                .contains("driver: vmxnet3")
                .contains(MAC.text());
    }

    @ParameterizedTest
    @CsvSource({
        "Driver=vmxnet3",
        "Path=pci-0000:03:00.0",
        "Property=ID_PATH=pci-0000:03:00.0",
        "Property=ID_NET_NAME_SLOT=ens192",
        "Driver=e1000 vmx*",
        "Name=!eth* lo",
    })
    void changesNetworkdsMatch(String match) throws IOException {
        MadeUpGuest guest = onVmware(NETWORK, "[Match]\n" + match + "\nType=ether\n[Network]\nDHCP=yes\n");
        Draft draft = toKvm(guest);
        assertThat(draft.warnings()).isEmpty();
        String unchanged = "[Match]\n" + match + "\nType=ether\n[Network]\nDHCP=yes\n";
        assertThat(guest.text(NETWORK))
                .isEqualTo(
                        match.startsWith("Name=!")
                                ? unchanged
                                : "[Match]\nPermanentMACAddress=" + MAC + "\nType=ether\n[Network]\nDHCP=yes\n");
    }

    @Test
    void leavesWhatStillFitsAsItIs() throws IOException {
        for (String match : List.of("Name=e*", "Name=en*", "Type=ether", "MACAddress=00-16-3E-01-02-03", "Driver=*")) {
            MadeUpGuest guest = onVmware(NETWORK, "[Match]\n" + match + "\n[Network]\nDHCP=yes\n");
            Draft draft = toKvm(guest);
            assertThat(draft.edits()).as(match).isEmpty();
            assertThat(draft.warnings()).as(match).isEmpty();
        }
    }

    @Test
    void bindsTheNameOfTheSlotForAPattern() throws IOException {
        MadeUpGuest guest = onVmware(NETWORK, "[Match]\nName=ens*\n[Network]\nDHCP=yes\n");
        guest.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(guest.text("/etc/systemd/network/10-bothways-ens192.link")).contains(MAC.text());
        assertThat(guest.text(NETWORK)).contains("Name=ens*");
    }

    @Test
    void followsDropInsMasksAndDirectories() throws IOException {
        MadeUpGuest guest = onVmware("/usr/lib/systemd/network/50-a.network", "[Match]\nDriver=nothing\n[Network]\n")
                .with(
                        "/usr/lib/systemd/network/50-a.network.d/10-x.conf",
                        "[Match]\nDriver=\nDriver=vmx\\\n net3 vmxnet3\n")
                .with("/usr/lib/systemd/network/60-b.network", "[Match]\nDriver=vmxnet3\n")
                .withLink("/etc/systemd/network/60-b.network", "/dev/null");
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(guest.text("/etc/systemd/network/50-a.network.d/10-x.conf"))
                .isEqualTo("[Match]\nDriver=\nPermanentMACAddress=" + MAC + "\n");
        assertThat(guest.text("/usr/lib/systemd/network/50-a.network.d/10-x.conf"))
                .contains("vmxnet3");
    }

    @Test
    void tellsOfAnotherHypervisorsName() throws IOException {
        MadeUpGuest guest = onVmware(NETWORK, "[Match]\nVirtualization=vmware\nName=en*\n[Network]\nDHCP=yes\n");
        assertThat(toKvm(guest).warnings())
                .singleElement()
                .asString()
                .contains(NETWORK + " line 2")
                .contains("Virtualization=vmware");
    }

    @Test
    void changesALinkThatNames() throws IOException {
        String link = "/etc/systemd/network/20-lan.link";
        MadeUpGuest guest = onVmware(link, "[Match]\nPath=pci-0000:03:00.0\n\n[Link]\nName=lan0\n")
                .with(NETWORK, "[Match]\nName=lan0\n");
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(guest.text(link)).isEqualTo("[Match]\nMACAddress=" + MAC + "\n\n[Link]\nName=lan0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SUBSYSTEM==\"net\", ACTION==\"add\", KERNELS==\"0000:03:00.0\", NAME=\"lan0\"",
                "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"vmxnet3\", KERNELS==\"0000:03:00.0\", NAME=\"lan0\"",
                "ACTION==\"add\",SUBSYSTEM==\"net\",ENV{ID_PATH}==\"pci-0000:03:*\",NAME=\"lan0\"",
                "SUBSYSTEM==\"net\", ENV{ID_NET_NAME_SLOT}==\"ens192\", NAME:=\"lan0\"",
            })
    void changesUdevsRules(String rule) throws IOException {
        String path = "/etc/udev/rules.d/10-lan.rules";
        MadeUpGuest guest = onVmware(path, "# LAN\n" + rule + "\n")
                .with("/etc/network/interfaces", "auto lan0\niface lan0 inet dhcp\n");
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(guest.text(path))
                .startsWith("# LAN\n")
                .contains("ATTR{address}==\"" + MAC + "\"")
                .doesNotContain("0000:03")
                .doesNotContain("vmxnet3")
                .doesNotContain("ens192")
                .endsWith("=\"lan0\"\n");
    }

    @Test
    void changesProfilesOfNetworkManager() throws IOException {
        String path = "/etc/NetworkManager/system-connections/lan.nmconnection";
        MadeUpGuest guest = onVmware(
                path,
                "[connection]\nid=lan\ntype=ethernet\n\n[match]\ndriver=vmxnet3;\npath=pci-0000:03:00.0\n\n[ethernet]\n\n[ipv4]\nmethod=auto\n");
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(guest.text(path))
                .isEqualTo(
                        "[connection]\nid=lan\ntype=ethernet\n\n[match]\n\n[ethernet]\nmac-address=00:16:3E:01:02:03\n\n[ipv4]\nmethod=auto\n");
    }

    @Test
    void changesTheDevicesThatNetworkManagerLists() throws IOException {
        String path = "/etc/NetworkManager/conf.d/10-mine.conf";
        MadeUpGuest guest = onVmware(path, "[keyfile]\nunmanaged-devices=*,except:driver:vmxnet3,except:type:wifi\n");
        assertThat(toKvm(guest).warnings()).isEmpty();
        assertThat(guest.text(path))
                .isEqualTo("[keyfile]\nunmanaged-devices=*,except:mac:" + MAC + ",except:type:wifi\n");
    }

    @Test
    void bindsANameForIfupdownsPatterns() throws IOException {
        MadeUpGuest guest = onVmware(
                "/etc/network/interfaces",
                "auto /ens*=lan\niface lan inet dhcp\nallow-hotplug \\\n  mac/00:16:3e:01:02:03=lan\n");
        guest.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(guest.text("/etc/systemd/network/10-bothways-ens192.link")).contains(MAC.text());
        MadeUpGuest unknown = MadeUpGuest.onWholeDisk("xvda")
                .with("/etc/network/interfaces", "auto /ens*=lan\niface lan inet dhcp\n");
        unknown.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(unknown.text("/etc/systemd/network/10-bothways-ens0.link")).contains(MAC.text());
    }

    @Test
    void tellsOfPatternsThatItCannotJudge() throws IOException {
        MadeUpGuest guest =
                onVmware(MAC, OTHER).with("/etc/network/interfaces", "# mine\nauto /ens*/2=lan\niface lan inet dhcp\n");
        assertThat(toKvm(guest, MAC, OTHER).warnings())
                .singleElement()
                .asString()
                .contains("/etc/network/interfaces line 2")
                .contains(MAC.text());
    }

    @Test
    void keepsANameThatOnlyAFirewallOrADaemonHas() throws IOException {
        for (String path : List.of(
                "/etc/iptables/rules.v4",
                "/etc/nftables.conf",
                "/etc/dnsmasq.d/lan",
                "/etc/default/isc-dhcp-server",
                "/etc/keepalived/keepalived.conf",
                "/etc/wicked/ifconfig/lan.xml")) {
            MadeUpGuest guest = onVmware(NETWORK, "[Match]\nType=ether\n[Network]\nDHCP=yes\n")
                    .with(path, "# not ens256\n-A INPUT -i ens192 -j ACCEPT\n");
            assertThat(toKvm(guest).warnings()).as(path).isEmpty();
            assertThat(guest.text("/etc/systemd/network/10-bothways-ens192.link"))
                    .contains(MAC.text());
        }
    }

    @Test
    void findsTheNamesOfUnits() throws IOException {
        MadeUpGuest guest = onVmware(NETWORK, "[Match]\nType=ether\n")
                .withLink(
                        "/etc/systemd/system/multi-user.target.wants/ifup@ens192.service",
                        "/lib/systemd/system/ifup@.service");
        toKvm(guest);
        assertThat(guest.text("/etc/systemd/network/10-bothways-ens192.link")).contains(MAC.text());
    }

    @Test
    void tellsWhereANameStandsThatCannotBeKept() throws IOException {
        MadeUpGuest guest =
                onVmware(NETWORK, "[Match]\nType=ether\n").with("/etc/nftables.conf", "table t {\n iif ens192\n}\n");
        guest.files.remove("/lib/systemd/network/99-default.link");
        guest.files.remove("/sbin/udevadm");
        guest.cards =
                Optional.of(new NetworkCards(Optional.of(Platform.XEN_PV), List.of(NetworkCard.of(Optional.of(MAC)))));
        guest.with("/etc/nftables.conf", "table t {\n iif eth1\n iif eth0\n}\n");
        Draft draft = guest.draft(new InterfaceNames(), target(Platform.KVM, OTHER, MAC));
        assertThat(draft.warnings()).anySatisfy(warning -> assertThat(warning).contains("/etc/nftables.conf line "));
    }

    @Test
    void tellsOfInterfacesOnTheCommandLine() throws IOException {
        MadeUpGuest guest = onVmware(
                "/boot/grub/grub.cfg",
                "menuentry 'a' {\nlinux /vmlinuz root=/dev/sda1 ip=ens192:dhcp rd.neednet=1\n}\n");
        Draft draft = guest.draft(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(draft.warnings())
                .singleElement()
                .asString()
                .contains("/boot/grub/grub.cfg line 2")
                .contains("ifname=");
    }

    @Test
    void readsWhatCloudInitIsGiven() throws IOException {
        String path = "/etc/cloud/cloud.cfg.d/90-net.cfg";
        MadeUpGuest guest = onVmware(path, yaml(" {driver: vmxnet3}"))
                .with("/etc/cloud/cloud.cfg", "users: [default]\n")
                .with("/etc/netplan/50-cloud-init.yaml", yaml(" {driver: vmxnet3}"));
        assertThat(toKvm(guest).warnings()).singleElement().asString().contains("/etc/netplan/50-cloud-init.yaml");
        assertThat(guest.text(path)).contains("macaddress");
        assertThat(guest.text("/etc/netplan/50-cloud-init.yaml")).contains("macaddress");
    }

    @Test
    void givesTheNewAddressWhereTheCardGetsAnother() throws IOException {
        MadeUpGuest guest = onVmware(NETPLAN, yaml(" {macaddress: \"00:16:3e:01:02:03\"}"))
                .with("/etc/sysconfig/network-scripts/ifcfg-lan", "HWADDR=00:16:3E:01:02:03\nBOOTPROTO=dhcp\n");
        assertThat(toKvm(guest, OTHER).warnings()).isEmpty();
        assertThat(guest.text(NETPLAN)).contains(OTHER.text());
        assertThat(guest.text("/etc/sysconfig/network-scripts/ifcfg-lan")).contains("HWADDR=" + OTHER);
    }

    @Test
    void leavesWhatIsForOtherHardwareAlone() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda")
                .with(
                        "/usr/lib/systemd/network/73-usb-net-by-mac.link",
                        "[Match]\nPath=*-usb-*\n[Link]\nNamePolicy=mac\n")
                .with("/usr/lib/systemd/network/80-x.network", "[Match]\nDriver=strange\n")
                .with("/etc/systemd/network/74-usb.link", "[Match]\nPath=*-usb-*\n[Link]\nName=usb0\n")
                .with(
                        "/etc/udev/rules.d/10-usb.rules",
                        "SUBSYSTEM==\"net\", ATTRS{idVendor}==\"12d1\", NAME=\"modem\"\n")
                .with(NETWORK, "[Match]\nType=ether\n");
        guest.cards = Optional.of(new NetworkCards(
                Optional.of(Platform.KVM),
                List.of(new NetworkCard(Optional.of(MAC), Optional.of("virtio"), List.of(), List.of()))));
        Draft draft = guest.draft(new InterfaceNames(), target(Platform.VMWARE, MAC));
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.warnings()).allSatisfy(warning -> assertThat(warning).contains("74-usb.link"));
    }

    @Test
    void neverGivesACardWhatAsksForSomethingUnknown() throws IOException {
        MadeUpGuest guest = onVmware(
                "/etc/udev/rules.d/10-x.rules", "SUBSYSTEM==\"net\", ATTRS{vendor}==\"0x15ad\", NAME=\"lan0\"\n");
        Draft draft = guest.draft(new InterfaceNames(), target(Platform.KVM, MAC));
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.warnings()).singleElement().asString().contains("/etc/udev/rules.d/10-x.rules line 1");
    }

    @Test
    void tellsWhichCardCannotBeTold() throws IOException {
        MadeUpGuest guest = onVmware(MAC, OTHER).with(NETWORK, "[Match]\nProperty=ID_FOO=bar\n[Network]\nDHCP=yes\n");
        assertThat(toKvm(guest, MAC, OTHER).warnings())
                .singleElement()
                .asString()
                .contains(NETWORK + " line 2")
                .contains(MAC + ", " + OTHER);
    }

    @Test
    void keepsAMatchFromACardThatItDoesNotMean() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda").with(NETWORK, "[Match]\nDriver=e1000 virtio*\n");
        guest.cards = Optional.of(new NetworkCards(
                Optional.of(Platform.KVM),
                List.of(
                        new NetworkCard(Optional.of(MAC), Optional.of("virtio"), List.of(), List.of()),
                        new NetworkCard(Optional.of(OTHER), Optional.of("rtl8139"), List.of(), List.of()))));
        guest.apply(
                new InterfaceNames(),
                new TargetHardware(
                        Platform.KVM,
                        new dev.bothways.machine.Firmware.Bios(),
                        List.of(
                                new NetworkCard(Optional.of(MAC), Optional.of("virtio"), List.of(), List.of()),
                                new NetworkCard(Optional.of(OTHER), Optional.of("virtio"), List.of(), List.of()))));
        assertThat(guest.text(NETWORK)).isEqualTo("[Match]\nPermanentMACAddress=" + MAC + "\n");
    }

    @Test
    void thereAndBackIsTheSameNetwork() throws IOException {
        MadeUpGuest guest = onVmware(NETPLAN, yaml(" {driver: vmxnet3}")).with("/etc/nftables.conf", "iif ens192\n");
        toKvm(guest);
        guest.cards = Optional.of(new NetworkCards(
                Optional.of(Platform.KVM),
                List.of(new NetworkCard(Optional.of(MAC), Optional.of("virtio"), List.of("enp1s0"), List.of()))));
        Draft back = guest.apply(new InterfaceNames(), target(Platform.VMWARE, MAC));
        assertThat(back.edits()).isEmpty();
        assertThat(back.warnings()).isEmpty();
    }
}
