package dev.bothways.guest;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A kernel that the host gives to the guest ({@code kernel=}, {@code ramdisk=} of a Xen definition), so that the guest's disks may
 * hold none.
 *
 * @param commandLine with {@code root=} where the definition has one
 */
public record HostBoot(Path kernel, Optional<Path> initramfs, String commandLine) {}
