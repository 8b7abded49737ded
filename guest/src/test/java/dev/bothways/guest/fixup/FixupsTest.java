package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.INITRAMFS;
import static dev.bothways.guest.fixup.MadeUpGuest.KERNEL;
import static dev.bothways.guest.fixup.MadeUpGuest.MAC;
import static dev.bothways.guest.fixup.MadeUpGuest.RELEASE;
import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.HostBoot;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FixupsTest {
    private static final Path GRUB = Path.of("/usr/lib/grub/i386-pc");
    private static final String MENU = "/boot/grub/grub.cfg";

    private static FixupPlan plan(MadeUpGuest guest, TargetHardware target) throws IOException {
        return new Fixups(guest.attached, guest.guest(), Optional.empty()).plan(target);
    }

    private static void requireGrub() {
        Oracle.require(Files.isRegularFile(GRUB.resolve("kernel.img")), "grub-pc-bin");
    }

    /** As Debian on Xen: the whole disk, pygrub, all by Xen's names. */
    private static MadeUpGuest xenGuest() throws IOException {
        return MadeUpGuest.onWholeDisk("xvda")
                .withModules(
                        "kernel/hv_vmbus.ko",
                        "kernel/hv_storvsc.ko kernel/hv_vmbus.ko",
                        "kernel/sd_mod.ko",
                        "kernel/ata_piix.ko",
                        "kernel/ahci.ko",
                        "kernel/vmw_pvscsi.ko",
                        "kernel/virtio_pci.ko",
                        "kernel/virtio_blk.ko kernel/virtio_pci.ko",
                        "kernel/xen-blkfront.ko")
                .with("/etc/fstab", "/dev/xvda / ext4 errors=remount-ro 0 1\n")
                .with("/etc/network/interfaces", "auto enX0\niface enX0 inet dhcp\n")
                .with("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"console=hvc0\"\n")
                .with(
                        MENU,
                        "menuentry 'Debian' {\n\tset root='hd0'\n\tsearch --no-floppy --fs-uuid --set=root " + UUID
                                + "\n\tlinux\t" + KERNEL + " root=/dev/xvda ro console=hvc0\n\tinitrd\t" + INITRAMFS
                                + "\n}\n")
                .withLink(
                        "/etc/systemd/system/getty.target.wants/serial-getty@hvc0.service",
                        "/lib/systemd/system/serial-getty@.service");
    }

    @Test
    void bringsAXenGuestToHyperv() throws IOException {
        requireGrub();
        MadeUpGuest guest = xenGuest();
        FixupPlan plan = plan(guest, target(Platform.HYPERV_GEN1, MAC));
        assertThat(plan.blockers()).isEmpty();
        assertThat(plan.fixups())
                .containsExactly(
                        "partition table",
                        "boot loader",
                        "disk names",
                        "consoles",
                        "network interface names",
                        "initramfs drivers");
        assertThat(plan.edits()).allSatisfy(edit -> {
            assertThat(edit.reason()).isNotBlank();
            assertThat(edit.summary()).isNotEmpty();
        });

        List<AppliedEdit> applied = plan.apply();
        assertThat(applied).anySatisfy(edit -> {
            assertThat(edit.path()).isEqualTo("/etc/fstab");
            assertThat(edit.before()).isPresent().isNotEqualTo(edit.after());
        });
        assertThat(guest.text("/etc/fstab")).isEqualTo("UUID=" + UUID + " / ext4 errors=remount-ro 0 1\n");
        assertThat(guest.text(MENU))
                .contains("linux\t" + KERNEL + " root=UUID=" + UUID + " ro console=ttyS0 console=tty0\n")
                .contains("set root='hd0,msdos1'\n");
        VirtualDisk disk = plan.disks().getFirst();
        ByteBuffer sector = ByteBuffer.allocate(512);
        disk.read(0, sector);
        assertThat(new String(sector.array(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("GRUB ");
    }

    @ParameterizedTest
    @EnumSource(
            value = Platform.class,
            names = {"XEN_PV", "XEN_PVH", "XEN_HVM", "HYPERV_GEN1", "VMWARE", "KVM", "VIRTUALBOX"})
    void asksForNothingMoreOnceItIsDone(Platform platform) throws IOException {
        requireGrub();
        MadeUpGuest guest = xenGuest();
        TargetHardware target = target(platform, MAC);
        FixupPlan first = plan(guest, target);
        assertThat(first.blockers()).isEmpty();
        first.apply();
        FixupPlan second = plan(guest, target);
        assertThat(second.edits()).isEmpty();
        assertThat(second.blockers()).isEmpty();
    }

    @Test
    void leavesAXenGuestOnXenAsItIs() throws IOException {
        MadeUpGuest guest = xenGuest();
        guest.builtIn.add("xen_blkfront");
        FixupPlan plan = plan(guest, target(Platform.XEN_PV, MAC));
        assertThat(plan.isEmpty()).as(() -> plan.edits().toString()).isTrue();
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void bringsItBackToXen() throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda")
                .with("/etc/fstab", "UUID=" + UUID + " / ext4 errors=remount-ro 0 1\n")
                .with(
                        MENU,
                        "menuentry 'Debian' {\n\tlinux\t" + KERNEL + " root=UUID=" + UUID
                                + " ro console=ttyS0 console=tty0\n\tinitrd\t" + INITRAMFS + "\n}\n");
        guest.builtIn.add("xen_blkfront");
        FixupPlan plan = plan(guest, target(Platform.XEN_PV, MAC));
        assertThat(plan.fixups()).containsExactly("consoles");
        plan.apply();
        assertThat(guest.text(MENU)).contains(" ro console=hvc0\n");
    }

    @Test
    void copiesTheHostsKernelAndWritesAMenu(@TempDir Path host) throws IOException {
        requireGrub();
        MadeUpGuest guest = xenGuest();
        guest.files.remove(MENU);
        guest.files.remove(KERNEL);
        byte[] initramfs = guest.files.readAll(INITRAMFS, 1 << 20);
        guest.files.remove(INITRAMFS);
        Path kernel = Files.writeString(host.resolve("vmlinuz-" + RELEASE), "kernel of the host");
        Path ramdisk = Files.write(host.resolve("initrd"), initramfs);
        guest.hostBoot = Optional.of(new HostBoot(kernel, Optional.of(ramdisk), "root=/dev/xvda ro console=hvc0"));

        FixupPlan plan = plan(guest, target(Platform.HYPERV_GEN1, MAC));
        assertThat(plan.blockers()).isEmpty();
        plan.apply();
        assertThat(guest.text(KERNEL)).isEqualTo("kernel of the host");
        assertThat(guest.text(MENU))
                .contains(
                        "menuentry 'Debian GNU/Linux 12 (bookworm), with Linux " + RELEASE + "' --class gnu-linux {\n")
                .contains("\tlinux\t" + KERNEL + " root=UUID=" + UUID + " ro console=ttyS0 console=tty0\n")
                .contains("\tinitrd\t" + INITRAMFS + "\n");
        guest.hostBoot = Optional.empty();
        assertThat(guest.guest().kernels().getFirst().driver("hv_storvsc").early())
                .isTrue();
    }

    @Test
    void writesAMenuForGrubFromOneOfGrubLegacy() throws IOException {
        requireGrub();
        MadeUpGuest guest = MadeUpGuest.onPartitions()
                .with(
                        "/boot/grub/menu.lst",
                        "default 0\ntitle Debian\nroot (hd0,0)\nkernel " + KERNEL + " root=/dev/xvda2 ro\ninitrd "
                                + INITRAMFS + "\n");
        guest.builtIn.addAll(List.of("hv_vmbus", "hv_storvsc", "sd_mod", "ata_piix"));
        FixupPlan plan = plan(guest, target(Platform.HYPERV_GEN1, MAC));
        plan.apply();
        assertThat(guest.text(MENU))
                .contains("set root='hd0,msdos2'\n")
                .contains("linux\t" + KERNEL + " root=UUID=" + UUID + " ro\n");
        assertThat(guest.text("/boot/grub/menu.lst")).contains("root=UUID=" + UUID + " ro\n");
    }

    @Test
    void blocksWhatCannotRun() throws IOException {
        MadeUpGuest guest = xenGuest();
        guest.abilities.remove(Ability.XEN_PV);
        FixupPlan plan = plan(guest, target(Platform.XEN_PV, MAC));
        assertThat(plan.blockers())
                .singleElement()
                .asString()
                .contains("xen pv")
                .contains("xen-hvm");
        assertThatThrownBy(plan::apply).isInstanceOf(GuestException.class);
    }

    @Test
    void blocksUefiWithoutABootLoaderForIt() throws IOException {
        TargetHardware target = new TargetHardware(Platform.HYPERV_GEN2, new Firmware.Uefi(false), List.of());
        assertThat(plan(xenGuest(), target).blockers())
                .singleElement()
                .asString()
                .contains("hyperv-gen1");
    }

    @Test
    void givesTheSamePlanEveryTime() throws IOException {
        requireGrub();
        TargetHardware target = target(Platform.HYPERV_GEN1, MAC);
        assertThat(plan(xenGuest(), target).edits())
                .isEqualTo(plan(xenGuest(), target).edits());
    }
}
