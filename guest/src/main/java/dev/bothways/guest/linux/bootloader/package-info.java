/**
 * Boot loaders and their menus, read as the loader itself would and as pygrub would. Start with {@link
 * dev.bothways.guest.linux.bootloader.BootLoaders}.
 */
@NullMarked
package dev.bothways.guest.linux.bootloader;

import org.jspecify.annotations.NullMarked;
