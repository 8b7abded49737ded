package dev.bothways.guest.fixup;

import dev.bothways.guest.linux.grub.GrubBiosImage;

/**
 * A boot loader to be put onto a disk of the converted machine, outside its file systems.
 *
 * @param disk the disk's place in the layout
 * @param image the boot loader
 * @param fixup the fix-up that asks for it
 * @param summary what is put where
 * @param reason why the machine would not boot without it
 */
public record BootLoaderInstall(int disk, GrubBiosImage image, String fixup, String summary, String reason) {}
