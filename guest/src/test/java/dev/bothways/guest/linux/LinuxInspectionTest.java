package dev.bothways.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.guest.Architecture;
import dev.bothways.guest.Assessment;
import dev.bothways.guest.Consoles.Getty;
import dev.bothways.guest.Consoles.Source;
import dev.bothways.guest.Distribution;
import dev.bothways.guest.DriverAvailability;
import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.HypervisorTools;
import dev.bothways.guest.HypervisorTools.Product;
import dev.bothways.guest.InitSystem;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.TestVolumes;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.initramfs.Cpio;
import dev.bothways.guest.linux.kernel.KernelImages;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxInspectionTest {
    private static final String RELEASE = "6.1.0-50-amd64";
    private static final String MODULES = "/lib/modules/" + RELEASE;

    @TempDir
    private Path host;

    @Test
    void describesADebianGuest() throws IOException {
        MemoryFileSystem root = debian();
        root.with("/etc/hostname", "web01\n").with("/etc/inittab", "T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100\n");

        LinuxGuest guest = inspect(TestVolumes.of("xvda1", root), TestVolumes.of("xvda2", "swap", "swap-uuid"));

        assertThat(guest.distribution())
                .isEqualTo(new Distribution("debian", List.of(), "Debian GNU/Linux 12 (bookworm)", "12.5", "bookworm"));
        assertThat(guest.distribution().family()).isEqualTo(Distribution.Family.DEBIAN);
        assertThat(guest.architecture()).isEqualTo(Architecture.X86_64);
        assertThat(guest.hostname()).hasValue("web01");
        assertThat(guest.initSystem()).isEqualTo(InitSystem.SYSTEMD);
        assertThat(guest.root().device()).isEqualTo("xvda1");
        assertThat(guest.consoles().gettys())
                .containsExactly(
                        new Getty(
                                "hvc0",
                                Source.SYSTEMD,
                                "/etc/systemd/system/getty.target.wants/serial-getty@hvc0.service",
                                -1),
                        new Getty("ttyS0", Source.INITTAB, "/etc/inittab", 0));
        assertThat(guest.tools())
                .containsExactly(
                        new HypervisorTools(Product.XEN_GUEST_UTILITIES, "package xe-guest-utilities 7.20.2-0"));
        assertThat(guest.commandLine()).isEqualTo("root=/dev/xvda1 ro console=hvc0");
        assertThat(guest.problems()).isEmpty();
    }

    @Test
    void tellsWhereAKernelHasItsDrivers() throws IOException {
        LinuxKernel kernel =
                inspect(TestVolumes.of("xvda1", debian())).defaultKernel().orElseThrow();

        assertThat(kernel.release()).isEqualTo(RELEASE);
        assertThat(kernel.image()).hasValue("/boot/vmlinuz-" + RELEASE);
        assertThat(kernel.initramfsPath()).hasValue("/boot/initrd.img-" + RELEASE);
        assertThat(kernel.modulesDirectory()).hasValue(MODULES);
        assertThat(kernel.driver("sd_mod")).isEqualTo(DriverAvailability.BUILT_IN);
        assertThat(kernel.driver("xen_blkfront")).isEqualTo(DriverAvailability.IN_INITRAMFS);
        assertThat(kernel.driver("xen-blkfront")).isEqualTo(DriverAvailability.IN_INITRAMFS);
        assertThat(kernel.driver("hv_storvsc")).isEqualTo(DriverAvailability.ON_DISK);
        assertThat(kernel.driver("vmw_pvscsi")).isEqualTo(DriverAvailability.ABSENT);
        assertThat(kernel.modules().files()).containsEntry("hv_storvsc", "kernel/drivers/scsi/hv_storvsc.ko.xz");
    }

    @Test
    void learnsAbilitiesFromTheConfigurationElseFromTheImage() throws IOException {
        MemoryFileSystem root = debian();
        LinuxKernel silent =
                inspect(TestVolumes.of("xvda1", root)).defaultKernel().orElseThrow();
        // Facts are found when first asked for, so ask before the file is there.
        assertThat(silent.enlightenments().evidence())
                .containsEntry(Ability.XEN_PV, "note XEN_ELFNOTE_ENTRY in /boot/vmlinuz-" + RELEASE)
                .containsEntry(Ability.HYPERV, "the module kernel/drivers/hv/hv_vmbus.ko")
                .doesNotContainKey(Ability.XEN_PVH);
        root.with("/boot/config-" + RELEASE, """
                CONFIG_XEN=y
                # CONFIG_XEN_PV is not set
                CONFIG_XEN_PVH=y
                CONFIG_HYPERV=m
                CONFIG_KVM_GUEST=y
                """);
        LinuxKernel told =
                inspect(TestVolumes.of("xvda1", root)).defaultKernel().orElseThrow();

        assertThat(told.enlightenments().evidence())
                .containsOnlyKeys(Ability.XEN_PVH, Ability.HYPERV, Ability.KVM)
                .containsEntry(Ability.HYPERV, "CONFIG_HYPERV=m in /boot/config-" + RELEASE);
    }

    @Test
    void aDamagedImageIsAProblemOfTheKernelAlone() throws IOException {
        MemoryFileSystem root = debian();
        root.with("/boot/vmlinuz-" + RELEASE, new byte[100_000]);

        LinuxKernel kernel =
                inspect(TestVolumes.of("xvda1", root)).defaultKernel().orElseThrow();

        assertThat(kernel.release()).isEqualTo(RELEASE);
        assertThat(kernel.enlightenments().problem())
                .hasValue("/boot/vmlinuz-" + RELEASE
                        + " cannot be looked into: what it holds is no little-endian ELF kernel");
    }

    @Test
    void assessesWhatWouldBootWhere() throws IOException {
        LinuxGuest guest = inspect(TestVolumes.of("xvda1", debian()));

        Assessment pv = Assessment.of(guest, Platform.XEN_PV);
        Assessment hyperv = Assessment.of(guest, Platform.HYPERV_GEN1);

        assertThat(pv.reasons()).isEmpty();
        assertThat(pv.boots()).isTrue();
        assertThat(pv.diskDriver()).isEqualTo(new Assessment.Driver("xen-blkfront", DriverAvailability.IN_INITRAMFS));
        assertThat(pv.consoles()).containsExactly("hvc0");
        assertThat(hyperv.boots()).isFalse();
        assertThat(hyperv.diskDriver()).isEqualTo(new Assessment.Driver("hv_storvsc", DriverAvailability.ON_DISK));
        assertThat(hyperv.reasons())
                .containsExactly(
                        "the disk's driver hv_storvsc is not in the initramfs of kernel " + RELEASE,
                        "kernel " + RELEASE + " has no driver for the network card (hv_netvsc)",
                        "it has no boot loader for the firmware",
                        "the kernel looks for its root on /dev/xvda1, which is named otherwise there",
                        "fstab names /dev/xvda1, which is named otherwise there");
    }

    @Test
    void takesTheKernelThatTheHostGives() throws IOException {
        MemoryFileSystem root = debian();
        for (String path : List.of("/boot/vmlinuz-" + RELEASE, "/boot/initrd.img-" + RELEASE, "/boot/grub/grub.cfg")) {
            root.remove(path);
        }
        Path kernel = Files.write(host.resolve("vmlinuz"), KernelImages.bzImage(RELEASE, Compression.XZ, 1, 18));
        Path initramfs = Files.write(host.resolve("initrd"), initramfs());

        LinuxGuest guest = LinuxInspection.inspect(
                List.of(TestVolumes.of("xvda", root)),
                List.of(),
                Optional.of(new HostBoot(kernel, Optional.of(initramfs), "root=/dev/xvda ro")),
                List.of());

        LinuxKernel first = guest.defaultKernel().orElseThrow();
        assertThat(first.fromHost()).isTrue();
        assertThat(first.release()).isEqualTo(RELEASE);
        assertThat(first.modulesDirectory()).hasValue(MODULES);
        assertThat(first.driver("xen-blkfront")).isEqualTo(DriverAvailability.IN_INITRAMFS);
        assertThat(first.enlightenments().has(Ability.XEN_PVH)).isTrue();
        assertThat(guest.commandLine()).isEqualTo("root=/dev/xvda ro");
        assertThat(Assessment.of(guest, Platform.XEN_PV).boots()).isTrue();
    }

    @Test
    void aGuestWithoutKernelSaysSo() throws IOException {
        MemoryFileSystem root = minimal("debian");

        LinuxGuest guest = inspect(TestVolumes.of("xvda", root));

        assertThat(guest.defaultKernel()).isEmpty();
        assertThat(Assessment.of(guest, Platform.KVM).reasons()).contains("it has no kernel of its own");
    }

    @Test
    void putsTheKernelThatBootsFirst() throws IOException {
        MemoryFileSystem root = debian();
        root.with("/boot/vmlinuz-6.9.0-1-amd64", KernelImages.bzImage("6.9.0-1-amd64", Compression.GZIP))
                .with("/boot/vmlinuz-6.10.0-1-amd64", KernelImages.bzImage("6.10.0-1-amd64", Compression.GZIP))
                .withLink("/vmlinuz", "boot/vmlinuz-6.10.0-1-amd64")
                .withDirectory("/lib/modules/4.9.0-1-amd64");

        assertThat(inspect(TestVolumes.of("xvda1", root)).kernels())
                .extracting(LinuxKernel::release)
                .containsExactly(RELEASE, "6.10.0-1-amd64", "6.9.0-1-amd64", "4.9.0-1-amd64");
    }

    @Test
    void joinsWhatFstabMounts() throws IOException {
        MemoryFileSystem root = minimal("debian").with("/etc/fstab", """
                        # comment
                        /dev/sda2 / ext4 defaults 0 1
                        UUID=boot-uuid /boot ext4 defaults 0 2
                        UUID=none /srv ext4 defaults 0 2
                        /dev/xvda3 /data xfs defaults 0 2
                        tmpfs /tmp tmpfs defaults 0 0
                        /dev/xvdz1 /gone ext4 nofail 0 0
                        """).withDirectory("/boot");
        MemoryFileSystem boot = new MemoryFileSystem("ext4", "boot-uuid").with("/vmlinuz-" + RELEASE, new byte[0]);

        LinuxGuest guest = inspect(
                TestVolumes.of("xvda1", boot),
                TestVolumes.of("xvda2", root),
                TestVolumes.of("xvda3", "xfs", "xfs-uuid"));

        assertThat(guest.files().mounts()).containsOnlyKeys("/", "/boot");
        assertThat(guest.defaultKernel().orElseThrow().image()).hasValue("/boot/vmlinuz-" + RELEASE);
        assertThat(guest.volumeOf("/boot/vmlinuz-" + RELEASE).device()).isEqualTo("xvda1");
        assertThat(guest.problems())
                .containsExactly(
                        "fstab mounts /srv from UUID=none, which is none of the machine's disks",
                        "fstab mounts /data from xvda3, which holds xfs and cannot be read, so what lies there is not known");
    }

    @Test
    void findsTheRootOfTwoByWhatTheySayOfThemselves() throws IOException {
        MemoryFileSystem old = minimal("debian").with("/etc/fstab", "/dev/xvda1 / ext4 defaults 0 1\n");
        MemoryFileSystem current = minimal("ubuntu").with("/etc/fstab", "/dev/xvda2 / ext4 defaults 0 1\n");
        old.write("/etc/fstab", new byte[0], dev.bothways.filesystem.NewFile.ROOT_FILE);

        assertThat(inspect(TestVolumes.of("xvda1", old), TestVolumes.of("xvda2", current))
                        .root()
                        .device())
                .isEqualTo("xvda2");
    }

    @Test
    void guessesNoRoot() throws IOException {
        MemoryFileSystem one = minimal("debian");
        MemoryFileSystem other = minimal("ubuntu");

        assertThatThrownBy(() -> inspect(TestVolumes.of("xvda1", one), TestVolumes.of("xvda2", other)))
                .isInstanceOf(GuestException.class)
                .hasMessage("the disks hold more than one operating system: xvda1 (debian 12), xvda2 (ubuntu 12);"
                        + " give the machine the disks of one of them");
    }

    @Test
    void namesWhatItCannotRead() {
        assertThatThrownBy(() -> inspect(
                        TestVolumes.of("xvda1", new MemoryFileSystem("ext4", "boot")),
                        TestVolumes.of("xvda2", "LVM2_member", "x"),
                        TestVolumes.of("xvda3", "swap", "y")))
                .isInstanceOf(GuestException.class)
                .hasMessage("no operating system was found that can be read: xvda2 holds LVM2_member;"
                        + " of the file systems of Linux, ext2, ext3 and ext4 are read");
        assertThatThrownBy(() -> inspect(TestVolumes.of("xvda1", new MemoryFileSystem("ext4", "data"))))
                .hasMessage("no operating system was found; the disks hold xvda1 holds ext4");
    }

    @Test
    void aHostileGuestCannotLeadOutsideOrRoundForEver() throws IOException {
        MemoryFileSystem root = minimal("debian")
                .withLink("/etc/hostname", "../../../../../../etc/hostname")
                .withLink("/etc/network", "network/network")
                .withLink("/boot", "/boot")
                .with("/etc/fstab", "/dev/xvda / ext4\n".repeat(20_000));

        LinuxGuest guest = inspect(TestVolumes.of("xvda", root));

        assertThat(guest.hostname()).isEmpty();
        assertThat(guest.network().matches()).isEmpty();
        assertThat(guest.kernels()).isEmpty();
    }

    @Test
    void refusesAFstabThatIsTooLarge() throws IOException {
        MemoryFileSystem root = minimal("debian").with("/etc/fstab", new byte[2 << 20]);

        assertThatThrownBy(() -> inspect(TestVolumes.of("xvda", root)))
                .hasMessage("/etc/fstab is 2097152 bytes long, more than the 1048576 expected of such a file");
    }

    @Test
    void recognisesOlderAndOtherDistributions() throws IOException {
        assertThat(distribution("/etc/redhat-release", "CentOS release 5.11 (Final)\n"))
                .isEqualTo(new Distribution("centos", List.of("rhel"), "CentOS release 5.11 (Final)", "5.11", ""));
        assertThat(distribution("/etc/debian_version", "4.0\n").version()).isEqualTo("4.0");
        assertThat(distribution("/etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n")
                        .family())
                .isEqualTo(Distribution.Family.SUSE);
        assertThat(distribution(
                        "/usr/lib/os-release", "NAME=Fedora\nID=fedora\nVERSION_ID=40\nPRETTY_NAME='Fedora \\40'\n"))
                .isEqualTo(new Distribution("fedora", List.of(), "Fedora \\40", "40", ""));
        assertThat(distribution("/etc/os-release", "ID=linuxkit\nID_LIKE=\"alpine x\"\n")
                        .family())
                .isEqualTo(Distribution.Family.ALPINE);
    }

    private static Distribution distribution(String path, String text) throws IOException {
        MemoryFileSystem root =
                new MemoryFileSystem("ext4", "root").with(path, text).withDirectory("/etc");
        return inspect(TestVolumes.of("xvda", root)).distribution();
    }

    private static MemoryFileSystem minimal(String id) throws IOException {
        return new MemoryFileSystem("ext4", id + "-uuid")
                .with("/etc/os-release", "ID=" + id + "\nVERSION_ID=12\nPRETTY_NAME=\"" + id + " 12\"\n");
    }

    private static MemoryFileSystem debian() throws IOException {
        byte[] elf = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, elf, 0, 7);
        elf[18] = 62;
        return new MemoryFileSystem("ext4", "root-uuid")
                .with("/usr/lib/os-release", """
                        PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
                        ID=debian
                        VERSION_ID="12"
                        VERSION_CODENAME=bookworm
                        """)
                .withLink("/etc/os-release", "../usr/lib/os-release")
                .with("/etc/debian_version", "12.5\n")
                .with("/etc/fstab", "/dev/xvda1 / ext4 errors=remount-ro 0 1\n")
                .with("/usr/bin/dash", elf)
                .withLink("/bin", "usr/bin")
                .withLink("/usr/bin/sh", "dash")
                .withLink("/sbin/init", "/lib/systemd/systemd")
                .withLink(
                        "/etc/systemd/system/getty.target.wants/serial-getty@hvc0.service",
                        "/lib/systemd/system/serial-getty@.service")
                .with("/var/lib/dpkg/status", """
                        Package: open-vm-tools
                        Status: deinstall ok config-files
                        Version: 1

                        Package: xe-guest-utilities
                        Status: install ok installed
                        Version: 7.20.2-0
                        """)
                .with("/boot/vmlinuz-" + RELEASE, KernelImages.bzImage(RELEASE, Compression.LZ4, 1))
                .with("/boot/initrd.img-" + RELEASE, initramfs())
                .with(MODULES + "/modules.builtin", "kernel/drivers/scsi/sd_mod.ko\n")
                .with(MODULES + "/modules.dep", """
                        kernel/drivers/scsi/hv_storvsc.ko.xz: kernel/drivers/hv/hv_vmbus.ko
                        kernel/drivers/hv/hv_vmbus.ko:
                        kernel/drivers/net/xen-netfront.ko:
                        kernel/drivers/block/xen-blkfront.ko:
                        """)
                .with(
                        "/boot/grub/grub.cfg",
                        "set default=0\nmenuentry 'Debian' --class debian {\n\tlinux /boot/vmlinuz-" + RELEASE
                                + " root=/dev/xvda1 ro console=hvc0\n\tinitrd /boot/initrd.img-" + RELEASE
                                + "\n}\n");
    }

    private static byte[] initramfs() {
        return new Cpio()
                .file("conf/initramfs.conf", "MODULES=most\n")
                .file("usr" + MODULES + "/kernel/drivers/block/xen-blkfront.ko", "x")
                .done();
    }

    private static LinuxGuest inspect(Volume... volumes) throws IOException {
        return LinuxInspection.inspect(List.of(volumes), List.of(), Optional.empty(), List.of());
    }
}
