/** QED, QEMU's disk format of 2010 that was soon given up. Start with {@link dev.bothways.disk.format.qed.QedImage}. */
@NullMarked
package dev.bothways.disk.format.qed;

import org.jspecify.annotations.NullMarked;
