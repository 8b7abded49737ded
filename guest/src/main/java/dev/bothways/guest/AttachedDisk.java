package dev.bothways.guest;

import dev.bothways.disk.VirtualDisk;

/**
 * A disk as the machine attaches it.
 *
 * @param device the name that the guest knows it by, without {@code /dev/}: {@code xvda}, {@code sda}. Under Xen it may be that of
 *     a single partition, {@code xvda2}: then {@code disk} is the partition's content and no partition table is looked for
 */
public record AttachedDisk(String device, VirtualDisk disk) {}
