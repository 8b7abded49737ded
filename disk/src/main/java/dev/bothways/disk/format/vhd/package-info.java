/** VHD, the disk format of Virtual PC, Virtual Server, Hyper-V, XenServer and Azure. Start with {@link dev.bothways.disk.format.vhd.VhdImage}. */
@NullMarked
package dev.bothways.disk.format.vhd;

import org.jspecify.annotations.NullMarked;
