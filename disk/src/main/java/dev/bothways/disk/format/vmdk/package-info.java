/** VMDK, VMware's disk format. Start with {@link dev.bothways.disk.format.vmdk.VmdkImage}. */
@NullMarked
package dev.bothways.disk.format.vmdk;

import org.jspecify.annotations.NullMarked;
