package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.SWAP_UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Platform;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of disks in units of systemd, and in files that nobody here knows. */
class UnitFilesTest {
    private static final TargetHardware HYPERV = target(Platform.HYPERV_GEN1);
    private static final String OWN = "/etc/systemd/system/";
    private static final String BY_UUID = "/dev/disk/by-uuid/" + UUID;
    private static final String SWAP_UNIT = "dev-disk-by\\x2duuid-" + SWAP_UUID.replace("-", "\\x2d") + ".swap";

    private static MadeUpGuest guest() throws IOException {
        return MadeUpGuest.installed("xvda").withPartitionLabels("root fs", "swap");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/dev/xvda1", "/dev/disk/by-partlabel/root\\x20fs", "PARTLABEL=root fs", "PARTUUID=deadbeef-01"})
    void namesWhatIsMounted(String name) throws IOException {
        MadeUpGuest guest = guest().withoutRoomForABootLoader();
        String unit = "[Unit]\nDescription=Copy\n[Mount]\nWhat=%s\nWhere=/copy\nOptions=ro\n";
        guest.with(OWN + "copy.mount", unit.formatted(name)).with(OWN + "copy.automount", "[Automount]\nWhere=/copy\n");
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text(OWN + "copy.mount")).isEqualTo(unit.formatted(BY_UUID));
    }

