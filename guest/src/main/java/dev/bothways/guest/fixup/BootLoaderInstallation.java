package dev.bothways.guest.fixup;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.Place;
import dev.bothways.guest.PlatformNeeds.Boot;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.grub.GrubFiles;
import dev.bothways.machine.Firmware;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The disk gets a boot loader. A Xen host reads the guest's menu and kernel itself (pygrub), so many Xen guests have a menu and
 * no boot loader, or neither; a BIOS starts nothing but a boot sector. GRUB comes from the guest's own packages or from the
 * host's, and nothing of the guest is run.
 */
final class BootLoaderInstallation implements Fixup {
    private static final Pattern SETS_ROOT =
            Pattern.compile("^([ \\t]*set[ \\t]+root=)(['\"]?)([^'\"\\s$]*)\\2[ \\t]*$", Pattern.MULTILINE);

    private static final int BOOT_CODE = 440;

    /** Whether a boot loader is in the boot sector of this attached disk: GRUB of either generation, or another one with its menu. */
    static boolean isInstalled(LinuxGuest guest, AttachedDisk disk) throws IOException {
        BootLoader loader = guest.bootLoader();
        if (loader.installed()
                .filter(place -> place.equals("boot code of " + disk.device()))
                .isPresent()) {
            return true;
        }
        return loader.kind() == BootLoader.Kind.EXTLINUX && hasBootCode(disk.disk());
    }

    private static boolean hasBootCode(VirtualDisk disk) throws IOException {
        ByteBuffer code = ByteBuffer.allocate((int) Math.min(BOOT_CODE, disk.size()));
        disk.read(0, code);
        return !code.flip().equals(ByteBuffer.allocate(code.limit()));
    }

    @Override
    public String name() {
        return "boot loader";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        if (draft.needs().boot() == Boot.BY_HOST) {
            return;
        }
        switch (draft.target().firmware()) {
            case Firmware.Bios ignored -> bios(draft);
            case Firmware.Uefi ignored -> uefi(draft);
            case Firmware.DirectKernel ignored -> {}
            case Firmware.HostBootLoader ignored -> {}
            case Firmware.ParavirtualGrub ignored -> {}
        }
    }

    private static void uefi(Draft draft) {
        boolean there = draft.guest()
                .bootLoader()
                .installed()
                .filter(place -> place.endsWith(".efi"))
                .isPresent();
        if (!there) {
            draft.block(
                    "the guest has no boot loader for UEFI, which "
                            + draft.target().platform().id()
                            + " starts from: convert it for a machine with a BIOS (--firmware bios, or --platform hyperv-gen1)");
        }
    }

    private void bios(Draft draft) throws IOException {
        Volume boot = draft.guest().volumeOf("/boot");
        DiskLayout.TargetDisk disk =
                draft.layout().disks().get(draft.layout().position(boot).disk());
        boolean wrapped = disk instanceof DiskLayout.Wrapped;
        if (!wrapped && draft.bootLoaderIsInstalledOn(boot)) {
            return;
        }
        String folder = folder(draft);
        menu(draft, folder);
        install(draft, boot, folder);
    }

    /** Where the menu is or will be. */
    private static String folder(Draft draft) throws IOException {
        return draft.exists("/boot/grub2/grub.cfg") && !draft.exists("/boot/grub/grub.cfg")
                ? "/boot/grub2"
                : "/boot/grub";
    }

    private static void menu(Draft draft, String folder) throws IOException {
        String path = folder + "/grub.cfg";
        String reason = "a boot loader on the disk needs a menu to start the kernel from";
        MenuWriter writer = new MenuWriter(draft);
        Optional<String> present = draft.text(path);
        Optional<LinuxKernel> host = HostKernel.kernel(draft);
        if (present.isPresent()) {
            String text =
                    withRoot(present.get(), writer.grubDevice(draft.guest().volumeOf("/boot")));
            String own = host.isPresent()
                    ? writer.text(writer.entries(List.of(), Optional.empty()).getFirst())
                    : "";
            // What the host gives is what starts, whatever the guest's own menu has for its default.
            draft.write(path, own.isEmpty() ? text : own + text + "\nset default=0\n", reason);
            return;
        }
        BootLoader loader = draft.guest().bootLoader();
        List<MenuWriter.Entry> entries = writer.entries(loader.entries(), loader.chosen());
        if (entries.isEmpty()) {
            draft.block(
                    "the guest has no kernel, neither in /boot nor given by the host: give one (kernel= and ramdisk=), or install"
                            + " one in the guest first");
            return;
        }
        draft.write(path, writer.text(entries), reason);
    }

    /** The menu names its disk as it was under Xen, without a partition table. */
    private static String withRoot(String menu, String device) {
        return SETS_ROOT
                .matcher(menu)
                .replaceAll(line -> Matcher.quoteReplacement(
                        line.group(3).startsWith("hd")
                                        || line.group(3).startsWith("(")
                                        || line.group(3).startsWith("xen")
                                ? line.group(1) + line.group(2) + device + line.group(2)
                                : line.group()));
    }

    private void install(Draft draft, Volume boot, String folder) throws IOException {
        DiskLayout.Position position = draft.layout().position(boot);
        if (position.partition().isEmpty()) {
            throw new IllegalStateException("a disk to boot from has partitions by now");
        }
        try {
            GrubFiles files = draft.readings().grub();
            String modules = folder + "/i386-pc";
            SortedMap<String, byte[]> missing = files.missingIn(draft.guest().files(), modules);
            if (!missing.isEmpty()) {
                SortedMap<String, FileContent> contents = new TreeMap<>();
                missing.forEach((name, content) -> contents.put(name, FileContent.of(content)));
                draft.writeFolder(
                        modules,
                        contents,
                        "GRUB loads what its menu asks for from there (from " + files.origin() + ")");
            }
            Place place = draft.guest().files().place("/boot");
            String inside = (place.path().equals("/") ? "" : place.path()) + folder.substring("/boot".length());
            String prefix = "(,msdos" + position.partition().get() + ")" + inside;
            draft.install(new BootLoaderInstall(
                    position.disk(),
                    files,
                    prefix,
                    name(),
                    "GRUB (from " + files.origin() + ") in the boot sector and before the first partition, menu "
                            + folder + "/grub.cfg",
                    "a BIOS starts a disk by its boot sector, and there is no boot loader in it"));
        } catch (GuestException e) {
            draft.block(Objects.requireNonNullElse(e.getMessage(), "GRUB cannot be installed"));
        }
    }
}
