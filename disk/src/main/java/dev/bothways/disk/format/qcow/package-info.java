/** qcow, QEMU's first own disk format, of 2004. Start with {@link dev.bothways.disk.format.qcow.QcowImage}. */
@NullMarked
package dev.bothways.disk.format.qcow;

import org.jspecify.annotations.NullMarked;
