package dev.bothways.guest;

import java.util.List;
import java.util.Optional;

/**
 * What starts a kernel inside the guest.
 *
 * @param kind what was found
 * @param installed where its first stage lies: {@code MBR of xvda}, {@code EFI/debian/grubx64.efi}; empty where only a menu is there,
 *     as in a Xen guest that the host boots by pygrub
 * @param configuration path of its menu in the guest's tree
 * @param files every file of the guest that the menu is read from, the configuration first: included ones, the environment
 * @param entries the menu's choices in order, those of submenus in their place
 * @param chosen the entry that the boot loader itself would start
 * @param pygrub the menu as pygrub reads it, where it finds one
 */
public record BootLoader(
        Kind kind,
        Optional<String> installed,
        Optional<String> configuration,
        List<String> files,
        List<BootEntry> entries,
        Optional<BootEntry> chosen,
        Optional<PygrubMenu> pygrub) {

    /** Boot loaders that are told apart. */
    public enum Kind {
        GRUB_2,
        GRUB_LEGACY,
        EXTLINUX,
        SYSTEMD_BOOT,
        NONE
    }

    /**
     * What pygrub would do on the host, which reads menus by a simple parser of its own.
     *
     * @param configuration path of the file that it would take, in the file system it looks into
     * @param chosen what it would start without being asked
     */
    public record PygrubMenu(String configuration, List<BootEntry> entries, Optional<BootEntry> chosen) {}
}
