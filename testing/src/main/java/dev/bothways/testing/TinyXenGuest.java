package dev.bothways.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A guest of Xen too small to run and whole enough to convert: Debian's files as far as anyone looks at them, on an ext4 file system
 * that fills the whole disk, started by pygrub. Its kernel has the drivers of Xen built in, and those of Hyper-V as modules that its
 * initramfs lacks.
 */
public final class TinyXenGuest {
    /** The UUID of its root file system. */
    public static final String UUID = "11111111-2222-4333-8444-555555555555";

    /** The address of its network card. */
    public static final String MAC = "00:16:3e:01:02:03";

    private static final String RELEASE = "6.1.0-50-amd64";
    private static final String SIZE = "48M";
    private static final List<String> USUAL =
            List.of("xen_blkfront", "xen_netfront", "sd_mod", "ata_piix", "ata_generic");

    private TinyXenGuest() {}

    /**
     * Makes the folder {@code web01} with {@code web01.cfg} and {@code root.img}; the test is skipped where mkfs.ext4 is missing.
     *
     * @return the folder
     */
    public static Path make(Path scratch) throws IOException {
        return make(scratch, USUAL);
    }

    /** The same with only these drivers built into its kernel. */
    public static Path make(Path scratch, List<String> builtIn) throws IOException {
        return make(scratch, builtIn, 0, SIZE);
    }

    /**
     * The same on a file system made otherwise.
     *
     * @param ballast bytes of a file that fills it
     * @param options of mkfs.ext4, the last one of them the size
     */
    public static Path make(Path scratch, int ballast, String... options) throws IOException {
        return make(scratch, USUAL, ballast, options);
    }

    private static Path make(Path scratch, List<String> builtIn, int ballast, String... options) throws IOException {
        Path tree = scratch.resolve("tree");
        if (ballast > 0) {
            byte[] noise = new byte[ballast];
            new java.util.Random(1).nextBytes(noise);
            Files.createDirectories(tree.resolve("var"));
            Files.write(tree.resolve("var/ballast"), noise);
        }
        etc(tree);
        boot(tree);
        modules(tree, builtIn);
        put(tree, "lib/systemd/systemd", "program");
        put(tree, "lib/systemd/system/serial-getty@.service", "[Unit]\n");
        Path folder = Files.createDirectories(scratch.resolve("web01"));
        Path image = folder.resolve("root.img");
        List<Object> words = new ArrayList<>(List.of("-q", "-F", "-U", UUID, "-E", "hash_seed=" + UUID, "-d", tree));
        words.addAll(List.of(options).subList(0, options.length - 1));
        words.add(image);
        words.add(options[options.length - 1]);
        Oracle.require("mkfs.ext4").run(words.toArray()).orFail();
        Files.writeString(folder.resolve("web01.cfg"), """
                name = "web01"
                type = "pv"
                bootloader = "pygrub"
                memory = 512
                vcpus = 2
                disk = [ "root.img,raw,xvda,w" ]
                vif = [ "mac=%s,bridge=xenbr0" ]
                """.formatted(MAC));
        return folder;
    }

    private static void etc(Path tree) throws IOException {
        put(tree, "etc/os-release", """
                ID=debian
                PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
                VERSION_ID="12"
                """);
        put(tree, "etc/hostname", "web01\n");
        put(tree, "etc/fstab", """
                # what is mounted
                /dev/xvda / ext4 errors=remount-ro 0 1
                """);
        put(tree, "etc/network/interfaces", """
                auto lo eth0
                iface lo inet loopback
                iface eth0 inet dhcp
                """);
    }

    private static void boot(Path tree) throws IOException {
        put(tree, "boot/vmlinuz-" + RELEASE, "kernel");
        put(tree, "boot/initrd.img-" + RELEASE, "");
        put(tree, "boot/config-" + RELEASE, """
                CONFIG_XEN_PV=y
                CONFIG_XEN_PVH=y
                CONFIG_XEN_PVHVM=y
                CONFIG_HYPERV=m
                """);
        put(tree, "boot/grub/grub.cfg", """
                set default=0
                menuentry "Debian" {
                  linux /boot/vmlinuz-%1$s root=/dev/xvda ro console=hvc0
                  initrd /boot/initrd.img-%1$s
                }
                """.formatted(RELEASE));
    }

    private static void modules(Path tree, List<String> builtIn) throws IOException {
        String folder = "lib/modules/" + RELEASE + "/";
        StringBuilder names = new StringBuilder();
        builtIn.forEach(module -> names.append("kernel/").append(module).append(".ko\n"));
        put(tree, folder + "modules.builtin", names.toString());
        put(tree, folder + "modules.dep", """
                kernel/hv_vmbus.ko:
                kernel/hv_storvsc.ko: kernel/hv_vmbus.ko
                kernel/hv_netvsc.ko: kernel/hv_vmbus.ko
                """);
        for (String module : List.of("hv_vmbus", "hv_storvsc", "hv_netvsc")) {
            put(tree, folder + "kernel/" + module + ".ko", "module " + module);
        }
    }

    private static void put(Path tree, String path, String text) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
