package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.MAC;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class InterfaceNamesTest {
    private static final MacAddress OTHER = new MacAddress("00:16:3e:0a:0b:0c");
    private static final String RULES = "/etc/udev/rules.d/70-persistent-net.rules";

    private static MadeUpGuest configured(String... names) throws IOException {
        StringBuilder interfaces = new StringBuilder("auto lo\niface lo inet loopback\n");
        for (String name : names) {
            interfaces
                    .append("auto ")
                    .append(name)
                    .append("\niface ")
                    .append(name)
                    .append(" inet dhcp\n");
        }
        return MadeUpGuest.onWholeDisk("xvda").with("/etc/network/interfaces", interfaces.toString());
    }

    @Test
    void bindsTheNameToTheAddress() throws IOException {
        MadeUpGuest guest = configured("enX0");
        guest.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(guest.text("/etc/systemd/network/10-bothways-enX0.link"))
                .contains("[Match]\nMACAddress=" + MAC + "\n")
                .contains("[Link]\nName=enX0\n");
        assertThat(guest.draft(new InterfaceNames(), target(Platform.XEN_PV, MAC))
                        .edits())
                .isEmpty();
    }

    @Test
    void writesNothingWhereTheTargetGivesTheName() throws IOException {
        assertThat(configured("enX0")
                        .draft(new InterfaceNames(), target(Platform.XEN_PV, MAC))
                        .edits())
                .isEmpty();
        assertThat(configured("eth0")
                        .with("/boot/grub/grub.cfg", "menuentry 'a' {\nlinux /vmlinuz net.ifnames=0\n}\n")
                        .draft(new InterfaceNames(), target(Platform.KVM, MAC))
                        .edits())
                .isEmpty();
    }

    @Test
    void bindsSeveralCardsByTheirNumbers() throws IOException {
        MadeUpGuest guest = configured("eth1", "eth0");
        Draft draft = guest.apply(new InterfaceNames(), target(Platform.VMWARE, MAC, OTHER));
        assertThat(guest.text("/etc/systemd/network/10-bothways-eth0.link")).contains(MAC.text());
        assertThat(guest.text("/etc/systemd/network/10-bothways-eth1.link")).contains(OTHER.text());
        assertThat(draft.warnings()).hasSize(1);
    }

    @Test
    void ordersNamesOfSlotsByNumber() throws IOException {
        MadeUpGuest guest = configured("ens10", "ens3");
        guest.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC, OTHER));
        assertThat(guest.text("/etc/systemd/network/10-bothways-ens3.link")).contains(MAC.text());
        assertThat(guest.text("/etc/systemd/network/10-bothways-ens10.link")).contains(OTHER.text());
    }

    @Test
    void warnsWhereNoCardCanBeTold() throws IOException {
        MadeUpGuest guest = configured("ens3", "ens4");
        Draft draft = guest.draft(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.warnings())
                .singleElement()
                .asString()
                .contains("ens3 (/etc/network/interfaces line 3), ens4 (/etc/network/interfaces line 5)");
    }

    @Test
    void writesAnUdevRuleWhereSystemdIsOld() throws IOException {
        MadeUpGuest guest = configured("eth0", "eth1");
        guest.files.remove("/lib/systemd/network/99-default.link");
        guest.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC, OTHER));
        assertThat(guest.text(RULES).lines())
                .anySatisfy(rule -> assertThat(rule)
                        .contains("ATTR{address}==\"" + MAC + "\"")
                        .contains("NAME=\"eth0\""))
                .anySatisfy(rule -> assertThat(rule)
                        .contains("ATTR{address}==\"" + OTHER + "\"")
                        .contains("NAME=\"eth1\""));
    }

    @Test
    void removesRulesThatKeepTheNameForACardThatIsGone() throws IOException {
        MadeUpGuest guest = configured("eth0")
                .with(
                        RULES,
                        "# a comment\nSUBSYSTEM==\"net\", ACTION==\"add\", ATTR{address}==\"" + OTHER
                                + "\", NAME=\"eth0\"\nATTR{address}==\"" + OTHER + "\", NAME=\"eth7\"\n");
        guest.apply(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC));
        assertThat(guest.text(RULES)).isEqualTo("# a comment\nATTR{address}==\"" + OTHER + "\", NAME=\"eth7\"\n");
    }

    @Test
    void keepsARuleThatNamesTheCardAlready() throws IOException {
        MadeUpGuest guest = configured("eth0")
                .with(RULES, "SUBSYSTEM==\"net\", ACTION==\"add\", ATTR{address}==\"" + MAC + "\", NAME=\"eth0\"\n");
        assertThat(guest.draft(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC))
                        .edits())
                .isEmpty();
    }

    @Test
    void neverPutsAStrangeNameIntoAPath() throws IOException {
        MadeUpGuest guest = configured("../../eth0", "eth0/../x", "br0", "eth0.100");
        assertThat(guest.draft(new InterfaceNames(), target(Platform.HYPERV_GEN1, MAC))
                        .edits())
                .isEmpty();
    }
}
