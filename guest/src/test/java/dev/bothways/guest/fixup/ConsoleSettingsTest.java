package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Platform;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConsoleSettingsTest {
    private static final TargetHardware HYPERV = target(Platform.HYPERV_GEN1);
    private static final TargetHardware XEN = target(Platform.XEN_PV);
    private static final String WANTS = "/etc/systemd/system/getty.target.wants/";

    @Test
    void replacesXensConsoleByThoseOfHyperv() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda")
                .with("/boot/grub/grub.cfg", "\tlinux\t/boot/vmlinuz root=UUID=x ro console=hvc0 quiet\n")
                .with("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"console=hvc0\"\nGRUB_CMDLINE_LINUX_DEFAULT=quiet\n");
        guest.apply(new ConsoleSettings(), HYPERV);
        assertThat(guest.text("/boot/grub/grub.cfg"))
                .isEqualTo("\tlinux\t/boot/vmlinuz root=UUID=x ro quiet console=ttyS0 console=tty0\n");
        assertThat(guest.text("/etc/default/grub"))
                .isEqualTo("GRUB_CMDLINE_LINUX=\"console=ttyS0 console=tty0\"\nGRUB_CMDLINE_LINUX_DEFAULT=quiet\n");
    }

    @Test
    void replacesScreenAndSerialPortByXensConsole() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda")
                .with("/boot/grub/grub.cfg", "linux /boot/vmlinuz console=tty0 console=ttyS0,115200n8 net.ifnames=0\n");
        guest.apply(new ConsoleSettings(), XEN);
        assertThat(guest.text("/boot/grub/grub.cfg")).isEqualTo("linux /boot/vmlinuz net.ifnames=0 console=hvc0\n");
    }

    @Test
    void letsAloneWhatTheTargetHasToo() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda")
                .with(
                        "/boot/grub/grub.cfg",
                        "linux /boot/vmlinuz console=tty0 console=ttyS1,9600\nlinux /boot/other quiet\n")
                .withLink(WANTS + "getty@tty1.service", "/lib/systemd/system/getty@.service");
        assertThat(guest.draft(new ConsoleSettings(), HYPERV).edits()).isEmpty();
        assertThat(guest.draft(new ConsoleSettings(), target(Platform.KVM)).edits())
                .isEmpty();
    }

    @Test
    void movesTheLoginPromptOfSystemd() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda")
                .withLink(WANTS + "serial-getty@hvc0.service", "/lib/systemd/system/serial-getty@.service");
        guest.apply(new ConsoleSettings(), HYPERV);
        assertThat(guest.files.find(WANTS + "serial-getty@hvc0.service")).isEmpty();
        assertThat(guest.files.readLink(WANTS + "serial-getty@ttyS0.service"))
                .isEqualTo("/lib/systemd/system/serial-getty@.service");

        guest.apply(new ConsoleSettings(), XEN);
        assertThat(guest.files.list("/etc/systemd/system/getty.target.wants"))
                .containsExactly("serial-getty@hvc0.service");
    }

    @Test
    void movesTheLoginPromptOfInittab() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda").with("/etc/inittab", """
                id:2:initdefault:
                1:2345:respawn:/sbin/getty 38400 hvc0
                #T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100
                2:23:respawn:/sbin/getty 38400 tty2
                X0:2345:respawn:/sbin/getty 38400 xvc0
                """);
        guest.apply(new ConsoleSettings(), HYPERV);
        assertThat(guest.text("/etc/inittab")).isEqualTo("""
                id:2:initdefault:
                1:2345:respawn:/sbin/getty 38400 ttyS0
                #T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100
                2:23:respawn:/sbin/getty 38400 tty2
                # X0:2345:respawn:/sbin/getty 38400 xvc0
                """);
    }

    @Test
    void movesTheLoginPromptOfUpstart() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda")
                .with("/etc/init/hvc0.conf", "respawn\nexec /sbin/getty -8 38400 hvc0\n");
        guest.apply(new ConsoleSettings(), HYPERV);
        assertThat(guest.files.find("/etc/init/hvc0.conf")).isEmpty();
        assertThat(guest.text("/etc/init/ttyS0.conf")).isEqualTo("respawn\nexec /sbin/getty -8 38400 ttyS0\n");
    }

    @Test
    void letsRootLogInWhereTheListNamesTerminals() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda").with("/etc/securetty", "tty1\nttyS0");
        assertThat(guest.draft(new ConsoleSettings(), HYPERV).edits()).isEmpty();
        guest.apply(new ConsoleSettings(), XEN);
        assertThat(guest.text("/etc/securetty")).isEqualTo("tty1\nttyS0\nhvc0\n");
    }

    @Test
    void neverWritesThroughALinkOutOfTheGuest() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda")
                .withLink("/etc/inittab", "../../../../../../etc/passwd")
                .with("/etc/passwd", "1:2:respawn:/sbin/getty hvc0\n");
        Draft draft = guest.apply(new ConsoleSettings(), HYPERV);
        assertThat(draft.edits()).extracting(Edit::path).containsExactly("/etc/inittab");
        assertThat(guest.text("/etc/passwd")).contains("ttyS0");
    }
}
