/** VDI, VirtualBox' own disk format. Start with {@link dev.bothways.disk.format.vdi.VdiImage}. */
@NullMarked
package dev.bothways.disk.format.vdi;

import org.jspecify.annotations.NullMarked;
