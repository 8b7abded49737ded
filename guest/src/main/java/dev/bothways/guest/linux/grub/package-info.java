/**
 * GRUB 2 for BIOS, put onto a disk without running anything of GRUB's, the guest's or the host's.
 *
 * <p>{@link dev.bothways.guest.linux.grub.GrubFiles} finds GRUB's own files in the guest or on the host, {@link
 * dev.bothways.guest.linux.grub.GrubBiosImage} builds from them what {@code grub-mkimage} builds, {@link
 * dev.bothways.guest.linux.grub.GrubBiosInstaller} puts it where {@code grub-bios-setup} puts it, and {@link
 * dev.bothways.guest.linux.grub.BootCode} tells what a disk boots with already.
 */
@NullMarked
package dev.bothways.guest.linux.grub;

import org.jspecify.annotations.NullMarked;
