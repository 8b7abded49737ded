package dev.bothways.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A typical run, which the build records into an ahead-of-time cache: the classes it loads need not be loaded and linked again
 * at every start. There is one cache for the commands on images and one for those on machines, because a start takes in all
 * classes of its cache. It works in a scratch folder and says nothing.
 */
final class AotTraining {
    private static final int PROGRAMS = 32 << 20;
    private static final Set<Integer> DONE = Set.of(ExitCode.DONE);

    private AotTraining() {}

    /**
     * Runs the commands.
     *
     * @param arguments {@code disk} for those on images, {@code machine} for those on machines
     */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Files.createTempDirectory("bothways-training");
        try {
            switch (arguments[0]) {
                case "disk" -> disks(scratch);
                case "machine" -> guest(scratch);
                default -> throw new IllegalArgumentException("no training called " + arguments[0]);
            }
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void disks(Path scratch) throws IOException {
        run(DONE, "--version");
        run(DONE, "--help");
        String raw = scratch.resolve("disk.raw").toString();
        run(DONE, "disk", "create", raw, "64M");
        Files.write(Path.of(raw), new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
        for (String ending : new String[] {"vhd", "vhdx", "vmdk", "qcow2", "vdi"}) {
            String image = scratch.resolve("disk." + ending).toString();
            String back = scratch.resolve(ending + ".raw").toString();
            run(DONE, "disk", "convert", raw, image);
            run(DONE, "disk", "info", image);
            run(DONE, "disk", "info", "--json", image);
            run(DONE, "disk", "check", image);
            run(DONE, "disk", "convert", "--hash", image, back);
            run(DONE, "disk", "compare", raw, back);
            run(DONE, "disk", "map", back);
        }
        String packed = scratch.resolve("packed").toString();
        run(DONE, "disk", "convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, packed + ".vmdk");
        run(DONE, "disk", "convert", "-c", raw, packed + ".qcow2");
        run(DONE, "disk", "convert", packed + ".vmdk", packed + ".raw");
        // Enough of something real that the cache knows how our own packer branches: so its fast code comes at once.
        Path programs = scratch.resolve("programs.raw");
        try (InputStream modules = Files.newInputStream(Path.of(System.getProperty("java.home"), "lib", "modules"))) {
            Files.write(programs, modules.readNBytes(PROGRAMS));
        }
        run(
                DONE,
                "disk",
                "convert",
                "-c",
                programs.toString(),
                scratch.resolve("programs.qcow2").toString());
    }

    /** A guest needs a file system, and only others' tools make one: without them its classes are not in the cache. */
    private static void guest(Path scratch) throws IOException {
        Path tree = Files.createDirectories(scratch.resolve("tree"));
        text(tree.resolve("etc/os-release"), "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
        text(tree.resolve("etc/fstab"), "/dev/xvda / ext4 defaults 0 1\n");
        text(tree.resolve("etc/network/interfaces"), "auto eth0\niface eth0 inet dhcp\n");
        text(tree.resolve("boot/config-6.1.0"), "CONFIG_XEN_PV=y\nCONFIG_HYPERV=y\n");
        text(tree.resolve("boot/vmlinuz-6.1.0"), "no kernel\n");
        text(
                tree.resolve("boot/grub/grub.cfg"),
                "menuentry 'Debian' {\n linux /boot/vmlinuz-6.1.0 root=/dev/xvda ro console=hvc0\n}\n");
        text(tree.resolve("lib/modules/6.1.0/modules.dep"), "kernel/drivers/hv/hv_vmbus.ko:\n");
        // Built into the kernel, for there is no initramfs: else no platform could start it.
        text(
                tree.resolve("lib/modules/6.1.0/modules.builtin"),
                "kernel/xen-blkfront.ko\nkernel/xen-netfront.ko\nkernel/sd_mod.ko\nkernel/ata_piix.ko\n");
        Path disk = scratch.resolve("guest.raw");
        if (!made(disk, tree)) {
            return;
        }
        Path definition = scratch.resolve("guest.cfg");
        text(definition, """
                name = 'guest'
                type = 'pv'
                memory = 256
                bootloader = 'pygrub'
                disk = ['guest.raw,raw,xvda,rw']
                vif = ['mac=00:16:3e:00:00:01']
                """);
        Set<Integer> anyEnd = Set.of(ExitCode.DONE, ExitCode.SOURCE, ExitCode.GUEST);
        run(DONE, "files", "ls", disk + ":/etc");
        run(anyEnd, "inspect", definition.toString());
        run(anyEnd, "convert", definition.toString(), "--to", "hyperv", "--dry-run");
        run(
                anyEnd,
                "convert",
                definition.toString(),
                "--to",
                "hyperv",
                "-o",
                scratch.resolve("out").toString());
        run(
                DONE,
                "convert",
                definition.toString(),
                "--to",
                "xen",
                "-o",
                scratch.resolve("same").toString());
        run(anyEnd, "verify", scratch.resolve("same").toString());
    }

    private static void text(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static boolean made(Path disk, Path tree) throws IOException {
        String mkfs = Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4")) ? "/usr/sbin/mkfs.ext4" : "mkfs.ext4";
        try {
            return new ProcessBuilder(mkfs, "-q", "-d", tree.toString(), disk.toString(), "64M")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            System.err.println("training without a guest: " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the training was interrupted", e);
        }
    }

    private static void run(Set<Integer> expected, String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        int exitCode =
                Bothways.commandLine(arguments).setOut(nowhere).setErr(nowhere).execute(arguments);
        if (!expected.contains(exitCode)) {
            throw new IllegalStateException("exit code " + exitCode + " of " + String.join(" ", arguments));
        }
    }
}
