package dev.bothways.guest.linux.grub;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A GRUB 2 ready to be put onto a disk that a BIOS starts: a boot sector and a core image. */
public final class GrubBiosImage {
    /**
     * What a core image holds so that it reads and runs a menu of a Linux distribution, whichever partition table and whichever
     * file system out of ext, XFS and btrfs (in a volume of LVM too) it lies on, and shows itself on the screen or on a serial line. The rest it loads
     * from the folder of the menu.
     */
    public static final List<String> MODULES = List.of(
            "biosdisk",
            "part_msdos",
            "part_gpt",
            "ext2",
            "xfs",
            "btrfs",
            "lvm",
            "normal",
            "linux",
            "linux16",
            "serial",
            "terminal",
            "search",
            "search_fs_uuid",
            "search_label",
            "search_fs_file",
            "configfile",
            "ls",
            "echo",
            "test",
            "gzio",
            "minicmd",
            "halt",
            "reboot",
            "boot",
            "all_video");

    private static final int LONGEST_TEXT = 16 << 10;

    private final byte[] bootSector;
    private final byte[] core;

    private GrubBiosImage(byte[] bootSector, byte[] core) {
        this.bootSector = bootSector;
        this.core = core;
    }

    /**
     * Builds an image.
     *
     * @param files one GRUB's files
     * @param prefix where GRUB finds its menu and its modules: {@code (,msdos1)/boot/grub}; without a disk's name in it GRUB takes
     *     the disk that it was started from. {@link GrubPrefix} makes one
     * @param modules the modules to be there from the start; what they need comes with them
     * @param configuration commands to be run before the menu is looked for; empty for none
     * @throws GuestException where the files are not GRUB's, a module is missing, or the image gets too large
     */
    public static GrubBiosImage build(GrubFiles files, String prefix, List<String> modules, String configuration)
            throws IOException {
        if (prefix.length() + configuration.length() > LONGEST_TEXT || (prefix + configuration).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a prefix or configuration that GRUB cannot take");
        }
        List<byte[]> contents = new ArrayList<>();
        for (String module : new ModuleDependencies(files.text(GrubFiles.DEPENDENCIES)).closure(modules)) {
            contents.add(files.content(module + ".mod"));
        }
        byte[] kernel = KernelElf.loaded(files.content(GrubFiles.KERNEL));
        byte[] area = ModuleArea.build(contents, configuration, prefix);
        byte[] payload = new byte[kernel.length + area.length];
        System.arraycopy(kernel, 0, payload, 0, kernel.length);
        System.arraycopy(area, 0, payload, kernel.length, area.length);
        byte[] core =
                CoreImage.build(files.content(GrubFiles.DISK_BOOT), files.content(GrubFiles.DECOMPRESSOR), payload);
        return new GrubBiosImage(bootSector(files), core);
    }

    private static byte[] bootSector(GrubFiles files) throws GuestException {
        byte[] sector = files.content(GrubFiles.BOOT);
        if (!BootSector.isGrub(sector)) {
            throw new GuestException(Kind.MALFORMED, "GRUB's " + GrubFiles.BOOT + " is no boot sector of GRUB 2");
        }
        return sector;
    }

    /** The core image, as {@code grub-mkimage} would put it into a file. */
    public byte[] core() {
        return core.clone();
    }

    /** How many sectors of 512 bytes the core image takes. */
    public int sectors() {
        return Math.ceilDiv(core.length, CoreImage.SECTOR);
    }

    /** GRUB's boot sector as it comes. */
    byte[] bootSector() {
        return bootSector.clone();
    }
}