    @Test
    void callsASwapsUnitAfterItsNewName() throws IOException {
        MadeUpGuest guest = guest().with(
                        OWN + "dev-xvda2.swap", "[Swap]\nWhat=/dev/xvda2\n[Install]\nWantedBy=swap.target\n")
                .withLink(OWN + "swap.target.wants/dev-xvda2.swap", OWN + "dev-xvda2.swap")
                .with(OWN + "dev-xvda2.swap.d/wait.conf", "[Swap]\nTimeoutSec=5\n");
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.files.list("/etc/systemd/system")).contains(SWAP_UNIT).doesNotContain("dev-xvda2.swap");
        assertThat(guest.text(OWN + SWAP_UNIT)).startsWith("[Swap]\nWhat=/dev/disk/by-uuid/" + SWAP_UUID + "\n");
        assertThat(guest.files.readLink(OWN + "swap.target.wants/" + SWAP_UNIT)).isEqualTo(OWN + SWAP_UNIT);
        assertThat(guest.text(OWN + SWAP_UNIT + ".d/wait.conf")).isEqualTo("[Swap]\nTimeoutSec=5\n");
    }

    @Test
    void namesWhatUnitsWaitFor() throws IOException {
        MadeUpGuest guest = guest().with(
                        OWN + "a.service",
                        "[Unit]\nRequires=dev-xvda2.device x.service\nAfter=x.service \\\n  dev-xvda2.swap systemd-fsck@dev-xvda1.service\n")
                .with(OWN + "b.service.d/c.conf", "[Unit]\nRequiresMountsFor=/srv /dev/xvda1\n");
        guest.apply(new DiskNames(), HYPERV);
        String swap = SWAP_UNIT.replace(".swap", "");
        assertThat(guest.text(OWN + "a.service"))
                .isEqualTo("[Unit]\nRequires=" + swap + ".device x.service\nAfter=x.service \\\n  " + swap
                        + ".swap systemd-fsck@dev-disk-by\\x2duuid-" + UUID.replace("-", "\\x2d") + ".service\n");
        assertThat(guest.text(OWN + "b.service.d/c.conf"))
                .isEqualTo("[Unit]\nRequiresMountsFor=/srv " + BY_UUID + "\n");
    }

    @Test
    void replacesAPackagesUnitByOneThatWins() throws IOException {
        MadeUpGuest guest = guest().with("/lib/systemd/system/data.mount", "[Mount]\nWhat=/dev/xvda1\nWhere=/data\n")
                .with("/lib/systemd/system/masked.mount", "[Mount]\nWhat=/dev/xvda1\nWhere=/masked\n")
                .withLink(OWN + "masked.mount", "/dev/null");
        guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text(OWN + "data.mount")).isEqualTo("[Mount]\nWhat=" + BY_UUID + "\nWhere=/data\n");
        assertThat(guest.files.readLink(OWN + "masked.mount")).isEqualTo("/dev/null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "defaults,x-systemd.requires=/dev/xvda2|defaults,x-systemd.requires=/dev/disk/by-uuid/SWAP",
                "x-systemd.after=dev-xvda2.device,noauto|x-systemd.after=dev-disk-by\\x2duuid-ESCAPED.device,noauto",
                "journal_path=/dev/xvda2|journal_path=/dev/disk/by-uuid/SWAP",
                "device=/dev/xvda1,device=/dev/xvda2|device=/dev/disk/by-uuid/ROOT,device=/dev/disk/by-uuid/SWAP",
                "ro,logdev=/dev/xvda2|ro,logdev=/dev/disk/by-uuid/SWAP"
            })
    void namesVolumesInOptionsOfMounts(String before, String after) throws IOException {
        MadeUpGuest guest = guest().with("/etc/fstab", "/dev/mapper/a /a ext4 " + before + " 0 0\n");
        guest.apply(new DiskNames(), HYPERV);
        String expected = after.replace("SWAP", SWAP_UUID)
                .replace("ROOT", UUID)
                .replace("ESCAPED", SWAP_UUID.replace("-", "\\x2d"));
        assertThat(guest.text("/etc/fstab").replace("\\134", "\\"))
                .isEqualTo("/dev/mapper/a /a ext4 " + expected + " 0 0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/etc/cron.d/trim|0 0 * * * root blockdev --flushbufs /dev/xvda1",
                "/etc/rc.local|hdparm -S 0 /dev/xvda",
                "/etc/smartd.conf|/dev/xvda -a -m root",
                "/etc/udev/rules.d/60-io.rules|KERNEL==\"xvda\", ATTR{queue/scheduler}=\"none\"",
                "/etc/systemd/system/x.service|ExecStart=/sbin/fsck /dev/xvda1",
                "/etc/deep/er/still/x.conf|disk = /dev/disk/by-partlabel/root\\x20fs"
            })
    void warnsOfNamesThatNobodyChanges(String path, String line) throws IOException {
        MadeUpGuest guest = guest().withoutRoomForABootLoader().with(path, "# /dev/xvda9\n" + line + "\n");
        Draft draft = guest.apply(new DiskNames(), HYPERV);
        assertThat(guest.text(path)).isEqualTo("# /dev/xvda9\n" + line + "\n");
        assertThat(draft.warnings()).singleElement().asString().startsWith(path + ", line 2: ");
    }

    @Test
    void tellsWhatItDoesNotSearch() throws IOException {
        String deep = "/etc" + "/a".repeat(15);
        for (String path : new String[] {"/etc/large.conf", deep + "/x.conf"}) {
            MadeUpGuest guest = guest().withoutRoomForABootLoader().with(path, " ".repeat((1 << 20) + 1));
            Draft draft = guest.apply(new DiskNames(), HYPERV);
            assertThat(draft.warnings())
                    .singleElement()
                    .asString()
                    .startsWith(path.startsWith(deep) ? deep.substring(0, 4 + 2 * 11) : path)
                    .contains("was not searched");
        }
    }

    @Test
    void findsNamesInIncludedAndContinuedLines() throws IOException {
        MadeUpGuest guest = guest().with(
                        "/etc/default/grub",
                        ". /etc/default/grub.local\nGRUB_CMDLINE_LINUX=\"quiet \\\n  root=/dev/xvda1\"\n")
                .with("/etc/default/grub.local", "GRUB_CMDLINE_LINUX_DEFAULT=\"resume=/dev/xvda2\"\n")
                .with("/boot/grub/grub.cfg", "source $prefix/mine.cfg\n")
                .with("/boot/grub/mine.cfg", "menuentry 'a' --id a {\n linux /vmlinuz \\\n  root=/dev/xvda1\n}\n")
                .with("/boot/extlinux/extlinux.conf", "INCLUDE more.conf\n")
                .with("/boot/extlinux/more.conf", "label a\nkernel /vmlinuz\nappend root=/dev/xvda1\n")
                .with("/etc/grub.d/40_custom", "menuentry 'b' {\n linux /vmlinuz root=/dev/xvda1\n}\n")
                .with(
                        "/boot/grub/grubenv",
                        "# GRUB Environment Block\nkernelopts=root=/dev/xvda1 ro\n" + "#".repeat(969));
        guest.apply(new DiskNames(), HYPERV);
        for (String path : new String[] {
            "/etc/default/grub",
            "/boot/grub/mine.cfg",
            "/boot/extlinux/more.conf",
            "/etc/grub.d/40_custom",
            "/boot/grub/grubenv"
        }) {
            assertThat(guest.text(path)).as(path).contains("root=UUID=" + UUID).doesNotContain("xvda");
        }
        assertThat(guest.text("/etc/default/grub.local")).contains("resume=UUID=" + SWAP_UUID);
        assertThat(guest.text("/boot/grub/grubenv")).hasSize(1024);
    }
}
