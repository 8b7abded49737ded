/** What an initramfs holds, read as the kernel unpacks it. Start with {@link dev.bothways.guest.linux.initramfs.InitramfsReader}. */
@NullMarked
package dev.bothways.guest.linux.initramfs;

import org.jspecify.annotations.NullMarked;
