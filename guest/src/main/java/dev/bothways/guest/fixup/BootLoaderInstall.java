package dev.bothways.guest.fixup;

import dev.bothways.guest.linux.grub.GrubBiosImage;
import dev.bothways.guest.linux.grub.GrubFiles;
import java.io.IOException;

/**
 * A boot loader to be put onto a disk of the converted machine, outside its file systems.
 *
 * @param disk the disk's place in the layout
 * @param files GRUB's own files
 * @param prefix where the boot loader finds its menu, as GRUB writes it
 * @param fixup the fix-up that asks for it
 * @param summary what is put where
 * @param reason why the machine would not boot without it
 */
public record BootLoaderInstall(int disk, GrubFiles files, String prefix, String fixup, String summary, String reason) {

    /** Builds the boot loader. */
    GrubBiosImage image() throws IOException {
        return GrubBiosImage.build(files, prefix, GrubBiosImage.MODULES, "");
    }
}
