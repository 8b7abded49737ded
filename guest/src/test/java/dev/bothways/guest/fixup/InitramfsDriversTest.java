package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.INITRAMFS;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.InitramfsFact;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitramfsDriversTest {
    private static final String MODULES = "/etc/initramfs-tools/modules";

    private static MadeUpGuest withDrivers() throws IOException {
        return MadeUpGuest.installed("vda")
                .withModules(
                        "kernel/drivers/hv/hv_vmbus.ko",
                        "kernel/drivers/scsi/hv_storvsc.ko kernel/drivers/hv/hv_vmbus.ko",
                        "kernel/drivers/scsi/sd_mod.ko",
                        "kernel/drivers/ata/ata_piix.ko",
                        "kernel/drivers/net/tulip.ko",
                        "kernel/drivers/block/xen-blkfront.ko")
                .with(MODULES, "# modules\nsd_mod");
    }

    @Test
    void addsWhatTheInitramfsLacks() throws IOException {
        MadeUpGuest guest = withDrivers();
        Draft draft = guest.apply(new InitramfsDrivers(), target(Platform.HYPERV_GEN1));
        InitramfsFact fact = guest.guest().kernels().getFirst().initramfs().orElseThrow();
        assertThat(fact.modules()).containsOnlyKeys("ata_piix", "hv_storvsc", "hv_vmbus", "sd_mod");
        assertThat(guest.text(MODULES)).isEqualTo("# modules\nsd_mod\nhv_vmbus\nhv_storvsc\nata_piix\n");
        assertThat(draft.edits().getFirst().summary()).contains("module hv_storvsc");
    }

    @Test
    void addsForEachTargetInTurn() throws IOException {
        MadeUpGuest guest = withDrivers();
        guest.apply(new InitramfsDrivers(), target(Platform.HYPERV_GEN1));
        guest.apply(new InitramfsDrivers(), target(Platform.XEN_PV));
        guest.apply(new InitramfsDrivers(), target(Platform.HYPERV_GEN1));
        assertThat(guest.guest().kernels().getFirst().initramfs().orElseThrow().modules())
                .containsKeys("xen_blkfront", "hv_storvsc");
    }

    @Test
    void letsAKernelAloneThatHasItAllBuiltIn() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda");
        guest.builtIn.addAll(List.of("hv_vmbus", "hv_storvsc", "sd_mod", "ata_piix"));
        Draft draft = guest.draft(new InitramfsDrivers(), target(Platform.HYPERV_GEN1));
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.blockers()).isEmpty();
    }

    @Test
    void blocksAGuestWithoutAnyDriver() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda").withModules("kernel/drivers/block/xen-blkfront.ko");
        Draft draft = guest.draft(new InitramfsDrivers(), target(Platform.HYPERV_GEN1));
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.blockers()).singleElement().asString().contains("hv_storvsc or ata_piix");
    }

    @Test
    void tellsDracutOfItToo() throws IOException {
        MadeUpGuest guest = withDrivers();
        guest.files.withDirectory("/etc/dracut.conf.d");
        guest.apply(new InitramfsDrivers(), target(Platform.XEN_PV));
        assertThat(guest.text("/etc/dracut.conf.d/90-bothways-xen-pv.conf"))
                .contains("add_drivers+=\" xen_blkfront \"");
    }

    @Test
    void refusesToAddToAnInitramfsItCannotRead() throws IOException {
        MadeUpGuest guest = withDrivers().with(INITRAMFS, "no archive");
        assertThat(guest.draft(new InitramfsDrivers(), target(Platform.HYPERV_GEN1))
                        .blockers())
                .singleElement()
                .asString()
                .contains(INITRAMFS);
    }
}
