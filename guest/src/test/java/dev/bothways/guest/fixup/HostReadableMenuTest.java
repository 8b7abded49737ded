package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.INITRAMFS;
import static dev.bothways.guest.fixup.MadeUpGuest.KERNEL;
import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Platform;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HostReadableMenuTest {
    private static final String MENU = "/boot/grub/grub.cfg";
    private static final TargetHardware XEN = target(Platform.XEN_PV);

    @Test
    void writesAMenuWhereThereIsNone() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda");
        guest.apply(new HostReadableMenu(), XEN);
        assertThat(guest.text(MENU))
                .contains("linux\t" + KERNEL + " root=UUID=" + UUID + " ro\n\tinitrd\t" + INITRAMFS);
    }

    @Test
    void putsAPlainEntryBeforeOneWithVariables() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda")
                .with(MENU, "menuentry 'a' --class x {\nlinux " + KERNEL + " $\\$kernelopts\n}\n");
        guest.apply(new HostReadableMenu(), XEN);
        assertThat(guest.text(MENU))
                .startsWith("### BEGIN bothways")
                .contains("menuentry 'a (for pygrub)'")
                .endsWith("menuentry 'a' --class x {\nlinux " + KERNEL + " $\\$kernelopts\n}\n");
    }

    @Test
    void letsAloneWhatPygrubReadsAsGrubDoes() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda")
                .with(MENU, "menuentry 'a' --class x {\nlinux " + KERNEL + " root=UUID=" + UUID + "\n}\n");
        assertThat(guest.draft(new HostReadableMenu(), XEN).edits()).isEmpty();
    }

    @Test
    void isNotAskedForByAFirmware() throws IOException {
        assertThat(MadeUpGuest.installed("sda")
                        .draft(new HostReadableMenu(), target(Platform.KVM))
                        .edits())
                .isEmpty();
    }

    @Test
    void neverLetsATitleEndItsQuotes() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda");
        Draft draft = guest.draft(new HostReadableMenu(), XEN);
        MenuWriter.Entry hostile = new MenuWriter.Entry("x' {\n}\nreboot\u0007 '", KERNEL, java.util.List.of(), "ro");
        assertThat(new MenuWriter(draft).text(hostile).lines().findFirst().orElseThrow())
                .matches("menuentry '[^'{}]*' --class gnu-linux \\{");
    }
}
